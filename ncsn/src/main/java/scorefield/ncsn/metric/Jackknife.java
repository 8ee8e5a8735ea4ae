package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * Intervals by the delete-a-group jackknife (P. Kott, "The Delete-a-Group Jackknife", 2001), which estimates how much a
 * statistic would change with other samples. The n samples are divided at random into g groups, the statistic is
 * computed again without each group, and
 *
 * <pre>
 * variance = (g − 1)/g·Σⱼ (θ₍ⱼ₎ − θ̄)²,      interval = θ ± 1.96·√variance
 * </pre>
 *
 * <p>estimates the variance over new samples; the reference stays fixed. As with the bootstrap, the only requirement is
 * that the statistic can be computed on a subset of the samples; for a smooth statistic, both methods agree.
 *
 * <p>The bootstrap, which draws n of the samples with replacement many times, is worse here. A distance between
 * distributions is about quadratic near 0, which is where good samples are: d² ≈ ‖z‖² with z ~ N(0, Λ) has variance
 * 2·tr Λ². A resample has ‖z + z*‖², where z is fixed and z* has the distribution of z: its variance is 2·tr Λ² +
 * 4·zᵀΛz, which is 6·tr Λ² on average, and repeated points increase it further. Leaving out a group changes z only a
 * little: the variance is 4·zᵀΛz, which is 4·tr Λ² on average. So the jackknife's interval is √2 times too wide for
 * perfect samples, the bootstrap's at least √3 times, and the jackknife's is about right for other samples. It is not
 * too narrow for any statistic: in expectation, the jackknife's variance is at least the true variance for n − n/g
 * samples (B. Efron, C. Stein, "The Jackknife Estimate of Variance", 1981).
 *
 * @param groups g, reduced to n if there are fewer samples; the relative error of the standard deviation is 1/√(2(g −
 *     1))
 * @param seed the same groups for the same seed
 */
public record Jackknife(int groups, long seed) {

    /** The stream of random numbers for the groups; no other metric uses it. */
    private static final long GROUPS = -1;

    /** Checks that there are at least 2 groups: one alone has no variance. */
    public Jackknife {
        if (groups < 2) {
            throw new IllegalArgumentException("the jackknife needs at least 2 groups; got " + groups);
        }
    }

    /**
     * A statistic with its interval.
     *
     * @param n how many samples there are, two or more
     * @param m how many points the reference has
     * @param statistic the statistic of the samples with these indices, in increasing order; finite; several threads
     *     call it. Its result for all samples is the value
     */
    public Measurement measure(int n, int m, ToDoubleFunction<int[]> statistic) {
        if (n < 2) {
            throw new IllegalArgumentException("the jackknife needs at least 2 samples; got " + n);
        }
        double value = statistic.applyAsDouble(IntStream.range(0, n).toArray());
        int[] place = new SplitMix(seed, GROUPS).permutation(n);
        int g = Math.min(groups, n);
        double[] without = IntStream.range(0, g)
                .parallel()
                .mapToDouble(j -> statistic.applyAsDouble(
                        IntStream.range(0, n).filter(i -> place[i] % g != j).toArray()))
                .toArray();
        double mean = Arrays.stream(without).sum() / g;
        double squares =
                Arrays.stream(without).map(a -> (a - mean) * (a - mean)).sum();
        return Measurement.around(value, Math.sqrt((g - 1.0) / g * squares), n, m);
    }

    /** The rows with these indices. */
    static double[][] select(double[][] rows, int[] kept) {
        return Arrays.stream(kept).mapToObj(i -> rows[i]).toArray(double[][]::new);
    }

    /** The numbers at these indices. */
    static int[] select(int[] numbers, int[] kept) {
        return Arrays.stream(kept).map(i -> numbers[i]).toArray();
    }
}
