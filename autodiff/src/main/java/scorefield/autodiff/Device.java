package scorefield.autodiff;

/**
 * Something that computes: it compiles a {@link Program} into an {@link Executable}, and keeps the variables' numbers from run to run.
 *
 * <p>A variable is shared by all programs of a device; until it is written or updated, it is zero. A device is used by one thread at a time.
 */
public interface Device extends AutoCloseable {

    /** For people: which device this is. */
    String name();

    /**
     * Whether the device's memory can hold a program. Planning alone tells: nothing is compiled, allocated or computed. A device that learns
     * it only when it runs the program answers true.
     */
    boolean fits(Program program);

    /**
     * Prepares a program to be run many times.
     *
     * @throws DeviceMemoryException if it needs more memory than the device has, saying how much
     */
    Executable compile(Program program);

    /** The precision in which networks had better be computed here, where nobody says otherwise: what people expect of such a device. */
    default Precision usualPrecision() {
        return Precision.FLOAT32;
    }

    /**
     * The same device, with the same variables, for programs whose matrices are to be multiplied in a precision. It is a view: closing it
     * closes the device.
     *
     * @throws IllegalArgumentException if the device does not have the precision, saying why
     */
    default Device in(Precision precision) {
        if (precision == Precision.FLOAT32) {
            return this;
        }
        throw new IllegalArgumentException(name() + " does not multiply matrices in " + precision);
    }

    /**
     * Sets a variable.
     *
     * @throws IllegalArgumentException if the shape or the type differs from the variable's
     */
    void write(Tensor variable, Values values);

    /** A variable's numbers, after all runs so far. */
    Values read(Tensor variable);

    /**
     * Frees a variable's memory, which the device otherwise keeps until it is closed. If the variable is used again, it is zero. Executables
     * that use it must be closed before.
     *
     * @throws IllegalArgumentException if the tensor is not a variable
     */
    void free(Tensor variable);

    /** Frees all that the device holds; its executables can no longer be used. */
    @Override
    void close();
}
