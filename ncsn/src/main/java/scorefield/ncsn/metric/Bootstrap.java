package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * Intervals by the bootstrap (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993): how much would a statistic change if
 * other samples had been drawn? From the n samples n are drawn with replacement, again and again, and the statistic's standard deviation
 * over these resamples stands for the one over new samples. The reference stays what it is.
 *
 * <p>The interval is value ± 1.96 such deviations. Percentiles of the resampled values would be more usual and would be wrong here: a
 * resample repeats some samples and lacks a third of them, which shifts a distance between distributions (whose estimate is biased by some
 * c/n) by about its bias once more, often so far that the interval would not hold the value itself. The spread hardly suffers.
 *
 * @param resamples how many; an interval's ends are known to a relative 1/√(2·resamples)
 * @param seed the same resamples for the same seed
 */
public record Bootstrap(int resamples, long seed) {

    /** 95 % of a normal distribution lie within so many standard deviations. */
    static final double NORMAL_95 = 1.959963984540054;

    public Bootstrap {
        if (resamples < 2) {
            throw new IllegalArgumentException("a spread needs two resamples or more, not " + resamples);
        }
    }

    /**
     * A statistic with its interval.
     *
     * @param n how many samples there are
     * @param m how many points the reference has
     * @param statistic of a resample, which is given as how often each of the n samples was drawn; called by several threads. Of once each
     *     it is the value
     */
    public Measurement measure(int n, int m, ToDoubleFunction<int[]> statistic) {
        int[] once = new int[n];
        Arrays.fill(once, 1);
        double value = statistic.applyAsDouble(once);
        double[] resampled = IntStream.range(0, resamples)
                .parallel()
                .mapToDouble(b -> statistic.applyAsDouble(counts(n, new SplitMix(seed, b))))
                .toArray();
        double reach = NORMAL_95 * deviation(resampled);
        return new Measurement(value, value - reach, value + reach, n, m);
    }

    /** The mean of one number for each sample, with its interval. */
    public Measurement mean(double[] numbers, int m) {
        return measure(numbers.length, m, counts -> {
            double sum = 0;
            for (int i = 0; i < numbers.length; i++) {
                sum += counts[i] * numbers[i];
            }
            return sum / numbers.length;
        });
    }

    private static int[] counts(int n, SplitMix random) {
        int[] counts = new int[n];
        for (int i = 0; i < n; i++) {
            counts[random.below(n)]++;
        }
        return counts;
    }

    private static double deviation(double[] numbers) {
        double mean = Arrays.stream(numbers).average().orElseThrow();
        double squares =
                Arrays.stream(numbers).map(a -> (a - mean) * (a - mean)).sum();
        return Math.sqrt(squares / (numbers.length - 1));
    }
}
