package scorefield.ncsn.metric;

import java.util.Arrays;

/**
 * Are samples nearer to the training data than they should be? Each sample's distance from its nearest training image is held against the
 * same distances of real images that were not trained on, which is how near a sample of the same distribution lies by itself.
 *
 * <p>Nearness in pixels has other reasons, too: smooth or blurred images lie near to everything. So {@link #nearer} above ½ is a question,
 * which the picture of the pairs answers; copies show in {@link #tooNear}.
 *
 * @param nearer how probable it is that a sample is nearer to the training data than a real image is, ties counting half: the Mann-Whitney
 *     statistic U/nm, ½ where both are equally near, 1 where all samples are nearer. As it is held against ½ and not only against what
 *     other samples get, its interval is about other real images, too: the variance is that of the samples' mean shares of farther real
 *     images plus that of the real images' mean shares of nearer samples (E. DeLong, D. DeLong, D. Clarke-Pearson, "Comparing the Areas
 *     under Two or More Correlated Receiver Operating Characteristic Curves", 1988)
 * @param tooNear the share of samples that are nearer than all but {@value #TAIL} of the m real images: nearer than the (k + 1)-th nearest
 *     of them, k = ⌊m·{@value #TAIL}⌋. Where both are equally near it is (k + 1)/(m + 1) on average, 0.0105 for m = 2000 and 0.02 for 100
 */
public record Memorisation(Measurement nearer, Measurement tooNear) {

    /** Which share of the real images is "too near" by itself. */
    public static final double TAIL = 0.01;

    /**
     * Of distances to the nearest training image.
     *
     * @param samples those of n samples
     * @param real those of m real images that are not training data (or, where all are, that are held against the others)
     */
    public static Memorisation of(double[] samples, double[] real) {
        if (samples.length < 2 || real.length < 2) {
            throw new IllegalArgumentException(
                    samples.length + " samples and " + real.length + " real images: two of each are the least");
        }
        double[] sorted = sorted(real);
        Estimate nearer = Estimate.of(farther(samples, sorted));
        // The real images' shares of samples that are farther are 1 less those that are nearer: of the same deviation.
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

    /** For each distance, which share of others is greater, equal ones counting half. */
    private static double[] farther(double[] distances, double[] sorted) {
        return Arrays.stream(distances)
                .map(d -> (farther(sorted, d) + notNearer(sorted, d)) / (2.0 * sorted.length))
                .toArray();
    }

    /** How many are greater. */
    private static int farther(double[] sorted, double distance) {
        return sorted.length - below(sorted, Math.nextUp(distance));
    }

    /** How many are at least as great. */
    private static int notNearer(double[] sorted, double distance) {
        return sorted.length - below(sorted, distance);
    }

    /** How many are smaller, by halving. */
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
