package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import scorefield.ncsn.random.SplitMix;

/**
 * The kernel two-sample test (A. Gretton, K. Borgwardt, M. Rasch, B. Schölkopf, A. Smola, "A Kernel Two-Sample Test", 2012): were x and y
 * drawn from the same distribution?
 *
 * <p>The statistic is the unbiased estimate of the squared maximum mean discrepancy (their eq. 3), with the kernel
 * k(a, b) = exp(−‖a − b‖²/2h²):
 *
 * <pre>
 * MMD² = Σ_{i≠j} k(xᵢ, xⱼ)/n(n−1) + Σ_{i≠j} k(yᵢ, yⱼ)/m(m−1) − 2·Σ_{i,j} k(xᵢ, yⱼ)/nm
 * </pre>
 *
 * <p>It is 0 on average where the distributions are the same, and may be below 0. How unlikely its value is then, is found by dividing the
 * pooled sample at random into n and m points, again and again. That needs no kernel afresh: with the sum T over all pairs, the sums Rᵢ of
 * the kernel matrix's rows, and Sxx over the pairs within x, the pairs across are Sxy = Σ_{i∈x} Rᵢ − 2·Sxx and those within y are
 * Syy = T − Sxx − Sxy. So one division costs the pairs within the smaller sample only, an eighth of the matrix where n = m.
 *
 * @param mmdSquared MMD²
 * @param bandwidth h
 * @param pValue the share of divisions with at least this MMD², the samples' own counted among them: (1 + those)/(1 + permutations)
 */
public record KernelTwoSampleTest(double mmdSquared, double bandwidth, double pValue) {

    /** Equal divisions summed in another order differ by rounding of sums of numbers up to 1; they must count as equal. */
    private static final double ROUNDING = 1e-12;

    /**
     * Tests with the median heuristic: h is the median distance between two points of the pooled sample (their section 8). Where the
     * distribution has modes far apart, that is the distance between modes: the test then sees weights and places of modes rather than
     * their shape, for which a bandwidth of a mode's width has more power.
     *
     * @param x n×D, n at least 2
     * @param y m×D, m at least 2
     * @param permutations how many random divisions; the p-value is at least 1/(1 + permutations)
     */
    public static KernelTwoSampleTest of(double[][] x, double[][] y, int permutations, long seed) {
        Rows.requireComparable(x, y, 2);
        double[][] squares = squaredDistances(x, y);
        double[] pairs = Arrays.stream(squares).flatMapToDouble(Arrays::stream).toArray();
        Arrays.sort(pairs);
        double median = Math.sqrt(pairs[pairs.length / 2]);
        if (median == 0) {
            throw new IllegalArgumentException("more than half of all pairs of points are at the same place,"
                    + " so the median distance is 0 and no bandwidth: give one");
        }
        return test(squares, x.length, median, permutations, seed);
    }

    /** Tests with a given bandwidth h. */
    public static KernelTwoSampleTest of(double[][] x, double[][] y, double bandwidth, int permutations, long seed) {
        Rows.requireComparable(x, y, 2);
        if (!(bandwidth > 0)) {
            throw new IllegalArgumentException("a bandwidth must be positive, but is " + bandwidth);
        }
        return test(squaredDistances(x, y), x.length, bandwidth, permutations, seed);
    }

    /** Whether "both are the same" is rejected at this level, such as 0.01: then this happens to equal distributions that rarely. */
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
            throw new IllegalArgumentException("a p-value needs one permutation or more, not " + permutations);
        }
        Divisions divisions = new Divisions(squares, n, bandwidth);
        double own = divisions.mmdSquared(IntStream.range(0, n).toArray());
        long asLarge = IntStream.range(0, permutations)
                .parallel()
                .filter(p -> divisions.mmdSquared(new SplitMix(seed, p).subset(n, squares.length)) >= own - ROUNDING)
                .count();
        return new KernelTwoSampleTest(own, bandwidth, (1.0 + asLarge) / (1.0 + permutations));
    }

    /** The pooled sample's kernel matrix, and what any division into n and m points makes of it. */
    private static final class Divisions {

        private final int n;
        /** Row i: the kernel between point i and points 0 to i − 1. */
        private final double[][] kernel;
        /** Rᵢ, without the kernel of i and itself. */
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

        /** Where x are these points, rising, and y the others. */
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

        /** Ordered pairs of different points. */
        private static double pairs(int points) {
            return (double) points * (points - 1);
        }
    }
}
