package scorefield.autodiff;

/** A program needs more memory than its device has. */
public final class DeviceMemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long needed;
    private final long available;

    /**
     * @param what what needs the memory: the subject of the message
     * @param needed in bytes
     * @param available in bytes
     */
    public DeviceMemoryException(String what, long needed, long available) {
        super("%s needs %,d MiB, but the device has %,d MiB".formatted(what, needed >> 20, available >> 20));
        this.needed = needed;
        this.available = available;
    }

    /** What was needed, in bytes. */
    public long needed() {
        return needed;
    }

    /** What there was, in bytes. */
    public long available() {
        return available;
    }
}
