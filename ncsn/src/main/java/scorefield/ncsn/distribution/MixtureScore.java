package scorefield.ncsn.distribution;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * The true score of a Gaussian mixture as a graph, for each sample at its own noise level. It is the target for a
 * network, and samplers can use it instead of a network.
 *
 * <p>With Σₖ = Uₖ·diag(λₖ)·Uₖᵀ, adding N(0, σ²I) leaves the axes Uₖ as they are. So one matrix product with all K of
 * them side by side (D×K·D) gives yₖ = Uₖᵀ(x − μₖ), all following operations are pointwise with variances vₖⱼ = λₖⱼ +
 * σ², and one product with the transposed matrix gives the score:
 *
 * <pre>
 * log wₖ·pₖ(x) = log wₖ − ½·Σⱼ (yₖⱼ²/vₖⱼ + log 2πvₖⱼ)
 * s(x)        = −Σₖ rₖ(x)·Uₖ·(yₖ/vₖ)        rₖ = softmax over k of the line above
 * </pre>
 *
 * <p>Logarithms are shifted by the largest one, so the score is finite at any distance from the components, as long as
 * y²/v itself is finite (3·10³⁸ in single precision). If two components are equally near, their responsibilities have
 * an error of one ulp of y²/2v. Near the data this is negligible; at a thousand standard deviations from all
 * components, an ulp in single precision is 0.03, and the responsibilities have a relative error of this size. The
 * direction back towards the components remains correct.
 */
public final class MixtureScore implements KnownDensity {

    private final int dimension;
    /** D×(K·D): column k·D + j is axis j of component k. */
    private final Tensor axes;
    /** K·D: Uₖᵀμₖ. */
    private final Tensor centres;
    /** 1×K×D: λ. */
    private final Tensor variances;
    /** K. */
    private final Tensor logWeights;

    /** Stores the components in their own axes, Σₖ = Uₖ·diag(λₖ)·Uₖᵀ, so that the score at any σ needs no inverse of Σₖ + σ²I. */
    public MixtureScore(GaussianMixture mixture) {
        int d = mixture.dimension();
        int components = mixture.components().size();
        double[] axisOf = new double[d * components * d];
        double[] centre = new double[components * d];
        double[] variance = new double[components * d];
        double[] logWeight = new double[components];
        for (int k = 0; k < components; k++) {
            Gaussian component = mixture.components().get(k);
            double[] mean = component.mean();
            System.arraycopy(component.variances(), 0, variance, k * d, d);
            logWeight[k] = Math.log(mixture.weights()[k]);
            for (int j = 0; j < d; j++) {
                int column = k * d + j;
                for (int i = 0; i < d; i++) {
                    axisOf[i * components * d + column] = component.axis(j, i);
                    centre[column] += component.axis(j, i) * mean[i];
                }
            }
        }
        dimension = d;
        axes = Tensor.constant(Values.of(Shape.of(d, components * d), axisOf));
        centres = Tensor.constant(Values.of(Shape.of(components * d), centre));
        variances = Tensor.constant(Values.of(Shape.of(1, components, d), variance));
        logWeights = Tensor.constant(Values.of(Shape.of(components), logWeight));
    }

    /**
     * The score of the perturbed mixture.
     *
     * @param x N×D, or N×… with D numbers for each sample
     * @param sigma N, each sample's noise level; 0 is allowed
     * @return of x's shape
     */
    @Override
    public Tensor score(Tensor x, Tensor sigma) {
        Perturbed perturbed = new Perturbed(x, sigma);
        Tensor responsibilities = perturbed.logJoint().softmax(1);
        Tensor pull = perturbed.y.over(perturbed.v).times(responsibilities.reshape(perturbed.n, -1, 1));
        return pull.reshape(perturbed.n, -1).matmul(axes, false, true).negate().reshape(x.shape());
    }

    /**
     * log p of the perturbed mixture.
     *
     * @param x N×D, or N×… with D numbers for each sample
     * @param sigma N, each sample's noise level; 0 is allowed
     * @return N
     */
    @Override
    public Tensor logDensity(Tensor x, Tensor sigma) {
        return new Perturbed(x, sigma).logJoint().logSumExp(1);
    }

    /** A batch in the components' own coordinates. */
    private final class Perturbed {

        final int n;
        /** N×K×D. */
        final Tensor y;
        /** N×K×D after broadcasting. */
        final Tensor v;

        Perturbed(Tensor x, Tensor sigma) {
            n = x.shape().dim(0);
            if (x.shape().size() != n * dimension || !sigma.shape().equals(Shape.of(n))) {
                throw new IllegalArgumentException("a mixture in " + dimension + " dimensions needs x of N×" + dimension
                        + " numbers and sigma of N; got " + x + " and " + sigma);
            }
            int components = logWeights.shape().dim(0);
            y = x.reshape(n, dimension).matmul(axes).minus(centres).reshape(n, components, dimension);
            v = variances.plus(sigma.square().reshape(n, 1, 1));
        }

        /** N×K: log wₖ·pₖ(x). */
        Tensor logJoint() {
            Tensor halves =
                    y.square().over(v).plus(v.times(2 * Math.PI).log()).sum(2).times(-0.5);
            return halves.plus(logWeights);
        }
    }
}
