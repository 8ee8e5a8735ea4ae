package scorefield.autodiff;

import java.util.List;
import java.util.Map;

/** A program, compiled for a device. */
public interface Executable extends AutoCloseable {

    /**
     * Runs the program once. Where it fetches nothing, the call may return before the device has finished.
     *
     * @param feeds the numbers of every input that the program uses
     * @return the fetched numbers, in the program's order
     * @throws IllegalArgumentException if an input is missing or fed with another shape or type
     */
    List<Values> run(Map<Tensor, Values> feeds);

    /** The peak memory of a run in bytes, with the variables, inputs and constants that it uses. */
    long bytes();

    /** Frees what belongs to this executable alone. The device keeps its variables. */
    @Override
    void close();
}
