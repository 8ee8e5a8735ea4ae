package scorefield.ncsn.objective;

import java.util.List;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Sliced score matching (Song, Garg, Shi &amp; Ermon 2019, arXiv 1905.07088): scores are compared along random
 * directions v, which needs one vector-Jacobian product per direction instead of D.
 *
 * <pre>
 * L = E[½(vᵀs)² + vᵀ∇ₓ(vᵀs)]      equation 7
 * L = E[½‖s‖²   + vᵀ∇ₓ(vᵀs)]      equation 8: the variance-reduced form, whose first term is exact
 * </pre>
 *
 * <p>With E[vvᵀ] = I, both equal {@link ExactScoreMatching} in expectation.
 *
 * @param projection the distribution of v
 * @param projections the number of projections v for each sample; the loss is their mean
 * @param varianceReduced whether to use equation 8
 */
public record SlicedScoreMatching(Projection projection, int projections, boolean varianceReduced)
        implements Objective {

    /** Checks that there is at least 1 projection. */
    public SlicedScoreMatching {
        if (projections < 1) {
            throw new IllegalArgumentException("projections must be at least 1; got " + projections);
        }
    }

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        Tensor s = score.score(x, sigma);
        Tensor norm = Samples.inner(s, s).times(0.5);
        return Samples.mean(projections, () -> {
            Tensor v = projection.draw(draws, x.shape());
            // Samples do not depend on each other, so the gradient of Σₙ vₙᵀsₙ contains ∇(vᵀs) of each sample.
            Tensor gradient = Gradients.vjp(s, v, List.of(x)).get(0);
            Tensor curvature = Samples.inner(v, gradient);
            return curvature.plus(
                    varianceReduced ? norm : Samples.inner(v, s).square().times(0.5));
        });
    }
}
