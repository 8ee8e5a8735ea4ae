package scorefield.ncsn.schedule;

/**
 * The distribution function Φ of N(0, 1), to about double precision, relative precision in the lower tail included.
 *
 * <p>Near zero by the series Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …), whose terms all have one sign (Marsaglia 2004, "Evaluating the
 * normal distribution", Journal of Statistical Software 11(4)). It loses the lower tail's digits by subtracting from ½, so there it is
 * Laplace's continued fraction 1 − Φ(x) = φ(x)/(x + 1/(x + 2/(x + 3/(x + …)))) (Abramowitz &amp; Stegun 26.2.14).
 */
public final class NormalDistribution {

    private static final double TAIL = 3;
    /** How deep the continued fraction starts: at x = 3, deeper makes no difference in double precision; further out even less. */
    private static final int DEPTH = 200;

    private NormalDistribution() {}

    /** φ(x), the density. */
    public static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Φ(x), the probability of less than x. */
    public static double cdf(double x) {
        if (x > TAIL) {
            return 1 - upperTail(x);
        }
        return x < -TAIL ? upperTail(-x) : 0.5 + density(x) * series(x);
    }

    private static double series(double x) {
        double sum = 0;
        double term = x;
        for (int odd = 3; sum + term != sum; odd += 2) {
            sum += term;
            term *= x * x / odd;
        }
        return sum;
    }

    /** 1 − Φ(x) for x of at least {@link #TAIL}. */
    private static double upperTail(double x) {
        double fraction = x;
        for (int k = DEPTH; k >= 1; k--) {
            fraction = x + k / fraction;
        }
        return density(x) / fraction;
    }
}
