package scorefield.kernels.tuning;

import java.util.List;
import java.util.function.DoubleSupplier;
import scorefield.autodiff.Values;
import scorefield.kernels.pass.Problem;

/** Where a {@link Tuner} tries things out: a device, or something made up for a test. */
public interface Workbench extends AutoCloseable {

    /** One way to compute a problem of certain numbers, ready to run. */
    interface Trial extends AutoCloseable {

        /** For how long {@link #leastOfSeveral} measures. */
        double MEASURED_NANOSECONDS = 3e6;

        /** How many runs it measures at most. */
        int MOST_RUNS = 20;

        /** Runs it: what it computes. */
        List<Values> results();

        /** Runs it: how long the device was at work. */
        double nanoseconds();

        /** The least time of a run, over as many runs as fit into a few milliseconds: of many for a short one, where chance is large. */
        static double leastOfSeveral(DoubleSupplier run) {
            double least = run.getAsDouble();
            double measured = least;
            for (int runs = 1; runs < MOST_RUNS && measured < MEASURED_NANOSECONDS; runs++) {
                double time = run.getAsDouble();
                measured += time;
                least = Math.min(least, time);
            }
            return least;
        }

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
