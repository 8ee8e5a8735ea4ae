package scorefield.ncsn.metric;

import java.util.Arrays;

/**
 * Tests whether samples are nearer to the training data than they should be. The distance of each sample from its nearest training image is
 * compared with the same distances of real held-out images, which show how near an independent sample of the same distribution is.
 *
 * <p>Small pixel distances can also have other reasons: smooth or blurred images are near to everything. If {@link #nearer} is above ½,
 * look at the picture of the pairs; copies increase {@link #tooNear}.
 *
 * @param nearer the probability that a sample is nearer to the training data than a real image is, where ties count half: the Mann-Whitney
 *     statistic U/nm, ½ if both are equally near, 1 if all samples are nearer. Because it is compared with ½, its interval also covers a
 *     change of the real images: its variance is the variance of the mean, over samples, of the share of farther real images, plus the
 *     variance of the mean, over real images, of the share of nearer samples (E. DeLong, D. DeLong, D. Clarke-Pearson, "Comparing the Areas
 *     under Two or More Correlated Receiver Operating Characteristic Curves", 1988)
 * @param tooNear the share of samples that are nearer than all but {@value #TAIL} of the m real images: nearer than the (k + 1)-th nearest
 *     of them, k = ⌊m·{@value #TAIL}⌋. If both are equally near, its mean is (k + 1)/(m + 1), which is 0.0105 for m = 2000 and 0.02 for m =
 *     100
 */
public record Memorisation(Measurement nearer, Measurement tooNear) {

    /** The share of the real images that counts as "too near". */
    public static final double TAIL = 0.01;

    /**
     * Compares distances to the nearest training image.
     *
     * @param samples the distances of n samples
     * @param real the distances of m real held-out images (or, if all real images are training data, of each from the others)
     */
    public static Memorisation of(double[] samples, double[] real) {
        if (samples.length < 2 || real.length < 2) {
            throw new IllegalArgumentException("a comparison needs at least 2 samples and 2 real images; got "
                    + samples.length + " and " + real.length);
        }
        double[] sorted = sorted(real);
        Estimate nearer = Estimate.of(farther(samples, sorted));
        // For real images, the share of farther samples is 1 minus that of nearer ones, and has the same standard
        // deviation.
        Estimate ofReal = Estimate.of(farther(real, sorted(samples)));
        double limit = sorted[(int) (TAIL * sorted.length)];
        boolean[] tooNear = new boolean[samples.length];
        for (int i = 0; i < samples.length; i++) {
            tooNear[i] = samples[i] < limit;
        }
        double error = Math.hypot(nearer.standardError(), ofReal.standardError());
        return new Memorisation(
                Measurement.around(nearer.mean(), error, samples.length, real.length)
                        .asShare(),
                Measurement.share(tooNear, real.length));
    }

    private static double[] sorted(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** For each distance, the share of the other distances that are greater, where equal ones count half. */
    private static double[] farther(double[] distances, double[] sorted) {
        return Arrays.stream(distances)
                .map(d -> (farther(sorted, d) + notNearer(sorted, d)) / (2.0 * sorted.length))
                .toArray();
    }

    /** The number of greater distances. */
    private static int farther(double[] sorted, double distance) {
        return sorted.length - below(sorted, Math.nextUp(distance));
    }

    /** The number of distances that are at least as great. */
    private static int notNearer(double[] sorted, double distance) {
        return sorted.length - below(sorted, distance);
    }

    /** The number of smaller distances, by bisection. */
    private static int below(double[] sorted, double limit) {
        int from = 0;
        int to = sorted.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sorted[middle] < limit) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
