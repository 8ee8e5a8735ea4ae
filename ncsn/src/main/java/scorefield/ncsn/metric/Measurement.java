package scorefield.ncsn.metric;

/**
 * A number that was measured on samples, and how well it is known. In 95 % of all cases the interval holds the mean over other samples of
 * the same number, held against the same reference. So what finite samples do to the number on average (a bias that falls as 1/n) is in it
 * as it is in the value, and what another reference would change is not.
 *
 * @param value on all samples
 * @param low where its 95 % interval begins
 * @param high where it ends
 * @param n how many samples it was measured on
 * @param m how many points of the reference it was held against
 */
public record Measurement(double value, double low, double high, int n, int m) {

    /** 95 % of a normal distribution lie within so many standard deviations. */
    private static final double NORMAL_95 = 1.959963984540054;

    /** A number whose standard error is known. */
    static Measurement around(double value, double standardError, int n, int m) {
        return new Measurement(value, value - NORMAL_95 * standardError, value + NORMAL_95 * standardError, n, m);
    }

    /** The mean of one number for each of n samples, two or more. */
    static Measurement mean(double[] numbers, int m) {
        Estimate estimate = Estimate.of(numbers);
        return around(estimate.mean(), estimate.standardError(), numbers.length, m);
    }

    /**
     * The share of n samples of which something is true, with the score interval of E. Wilson, "Probable Inference, the Law of Succession,
     * and Statistical Inference", 1927: all probabilities p that are within 1.96·√(p(1 − p)/n) of the share. Unlike share ± 1.96 errors it
     * says something where none or all are: none of 1000 may still be 0.4 %.
     */
    static Measurement share(boolean[] samples, int m) {
        int n = samples.length;
        if (n == 0) {
            throw new IllegalArgumentException("no samples have no shares");
        }
        int those = 0;
        for (boolean sample : samples) {
            those += sample ? 1 : 0;
        }
        double share = (double) those / n;
        double squared = NORMAL_95 * NORMAL_95 / n;
        double centre = (share + squared / 2) / (1 + squared);
        double reach = Math.sqrt(squared * share * (1 - share) + squared * squared / 4) / (1 + squared);
        // Its ends are 0 and 1 where the share is; rounding must not leave them beside it.
        double low = those == 0 ? 0 : centre - reach;
        double high = those == n ? 1 : centre + reach;
        return new Measurement(share, low, high, n, m);
    }

    /** The same, its interval cut to what the number can be: a share is never above 1. */
    Measurement within(double least, double greatest) {
        return new Measurement(value, Math.max(least, low), Math.min(greatest, high), n, m);
    }

    /** The same of a number that is never negative. */
    Measurement atLeastZero() {
        return within(0, Double.POSITIVE_INFINITY);
    }

    /** The same of a number from 0 to 1. */
    Measurement asShare() {
        return within(0, 1);
    }

    /** For people, such as {@code 1.234 [1.1, 1.3]}. */
    @Override
    public String toString() {
        return "%.4g [%.4g, %.4g]".formatted(value, low, high);
    }
}
