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

    /** For people, such as {@code 1.234 [1.1, 1.3]}. */
    @Override
    public String toString() {
        return "%.4g [%.4g, %.4g]".formatted(value, low, high);
    }
}
