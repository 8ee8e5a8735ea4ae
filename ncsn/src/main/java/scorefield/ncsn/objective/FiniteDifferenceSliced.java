package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Sliced score matching by finite differences (Pang et al. 2020, arXiv 2007.03317, section 4): two forward passes
 * replace a derivative, so that training needs first derivatives only.
 *
 * <pre>
 * L = E[½·((a+b)/2)² + (a−b)/(2h)],   a = vᵀs(x+hv, σ),   b = vᵀs(x−hv, σ),   h = ε·σ/√D
 * </pre>
 *
 * <p>(a+b)/2 is vᵀs(x), and (a−b)/(2h) is vᵀ∇(vᵀs), both up to terms in h²: the loss is that of
 * {@link SlicedScoreMatching} with a bias that falls as ε². The step is a fraction of σ because that is the distance
 * over which the perturbed data's density varies. A direction has ‖v‖² = D on average, so the step h·v is about ε·σ long whatever the
 * dimension D of a sample is: ε is not a fraction for each of its numbers.
 *
 * @param projection the distribution of v
 * @param projections the number of projections v for each sample; the loss is their mean
 * @param epsilon ε, the length of the step in units of σ: a smaller value gives less bias and more rounding error
 */
public record FiniteDifferenceSliced(Projection projection, int projections, double epsilon) implements Objective {

    /** Checks that there is at least 1 projection and that ε is positive. */
    public FiniteDifferenceSliced {
        if (projections < 1) {
            throw new IllegalArgumentException("projections must be at least 1; got " + projections);
        }
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException(
                    "epsilon, the step of the finite difference, must be positive; got " + epsilon);
        }
    }

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        double dimension = x.shape().range(1, x.shape().rank());
        Tensor h = sigma.times(epsilon / Math.sqrt(dimension));
        return Samples.mean(projections, () -> {
            Tensor v = projection.draw(draws, x.shape());
            Tensor step = v.times(Samples.spread(h, x));
            Tensor a = Samples.inner(v, score.score(x.plus(step), sigma));
            Tensor b = Samples.inner(v, score.score(x.minus(step), sigma));
            return a.plus(b).square().times(1.0 / 8).plus(a.minus(b).over(h.times(2)));
        });
    }
}
