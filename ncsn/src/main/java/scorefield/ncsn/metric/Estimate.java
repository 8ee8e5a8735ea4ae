package scorefield.ncsn.metric;

import java.util.Arrays;

/**
 * A mean of independent numbers, with its standard error.
 *
 * @param mean their mean
 * @param standardError their standard deviation (with n − 1) over √n: the standard deviation of the mean
 * @param count n
 */
public record Estimate(double mean, double standardError, int count) {

    /** The mean of two or more independent numbers. */
    public static Estimate of(double... numbers) {
        int n = numbers.length;
        if (n < 2) {
            throw new IllegalArgumentException("a standard error needs at least 2 numbers; got " + n);
        }
        double mean = Arrays.stream(numbers).sum() / n;
        double squares =
                Arrays.stream(numbers).map(a -> (a - mean) * (a - mean)).sum();
        return new Estimate(mean, Math.sqrt(squares / (n - 1) / n), n);
    }

    /** How many standard errors the mean is above (or, if negative, below) the expected value. */
    public double deviationFrom(double expected) {
        return mean == expected ? 0 : (mean - expected) / standardError;
    }

    /** A text such as {@code 1.234 ± 0.056}. */
    @Override
    public String toString() {
        return "%.4g ± %.2g".formatted(mean, standardError);
    }
}
