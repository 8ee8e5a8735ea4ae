package scorefield.ncsn.metric;

/**
 * A number measured on samples, with its 95 % confidence interval. In 95 % of all cases the interval contains the mean
 * of this number over other sets of n samples, compared with the same reference. So the bias of a finite sample (which
 * falls as 1/n) affects the interval as it affects the value, and the interval does not cover a change of the
 * reference.
 *
 * @param value the number on all samples
 * @param low the lower end of its 95 % interval
 * @param high the upper end
 * @param n the number of samples
 * @param m the number of points in the reference
 */
public record Measurement(double value, double low, double high, int n, int m) {

    /** The number of standard deviations within which 95 % of a normal distribution lie. */
    private static final double NORMAL_95 = 1.959963984540054;

    /** A number whose standard error is known. */
    static Measurement around(double value, double standardError, int n, int m) {
        return new Measurement(value, value - NORMAL_95 * standardError, value + NORMAL_95 * standardError, n, m);
    }

    /** The mean of one number for each of n samples, at least two. */
    static Measurement mean(double[] numbers, int m) {
        Estimate estimate = Estimate.of(numbers);
        return around(estimate.mean(), estimate.standardError(), numbers.length, m);
    }

    /**
     * The share of true values among n samples, with the score interval of E. Wilson, "Probable Inference, the Law of
     * Succession, and Statistical Inference", 1927: all probabilities p that are within 1.96·√(p(1 − p)/n) of the
     * share. Unlike share ± 1.96 standard errors, it is informative for shares of 0 and 1: with 0 of 1000, the
     * probability may still be 0.4 %.
     */
    static Measurement share(boolean[] samples, int m) {
        int n = samples.length;
        if (n == 0) {
            throw new IllegalArgumentException("a share needs at least one sample; got none");
        }
        int those = 0;
        for (boolean sample : samples) {
            those += sample ? 1 : 0;
        }
        double share = (double) those / n;
        double squared = NORMAL_95 * NORMAL_95 / n;
        double centre = (share + squared / 2) / (1 + squared);
        double reach = Math.sqrt(squared * share * (1 - share) + squared * squared / 4) / (1 + squared);
        // If the share is 0 or 1, so is that end of the interval; rounding must not change it.
        double low = those == 0 ? 0 : centre - reach;
        double high = those == n ? 1 : centre + reach;
        return new Measurement(share, low, high, n, m);
    }

    /** The same with the interval clipped to the possible range of the number. */
    Measurement within(double least, double greatest) {
        return new Measurement(value, Math.max(least, low), Math.min(greatest, high), n, m);
    }

    /** The same for a number that is never negative. */
    Measurement atLeastZero() {
        return within(0, Double.POSITIVE_INFINITY);
    }

    /** The same for a number from 0 to 1. */
    Measurement asShare() {
        return within(0, 1);
    }

    /** A text such as {@code 1.234 [1.1, 1.3]}. */
    @Override
    public String toString() {
        return "%.4g [%.4g, %.4g]".formatted(value, low, high);
    }
}
