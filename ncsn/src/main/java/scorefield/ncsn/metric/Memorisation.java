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
 *     statistic U/nm, ½ where both are equally near, 1 where all samples are nearer
 * @param tooNear the share of samples that are nearer than all but {@value #TAIL} of the real images; {@value #TAIL} where both are equally near
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
    public static Memorisation of(double[] samples, double[] real, Bootstrap bootstrap) {
        if (samples.length == 0 || real.length == 0) {
            throw new IllegalArgumentException(
                    samples.length + " samples and " + real.length + " real images: neither can be none");
        }
        double[] sorted = real.clone();
        Arrays.sort(sorted);
        // Fewer than this lie below it: for m = 100 and 1 %, at the smallest none does.
        double limit = sorted[(int) (TAIL * sorted.length)];
        double[] nearer = Arrays.stream(samples)
                .map(d -> (farther(sorted, d) + notNearer(sorted, d)) / (2.0 * sorted.length))
                .toArray();
        double[] tooNear = Arrays.stream(samples).map(d -> d < limit ? 1 : 0).toArray();
        return new Memorisation(
                bootstrap.mean(nearer, real.length).asShare(),
                bootstrap.mean(tooNear, real.length).asShare());
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
