package scorefield.ncsn.metric;

/**
 * The Jensen–Shannon divergence of shares p and q of K parts (J. Lin, "Divergence Measures Based on the Shannon Entropy", 1991): with
 * r = (p + q)/2,
 *
 * <pre>
 * JS = ½·Σ p log(p/r) + ½·Σ q log(q/r)      in nats: 0 where p = q, log 2 where no part has both
 * </pre>
 *
 * <p>Unlike KL(p ‖ q) it is finite where p has something in a part that q lacks.
 *
 * <p>Of shares estimated from n and m points of one distribution it is too large: the expansion JS ≈ ⅛·Σ (p − q)²/r and the variance
 * p(1 − p)(1/n + 1/m) of p − q give (K − 1)/8·(1/n + 1/m), where each part has several points. Where it has about one, the expansion
 * misses part of it, up to a quarter.
 */
final class JensenShannon {

    private JensenShannon() {}

    /** JS of shares that sum to 1 each. */
    static double divergence(double[] p, double[] q) {
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            double r = (p[k] + q[k]) / 2;
            sum += p[k] > 0 ? p[k] * Math.log(p[k] / r) / 2 : 0;
            sum += q[k] > 0 ? q[k] * Math.log(q[k] / r) / 2 : 0;
        }
        return sum;
    }

    /** Which share of some points falls into each of {@code parts}. */
    static double[] shares(int[] points, int parts) {
        double[] shares = new double[parts];
        for (int part : points) {
            shares[part] += 1.0 / points.length;
        }
        return shares;
    }
}
