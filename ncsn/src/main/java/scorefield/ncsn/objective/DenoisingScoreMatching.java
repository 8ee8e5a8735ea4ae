package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Denoising score matching at each sample's own noise level (Vincent 2011, equation 9), z ~ N(0, I):
 *
 * <pre>L = ½·E‖s(x+σz, σ) + z/σ‖²</pre>
 *
 * <p>−z/σ is the score of the noise that was added; its mean given x+σz is the score of the perturbed data. So L is the
 * {@link FisherDivergence} on the perturbed data, plus a number that does not depend on s.
 *
 * <p>As σ → 0 the loss' variance grows without bound, because two terms of the square do, though their means do not depend on s:
 * s(x)ᵀz/σ, whose mean is 0, and ‖z‖²/(2σ²), whose mean is D/(2σ²). The control variate takes both away and leaves
 *
 * <pre>L = E[½‖s(x+σz, σ)‖² + (s(x+σz, σ) − s(x, σ))ᵀz/σ]</pre>
 *
 * <p>whose variance stays bounded, for a second forward pass (both for a score that stays smooth and bounded as σ → 0). Its mean is the denoising loss less D/(2σ²): {@link ExactScoreMatching} on the
 * perturbed data (as E[s(x+σz)ᵀz/σ] is E[tr ∇s], by Stein's lemma), and for σ → 0 on the data themselves.
 *
 * @param controlVariate whether the two terms are taken away
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
