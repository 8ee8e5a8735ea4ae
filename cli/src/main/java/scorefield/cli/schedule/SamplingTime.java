package scorefield.cli.schedule;

/**
 * What sampling costs on a device.
 *
 * @param images how many samples are wanted
 * @param batch how many are drawn at once
 * @param parameters the network's
 * @param seconds a Langevin step of a batch takes; NaN where it could not be measured
 * @param problem why it could not be measured, or empty
 */
record SamplingTime(int images, int batch, int parameters, double seconds, String problem) {

    /** Where no step can be taken. */
    static SamplingTime unknown(int images, int batch, String problem) {
        return new SamplingTime(images, batch, 0, Double.NaN, problem);
    }

    /** How many batches there are. */
    int batches() {
        return (images - 1) / batch + 1;
    }

    /** Seconds for all samples; a denoising step counts as a Langevin step, which it is but for the noise. */
    double total(long evaluations) {
        return seconds * evaluations * batches();
    }
}
