package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * The kernel distance of features, KID (M. Bińkowski, D. Sutherland, M. Arbel, A. Gretton, "Demystifying MMD GANs", 2018, arXiv 1801.01401):
 * the unbiased estimate of the squared maximum mean discrepancy with the kernel k(x, y) = (x·y/D + 1)³. Unlike the Fréchet distance, its mean
 * does not depend on the number of samples.
 *
 * <p>It is the mean over subsets of {@value #SIZE} samples and as many reference points, {@value #SUBSETS} of them; where there are no more,
 * it is that of all of them.
 */
public final class KernelDistance {

    /** Points in a subset. */
    public static final int SIZE = 1000;

    /** How many subsets. */
    public static final int SUBSETS = 100;

    private KernelDistance() {}

    /**
     * The distance of samples, n×D, from a reference, m×D.
     *
     * @param seed chooses the subsets
     */
    public static double of(double[][] samples, double[][] reference, long seed) {
        Rows.requireComparable(samples, reference, 2);
        if (samples.length <= SIZE && reference.length <= SIZE) {
            return unbiased(samples, reference);
        }
        return IntStream.range(0, SUBSETS)
                .mapToDouble(subset -> unbiased(
                        subset(samples, new SplitMix(seed, 2L * subset)),
                        subset(reference, new SplitMix(seed, 2L * subset + 1))))
                .average()
                .orElseThrow();
    }

    private static double[][] subset(double[][] points, SplitMix random) {
        return Arrays.stream(random.permutation(points.length))
                .limit(SIZE)
                .mapToObj(i -> points[i])
                .toArray(double[][]::new);
    }

    private static double unbiased(double[][] x, double[][] y) {
        double n = x.length;
        double m = y.length;
        return within(x) / (n * (n - 1)) + within(y) / (m * (m - 1)) - 2 * sum(x, y) / (n * m);
    }

    /** The sum over all pairs of different points. */
    private static double within(double[][] x) {
        return sum(x, x)
                - Arrays.stream(x).mapToDouble(point -> kernel(point, point)).sum();
    }

    private static double sum(double[][] x, double[][] y) {
        double[] rows = new double[x.length];
        IntStream.range(0, x.length).parallel().forEach(i -> {
            for (double[] point : y) {
                rows[i] += kernel(x[i], point);
            }
        });
        return Arrays.stream(rows).sum();
    }

    private static double kernel(double[] x, double[] y) {
        double product = 0;
        for (int k = 0; k < x.length; k++) {
            product += x[k] * y[k];
        }
        double base = product / x.length + 1;
        return base * base * base;
    }
}
