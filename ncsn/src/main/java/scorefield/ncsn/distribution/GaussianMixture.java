package scorefield.ncsn.distribution;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * A mixture of Gaussians, p(x) = Σₖ wₖ·N(x; μₖ, Σₖ), in D dimensions and double precision. Its density, its score and the trace of its
 * score's Jacobian are known, so learned scores and samples can be compared with it. A Gaussian is a mixture with one component.
 *
 * <p>Let pₖ be the density of component k and rₖ(x) = wₖ·pₖ(x)/p(x) its responsibility for x. All sums over components use
 * responsibilities, computed from logarithms shifted by the largest one: far from every component the densities underflow, but the score
 * does not.
 */
public final class GaussianMixture {

    private final double[] weights;
    private final List<Gaussian> components;

    private GaussianMixture(double[] weights, List<Gaussian> components) {
        this.weights = weights;
        this.components = components;
    }

    /**
     * A mixture.
     *
     * @param weights one positive number for each component; they are divided by their sum
     * @param components one or more, of one dimension
     */
    public static GaussianMixture of(double[] weights, List<Gaussian> components) {
        if (components.isEmpty() || weights.length != components.size()) {
            throw new IllegalArgumentException("a mixture needs at least one component and one weight for each; got "
                    + weights.length + " weights and " + components.size() + " components");
        }
        double sum = Arrays.stream(weights).sum();
        for (int k = 0; k < weights.length; k++) {
            if (!(weights[k] > 0 && Double.isFinite(sum))) {
                throw new IllegalArgumentException(
                        "weights must be positive and finite; got " + Arrays.toString(weights));
            }
            int d = components.get(k).dimension();
            if (d != components.get(0).dimension()) {
                throw new IllegalArgumentException("all components must have the same dimension; component " + k
                        + " has " + d + ", component 0 has " + components.get(0).dimension());
            }
        }
        return new GaussianMixture(
                Arrays.stream(weights).map(weight -> weight / sum).toArray(), List.copyOf(components));
    }

    /** A mixture with one component. */
    public static GaussianMixture of(Gaussian gaussian) {
        return of(new double[] {1}, List.of(gaussian));
    }

    /**
     * The mixture of N(point, deviation²·I) over some points, all with the same weight: a kernel density estimate (Rosenblatt 1956).
     *
     * @param points one or more, of one dimension
     */
    public static GaussianMixture around(double[][] points, double deviation) {
        double[] weights = new double[points.length];
        Arrays.fill(weights, 1);
        return of(
                weights,
                Arrays.stream(points)
                        .map(point -> Gaussian.isotropic(point, deviation))
                        .toList());
    }

    /** D. */
    public int dimension() {
        return components.get(0).dimension();
    }

    /** wₖ, positive, with sum 1: a copy. */
    public double[] weights() {
        return weights.clone();
    }

    /** The components, in the order of the weights. */
    public List<Gaussian> components() {
        return components;
    }

    /** E[x] = Σₖ wₖμₖ. */
    public double[] mean() {
        double[] mean = new double[dimension()];
        for (int k = 0; k < weights.length; k++) {
            addScaled(mean, weights[k], components.get(k).mean());
        }
        return mean;
    }

    /** Cov[x] = Σₖ wₖ·(Σₖ + (μₖ − E[x])(μₖ − E[x])ᵀ), D×D. */
    public double[][] covariance() {
        double[] mean = mean();
        double[][] covariance = new double[dimension()][dimension()];
        for (int k = 0; k < weights.length; k++) {
            double[][] within = components.get(k).covariance();
            double[] offset = components.get(k).mean();
            addScaled(offset, -1, mean);
            for (int i = 0; i < covariance.length; i++) {
                addScaled(covariance[i], weights[k], within[i]);
                addScaled(covariance[i], weights[k] * offset[i], offset);
            }
        }
        return covariance;
    }

    /** After adding N(0, σ²I): the same weights, each component perturbed. */
    public GaussianMixture perturbed(double sigma) {
        return new GaussianMixture(
                weights,
                components.stream().map(component -> component.perturbed(sigma)).toList());
    }

    /** log p(x). */
    public double logDensity(double[] x) {
        return logSumExp(logJoint(x));
    }

    /** rₖ(x), the probability that x came from component k. */
    public double[] responsibilities(double[] x) {
        double[] joint = logJoint(x);
        double total = logSumExp(joint);
        return Arrays.stream(joint).map(log -> Math.exp(log - total)).toArray();
    }

    /** The score ∇ₓ log p(x) = Σₖ rₖ(x)·sₖ(x), with sₖ the score of component k. */
    public double[] score(double[] x) {
        double[] responsibilities = responsibilities(x);
        double[] score = new double[dimension()];
        for (int k = 0; k < weights.length; k++) {
            addScaled(score, responsibilities[k], components.get(k).score(x));
        }
        return score;
    }

    /**
     * The trace of the score's Jacobian, which is the Laplacian of log p: Σₖ rₖ(x)·(−tr Σₖ⁻¹ + ‖sₖ(x) − s(x)‖²). The second term is the
     * change of the responsibilities, written without cancellation of large terms.
     */
    public double jacobianTrace(double[] x) {
        double[] responsibilities = responsibilities(x);
        double[] score = score(x);
        double trace = 0;
        for (int k = 0; k < weights.length; k++) {
            double[] apart = components.get(k).score(x);
            addScaled(apart, -1, score);
            double squares = Arrays.stream(apart).map(a -> a * a).sum();
            trace += responsibilities[k] * (components.get(k).jacobianTrace() + squares);
        }
        return trace;
    }

    /**
     * Exact, independent samples, n×D. Sample i of a seed is always the same, whatever n and the machine.
     */
    public double[][] sample(int n, long seed) {
        return IntStream.range(0, n).mapToObj(i -> draw(new SplitMix(seed, i))).toArray(double[][]::new);
    }

    /** One exact sample. */
    public double[] draw(SplitMix random) {
        double left = random.uniform();
        int k = 0;
        while (k < weights.length - 1 && left >= weights[k]) {
            left -= weights[k++];
        }
        return components.get(k).draw(random);
    }

    /** log(wₖ·pₖ(x)) for each k. */
    private double[] logJoint(double[] x) {
        return IntStream.range(0, weights.length)
                .mapToDouble(k -> Math.log(weights[k]) + components.get(k).logDensity(x))
                .toArray();
    }

    private static double logSumExp(double[] logs) {
        double most = Arrays.stream(logs).max().orElseThrow();
        return most
                + Math.log(Arrays.stream(logs).map(log -> Math.exp(log - most)).sum());
    }

    private static void addScaled(double[] to, double factor, double[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * from[i];
        }
    }
}
