package scorefield.autodiff;

/** The type of a tensor's numbers. Only {@link #FLOAT} tensors have derivatives. */
public enum DType {
    /** 32-bit floating point (evaluated in double precision by the {@link ReferenceDevice}). */
    FLOAT(4),
    /** 32-bit integers: indices, and the state of the random numbers. */
    INT(4),
    /** Unsigned 8-bit integers, 0 to 255: the pixels of an image file. */
    BYTE(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** The size of one number on a device, in bytes. */
    public int bytes() {
        return bytes;
    }
}
