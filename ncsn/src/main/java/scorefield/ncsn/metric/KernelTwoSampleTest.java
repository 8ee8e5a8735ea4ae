package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import scorefield.ncsn.random.SplitMix;

/**
 * The kernel two-sample test (A. Gretton, K. Borgwardt, M. Rasch, B. Schölkopf, A. Smola, "A Kernel Two-Sample Test",
 * 2012) of whether x and y come from the same distribution.
 *
 * <p>The statistic is the unbiased estimate of the squared maximum mean discrepancy (their eq. 3), with the kernel
 * k(a, b) = exp(−‖a − b‖²/2h²):
 *
 * <pre>
 * MMD² = Σ_{i≠j} k(xᵢ, xⱼ)/n(n−1) + Σ_{i≠j} k(yᵢ, yⱼ)/m(m−1) − 2·Σ_{i,j} k(xᵢ, yⱼ)/nm
 * </pre>
 *
 * <p>Its mean is 0 if the distributions are the same, so it may be negative. A permutation test gives the p-value: the
 * pooled sample is divided at random into n and m points many times. The kernel matrix is computed once: with the sum T
 * over all pairs, the row sums Rᵢ of the kernel matrix, and the sum Sxx over the pairs within x, the sum over pairs
 * between x and y is Sxy = Σ_{i∈x} Rᵢ − 2·Sxx, and that over pairs within y is Syy = T − Sxx − Sxy. So a division only
 * needs the pairs within the smaller sample, an eighth of the matrix for n = m.
 *
 * @param mmdSquared MMD²
 * @param bandwidth h
 * @param pValue the share of divisions with at least this MMD², including the observed one: (1 + their number)/(1 +
 *     permutations)
 */
public record KernelTwoSampleTest(double mmdSquared, double bandwidth, double pValue) {

    /**
     * The same division, summed in another order, differs by rounding; within this tolerance, values count as equal.
     */
    private static final double ROUNDING = 1e-12;

    /**
     * Tests with the median heuristic: h is the median distance between two points of the pooled sample (section 8 of
     * the paper). If the modes of the distribution are far apart, h is about the distance between modes. Then the test
     * detects differences in weights and positions of modes rather than in their shape, for which a bandwidth of the
     * width of a mode has more power.
     *
     * @param x n×D, n at least 2
     * @param y m×D, m at least 2
     * @param permutations the number of random divisions; the p-value is at least 1/(1 + permutations)
     */
    public static KernelTwoSampleTest of(double[][] x, double[][] y, int permutations, long seed) {
        Rows.requireComparable(x, y, 2);
        double[][] squares = squaredDistances(x, y);
        double[] pairs = Arrays.stream(squares).flatMapToDouble(Arrays::stream).toArray();
        Arrays.sort(pairs);
        double median = Math.sqrt(pairs[pairs.length / 2]);
        if (median == 0) {
            throw new IllegalArgumentException("more than half of all pairs of points coincide,"
                    + " so their median distance, the bandwidth, is 0; give a bandwidth");
        }
        return test(squares, x.length, median, permutations, seed);
    }

    /** Tests with a given bandwidth h. */
    public static KernelTwoSampleTest of(double[][] x, double[][] y, double bandwidth, int permutations, long seed) {
        Rows.requireComparable(x, y, 2);
        if (!(bandwidth > 0)) {
            throw new IllegalArgumentException("a bandwidth must be positive; got " + bandwidth);
        }
        return test(squaredDistances(x, y), x.length, bandwidth, permutations, seed);
    }

    /** Whether the hypothesis of equal distributions is rejected at this significance level, such as 0.01. */
    public boolean rejectsAt(double level) {
        return pValue <= level;
    }

    /** Row i: the squared distances of the pooled sample's point i from points 0 to i − 1. */
    private static double[][] squaredDistances(double[][] x, double[][] y) {
        double[][] pooled = Stream.concat(Arrays.stream(x), Arrays.stream(y)).toArray(double[][]::new);
        return IntStream.range(0, pooled.length)
                .parallel()
                .mapToObj(i -> IntStream.range(0, i)
                        .mapToDouble(j -> squaredDistance(pooled[i], pooled[j]))
                        .toArray())
                .toArray(double[][]::new);
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        }
        return sum;
    }

    private static KernelTwoSampleTest test(double[][] squares, int n, double bandwidth, int permutations, long seed) {
        if (permutations < 1) {
            throw new IllegalArgumentException("a p-value needs at least 1 permutation; got " + permutations);
        }
        Divisions divisions = new Divisions(squares, n, bandwidth);
        double own = divisions.mmdSquared(IntStream.range(0, n).toArray());
        long asLarge = IntStream.range(0, permutations)
                .parallel()
                .filter(p -> divisions.mmdSquared(new SplitMix(seed, p).subset(n, squares.length)) >= own - ROUNDING)
                .count();
        return new KernelTwoSampleTest(own, bandwidth, (1.0 + asLarge) / (1.0 + permutations));
    }

    /** The kernel matrix of the pooled sample, and MMD² for any division into n and m points. */
    private static final class Divisions {

        private final int n;
        /** Row i: the kernel between point i and points 0 to i − 1. */
        private final double[][] kernel;
        /** Rᵢ, without the diagonal element. */
        private final double[] rowSums;
        /** T. */
        private final double total;

        Divisions(double[][] squares, int n, double bandwidth) {
            this.n = n;
            double scale = -0.5 / (bandwidth * bandwidth);
            kernel = Arrays.stream(squares)
                    .parallel()
                    .map(row -> Arrays.stream(row)
                            .map(square -> Math.exp(scale * square))
                            .toArray())
                    .toArray(double[][]::new);
            rowSums = new double[kernel.length];
            for (int i = 0; i < kernel.length; i++) {
                for (int j = 0; j < i; j++) {
                    rowSums[i] += kernel[i][j];
                    rowSums[j] += kernel[i][j];
                }
            }
            total = Arrays.stream(rowSums).sum() / 2;
        }

        /** MMD² if x are the points with these indices, in increasing order, and y the others. */
        double mmdSquared(int[] x) {
            int m = kernel.length - n;
            int[] smaller = n <= m ? x : others(x);
            double within = 0;
            double rows = 0;
            for (int i = 0; i < smaller.length; i++) {
                double[] row = kernel[smaller[i]];
                rows += rowSums[smaller[i]];
                for (int j = 0; j < i; j++) {
                    within += row[smaller[j]];
                }
            }
            double across = rows - 2 * within;
            double rest = total - within - across;
            return 2 * within / pairs(smaller.length)
                    + 2 * rest / pairs(kernel.length - smaller.length)
                    - 2 * across / ((double) n * m);
        }

        private int[] others(int[] x) {
            return IntStream.range(0, kernel.length)
                    .filter(i -> Arrays.binarySearch(x, i) < 0)
                    .toArray();
        }

        /** The number of ordered pairs of different points. */
        private static double pairs(int points) {
            return (double) points * (points - 1);
        }
    }
}
