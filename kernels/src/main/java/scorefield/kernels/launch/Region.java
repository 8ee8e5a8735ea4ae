package scorefield.kernels.launch;

import scorefield.autodiff.DType;

/** Where a tensor lies: which storage, and at which of its elements it starts. Its address is decided later, by the memory planner. */
public final class Region {

    private final Storage storage;
    private final int offset;

    /** The numbers of a storage from one of its elements on. */
    public Region(Storage storage, int offset) {
        this.storage = storage;
        this.offset = offset;
    }

    /** What it is a part of. */
    public Storage storage() {
        return storage;
    }

    /** At which element of the storage it starts. */
    public int offset() {
        return offset;
    }

    /** The type of the numbers. */
    public DType dtype() {
        return storage.dtype();
    }

    /** The region that starts so many elements further on. */
    public Region plus(int elements) {
        return elements == 0 ? this : new Region(storage, offset + elements);
    }

    /**
     * How many floats at most the region can be read and written by at once, 4 or 1: 4 where it starts at a multiple of 4 elements, as
     * every storage does, and so does the given length of what is read.
     */
    public int width(int length) {
        return offset % 4 == 0 && length % 4 == 0 ? 4 : 1;
    }

    /** Whether it starts at a multiple of so many elements, 64 at most, as every storage does. */
    public boolean isAligned(int elements) {
        return offset % elements == 0;
    }

    /** Regions are equal where they start at the same element of the same storage. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Region region && storage == region.storage && offset == region.offset;
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(storage) + offset;
    }

    @Override
    public String toString() {
        return offset == 0 ? storage.toString() : storage + "+" + offset;
    }
}
