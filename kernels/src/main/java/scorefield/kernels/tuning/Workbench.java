package scorefield.kernels.tuning;

import java.util.List;
import scorefield.autodiff.Values;
import scorefield.kernels.pass.Problem;

/** Where a {@link Tuner} tries things out: a device, or something made up for a test. */
public interface Workbench extends AutoCloseable {

    /** One way to compute a problem of certain numbers, ready to run. */
    interface Trial extends AutoCloseable {

        /** Runs it: what it computes. */
        List<Values> results();

        /** Runs it: how long the device was at work. */
        double nanoseconds();

        @Override
        void close();
    }

    /**
     * Makes a way to compute a problem ready.
     *
     * @param numbers of its inputs
     */
    Trial prepare(Problem problem, String variant, List<Values> numbers);

    @Override
    void close();
}
