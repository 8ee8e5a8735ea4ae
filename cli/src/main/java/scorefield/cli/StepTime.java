package scorefield.cli;

/** How long a step takes that is repeated over and over: measured after the first steps, which compile the kernels. */
final class StepTime {

    /** Steps before the clock starts: the first compiles the kernels, the second finds caches and clocks as they will be. */
    private static final int UNMEASURED = 2;

    /** So long the last, longest measurement takes at least, unless it has {@link #MOST} steps. */
    private static final double ENOUGH = 0.5;

    private static final int MOST = 64;

    private StepTime() {}

    /**
     * Takes steps, twice as many each time until they take long enough to be measured, and waits for them.
     *
     * @param step may return before the device is done
     * @param wait returns when it is
     * @return seconds a step
     */
    static double measure(Runnable step, Runnable wait) {
        for (int i = 0; i < UNMEASURED; i++) {
            step.run();
            wait.run();
        }
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
