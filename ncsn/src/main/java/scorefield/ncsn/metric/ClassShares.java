package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How samples are shared out among K classes, against a reference; p are the samples' shares, q the reference's. Both are to be told by the
 * same judge, a classifier say, so that its errors are in both.
 *
 * @param coverage Σ min(p, q): 1 where the shares are equal, 0.9 where one class of ten equal ones is never drawn (it is 1 less the total
 *     variation distance)
 * @param entropy −Σ p log p in nats; log K where all classes are drawn equally often. Its estimate is too small by about (K − 1)/2n
 * @param divergence KL(p ‖ q) = Σ p log(p/q) in nats; its estimate is too large by about (K − 1)/2n. Infinite where a class is drawn that
 *     the reference lacks
 */
public record ClassShares(Measurement coverage, Measurement entropy, Measurement divergence) {

    /**
     * The shares' distances.
     *
     * @param samples the class of each sample, 0 to K − 1
     * @param reference the class of each point of the reference
     * @param classes K
     */
    public static ClassShares of(int[] samples, int[] reference, int classes, Bootstrap bootstrap) {
        double[] q = shares(
                reference, IntStream.range(0, reference.length).map(i -> 1).toArray(), classes);
        return new ClassShares(
                bootstrap
                        .measure(
                                samples.length,
                                reference.length,
                                counts -> coverage(shares(samples, counts, classes), q))
                        .asShare(),
                bootstrap
                        .measure(samples.length, reference.length, counts -> entropy(shares(samples, counts, classes)))
                        .atLeastZero(),
                bootstrap
                        .measure(
                                samples.length,
                                reference.length,
                                counts -> divergence(shares(samples, counts, classes), q))
                        .atLeastZero());
    }

    /** The share of one class, with its interval. */
    public static Measurement share(int[] samples, int ofClass, int m, Bootstrap bootstrap) {
        return bootstrap
                .mean(
                        Arrays.stream(samples)
                                .mapToDouble(c -> c == ofClass ? 1 : 0)
                                .toArray(),
                        m)
                .asShare();
    }

    private static double[] shares(int[] points, int[] counts, int classes) {
        if (points.length == 0) {
            throw new IllegalArgumentException("no points have no shares");
        }
        double[] shares = new double[classes];
        for (int i = 0; i < points.length; i++) {
            shares[points[i]] += (double) counts[i] / points.length;
        }
        return shares;
    }

    private static double coverage(double[] p, double[] q) {
        return IntStream.range(0, p.length)
                .mapToDouble(c -> Math.min(p[c], q[c]))
                .sum();
    }

    private static double entropy(double[] p) {
        return -Arrays.stream(p).filter(a -> a > 0).map(a -> a * Math.log(a)).sum();
    }

    private static double divergence(double[] p, double[] q) {
        return IntStream.range(0, p.length)
                .filter(c -> p[c] > 0)
                .mapToDouble(c -> p[c] * Math.log(p[c] / q[c]))
                .sum();
    }
}
