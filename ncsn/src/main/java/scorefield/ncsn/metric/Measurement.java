package scorefield.ncsn.metric;

/**
 * A number that was measured on samples, and how well it is known.
 *
 * @param value on all samples
 * @param low where its 95 % interval begins
 * @param high where it ends
 * @param n how many samples it was measured on
 * @param m how many points of the reference it was held against
 */
public record Measurement(double value, double low, double high, int n, int m) {

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
