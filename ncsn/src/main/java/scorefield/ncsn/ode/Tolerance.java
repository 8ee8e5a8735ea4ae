package scorefield.ncsn.ode;

/**
 * How large a step's estimated error may be: absolute + relative·|y| for each number y of the state, as the root mean square over a
 * sample's numbers, and for every sample.
 *
 * @param relative dimensionless
 * @param absolute in the data's units
 */
public record Tolerance(double relative, double absolute) {

    /** Below this, errors cannot be distinguished from rounding in single precision, whose ulp is 1.2·10⁻⁷. */
    public static final double LEAST = 1e-6;

    /** Checks that the relative tolerance lies in [{@link #LEAST}, 1) and that the absolute one is positive and finite. */
    public Tolerance {
        if (!(relative >= LEAST && relative < 1)) {
            throw new IllegalArgumentException(
                    "a relative tolerance must lie between " + LEAST + " (single precision) and 1; got " + relative);
        }
        if (!(absolute > 0) || Double.isInfinite(absolute)) {
            throw new IllegalArgumentException("an absolute tolerance must be positive and finite; got " + absolute);
        }
    }

    /** Both so many times as large. */
    public Tolerance times(double factor) {
        return new Tolerance(factor * relative, factor * absolute);
    }
}
