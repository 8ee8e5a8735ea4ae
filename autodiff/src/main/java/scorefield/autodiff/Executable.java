package scorefield.autodiff;

import java.util.List;
import java.util.Map;

/** A program made ready for a device. */
public interface Executable extends AutoCloseable {

    /**
     * Runs the program once. Where it fetches nothing, the call may return before the device has finished.
     *
     * @param feeds the numbers of every input that the program uses
     * @return the fetched numbers, in the program's order
     * @throws IllegalArgumentException if an input is missing or fed with another shape or type
     */
    List<Values> run(Map<Tensor, Values> feeds);

    /** The memory that a run takes, in bytes: the most that lives at one time, with the variables, inputs and constants that it uses. */
    long bytes();

    /** Frees what belongs to this executable alone; the variables stay. */
    @Override
    void close();
}
