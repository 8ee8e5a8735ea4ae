package scorefield.ncsn.distribution;

import java.util.Arrays;

/**
 * How steep a mixture's log-density is near a point: what errors of finite differences and of rounding are measured in.
 *
 * @param steepest S, the largest of the components' ‖sₖ(x)‖ and 1/√λ: the n-th derivative of log p is of the order of Sⁿ
 * @param reach R, ‖x‖ plus the largest ‖μₖ‖: x − μₖ is rounded by about an ulp of it
 */
record Slope(double steepest, double reach) {

    static Slope at(GaussianMixture mixture, double[] x) {
        double steepest = 0;
        double farthest = 0;
        for (Gaussian component : mixture.components()) {
            double narrowest = Arrays.stream(component.variances()).min().orElseThrow();
            steepest = Math.max(steepest, Math.max(norm(component.score(x)), 1 / Math.sqrt(narrowest)));
            farthest = Math.max(farthest, norm(component.mean()));
        }
        return new Slope(steepest, norm(x) + farthest);
    }

    /** How far log p, computed with sums of {@code terms} terms, may be off. */
    double ofLogDensity(int terms, double epsilon) {
        return 4 * terms * epsilon * (1 + steepest * reach);
    }

    /**
     * How far the score may be off: the components' own, R/λ ≤ S²R, and the responsibilities', which are off by as much as the components'
     * log-densities and weigh scores of at most S.
     */
    double ofScore(int terms, double epsilon) {
        return 4 * terms * epsilon * steepest * (1 + 2 * steepest * reach);
    }

    private static double norm(double[] vector) {
        return Math.sqrt(Arrays.stream(vector).map(a -> a * a).sum());
    }
}
