package scorefield.kernels;

import scorefield.autodiff.DType;

/** Where a tensor lies: which storage, and at which of its elements it starts. Its address is decided later, by {@link Placement}. */
public final class Region {

    private final Storage storage;
    private final int offset;

    Region(Storage storage, int offset) {
        this.storage = storage;
        this.offset = offset;
    }

    Storage storage() {
        return storage;
    }

    int offset() {
        return offset;
    }

    /** The type of the numbers. */
    public DType dtype() {
        return storage.dtype();
    }

    /** The region that starts so many elements further on. */
    public Region plus(int elements) {
        return new Region(storage, offset + elements);
    }

    boolean same(Region other) {
        return storage == other.storage && offset == other.offset;
    }

    @Override
    public String toString() {
        return offset == 0 ? storage.toString() : storage + "+" + offset;
    }
}
