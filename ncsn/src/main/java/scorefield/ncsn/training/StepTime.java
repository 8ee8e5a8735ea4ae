package scorefield.ncsn.training;

/** How long a step takes that is repeated over and over: measured after the first, which compiles the kernels. */
public final class StepTime {

    /** So long the last, longest measurement takes at least, unless it has {@link #MOST} steps. */
    private static final double ENOUGH = 0.5;

    private static final int MOST = 64;

    private StepTime() {}

    /**
     * Takes steps, twice as many each time until they take long enough to be measured, and waits for them. Only the last measurement counts, so
     * that quick steps are measured with warm caches and clocks.
     *
     * @param step may return before the device is done
     * @param wait returns when it is
     * @return seconds a step
     */
    public static double measure(Runnable step, Runnable wait) {
        step.run();
        wait.run();
        for (int steps = 1; ; steps *= 2) {
            long began = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                step.run();
            }
            wait.run();
            double seconds = (System.nanoTime() - began) / 1e9;
            if (seconds >= ENOUGH || steps >= MOST) {
                return seconds / steps;
            }
        }
    }
}
