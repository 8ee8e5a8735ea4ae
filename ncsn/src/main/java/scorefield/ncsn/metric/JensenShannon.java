package scorefield.ncsn.metric;

/**
 * The Jensen–Shannon divergence of two distributions p and q over K categories (J. Lin, "Divergence Measures Based on
 * the Shannon Entropy", 1991): with r = (p + q)/2,
 *
 * <pre>
 * JS = ½·Σ p log(p/r) + ½·Σ q log(q/r)      in nats: 0 if p = q, log 2 if p and q have no category in common
 * </pre>
 *
 * <p>Unlike KL(p ‖ q), it is finite even if a category has p > 0 and q = 0.
 *
 * <p>It is too large for shares estimated from n and m points of the same distribution: the expansion JS ≈ ⅛·Σ (p −
 * q)²/r and the variance p(1 − p)(1/n + 1/m) of p − q give (K − 1)/8·(1/n + 1/m), if each category has several points.
 * If a category has about one point, this underestimates the bias by up to a quarter.
 */
final class JensenShannon {

    private JensenShannon() {}

    /** JS of shares p and q, each with sum 1. */
    static double divergence(double[] p, double[] q) {
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            double r = (p[k] + q[k]) / 2;
            sum += p[k] > 0 ? p[k] * Math.log(p[k] / r) / 2 : 0;
            sum += q[k] > 0 ? q[k] * Math.log(q[k] / r) / 2 : 0;
        }
        return sum;
    }

    /** The share of points in each of {@code parts} categories. */
    static double[] shares(int[] points, int parts) {
        double[] shares = new double[parts];
        for (int part : points) {
            shares[part] += 1.0 / points.length;
        }
        return shares;
    }
}
