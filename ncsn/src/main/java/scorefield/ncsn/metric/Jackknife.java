package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * Intervals by the delete-a-group jackknife (P. Kott, "The Delete-a-Group Jackknife", 2001): how much would a statistic change if other
 * samples had been drawn? The n samples are divided at random into g groups, the statistic is taken again without each of them, and
 *
 * <pre>
 * variance = (g − 1)/g·Σⱼ (θ₍ⱼ₎ − θ̄)²,      interval = θ ± 1.96·√variance
 * </pre>
 *
 * <p>estimates the variance over new samples; the reference stays what it is. As by the bootstrap, nothing has to be known of the statistic
 * but how to compute it of other samples; for a smooth one both agree.
 *
 * <p>Why not the bootstrap, which draws n of the samples with replacement again and again: a distance between distributions is about
 * quadratic near 0, where good samples are, d² ≈ ‖z‖² with z ~ N(0, Λ), whose variance is 2·tr Λ². A resample has ‖z + z*‖², where z is fixed
 * and z* as large again: 2·tr Λ² + 4·zᵀΛz, which is 6·tr Λ² on average, and its repeated points add to that. Leaving out a group moves z only
 * a little: 4·zᵀΛz, 4·tr Λ² on average. So such an interval is √2 too wide for perfect samples, where the bootstrap's is √3 and more, and
 * about right for others. Nor is it too narrow for any statistic: the jackknife's variance is in expectation at least the true one of
 * n − n/g samples (B. Efron, C. Stein, "The Jackknife Estimate of Variance", 1981).
 *
 * @param groups g, or n where there are fewer samples; the deviation is known to a relative 1/√(2(g − 1))
 * @param seed the same groups for the same seed
 */
public record Jackknife(int groups, long seed) {

    /** The stream of random numbers that makes the groups: not one that any direction or division of data is made of. */
    private static final long GROUPS = -1;

    public Jackknife {
        if (groups < 2) {
            throw new IllegalArgumentException("a spread needs two groups or more, not " + groups);
        }
    }

    /**
     * A statistic with its interval.
     *
     * @param n how many samples there are, two or more
     * @param m how many points the reference has
     * @param statistic of those samples whose numbers are given, rising; finite; called by several threads. Of all it is the value
     */
    public Measurement measure(int n, int m, ToDoubleFunction<int[]> statistic) {
        if (n < 2) {
            throw new IllegalArgumentException("a spread needs two samples or more, not " + n);
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

    /** The rows with these numbers. */
    static double[][] select(double[][] rows, int[] kept) {
        return Arrays.stream(kept).mapToObj(i -> rows[i]).toArray(double[][]::new);
    }

    /** The numbers in these places. */
    static int[] select(int[] numbers, int[] kept) {
        return Arrays.stream(kept).map(i -> numbers[i]).toArray();
    }
}
