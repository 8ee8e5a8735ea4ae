package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Denoising score matching at each sample's own noise level (Vincent 2011, equation 9), z ~ N(0, I):
 *
 * <pre>L = ½·E‖s(x+σz, σ) + z/σ‖²</pre>
 *
 * <p>−z/σ is the score of the added noise; its mean given x+σz is the score of the perturbed data. So L is the
 * {@link FisherDivergence} on the perturbed data, plus a constant that does not depend on s.
 *
 * <p>As σ → 0 the variance of the loss grows without bound, because of two terms of the square whose means do not
 * depend on s: s(x)ᵀz/σ with mean 0, and ‖z‖²/(2σ²) with mean D/(2σ²). Subtracting both as a control variate leaves
 *
 * <pre>L = E[½‖s(x+σz, σ)‖² + (s(x+σz, σ) − s(x, σ))ᵀz/σ]</pre>
 *
 * <p>whose variance stays bounded if the score stays smooth and bounded as σ → 0; it needs a second forward pass. Its
 * mean is the denoising loss minus D/(2σ²): this is {@link ExactScoreMatching} on the perturbed data (because
 * E[s(x+σz)ᵀz/σ] = E[tr ∇s] by Stein's lemma), and for σ → 0 on the data themselves.
 *
 * @param controlVariate whether to subtract the two terms
 */
public record DenoisingScoreMatching(boolean controlVariate) implements Objective {

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        Tensor z = draws.normal(x.shape());
        Tensor spread = Samples.spread(sigma, x);
        Tensor s = score.score(x.plus(spread.times(z)), sigma);
        if (!controlVariate) {
            return Samples.sum(s.plus(z.over(spread)).square()).times(0.5);
        }
        Tensor rise = s.minus(score.score(x, sigma));
        return Samples.inner(s, s).times(0.5).plus(Samples.inner(rise, z).over(sigma));
    }
}
