package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Denoising score matching over all noise levels (Song &amp; Ermon 2019, arXiv 1907.05600, equations 5 and 6; Vincent 2011):
 *
 * <pre>L = E λ(σ)·½‖s(x+σz, σ) + z/σ‖²,   λ(σ) = σ^power</pre>
 *
 * <p>−z/σ is the score of the added noise, N(x, σ²I) at x+σz. Its mean given x+σz is the score of the perturbed data, which is therefore
 * the minimiser. With power 2, the default, the loss is ½‖σ·s + z‖², and the losses of all levels have the same order of magnitude: for s =
 * 0 each is D/2.
 *
 * @param power the exponent of σ in the weight of a level
 */
public record AnnealedDenoising(double power) implements Objective {

    /** Weighted with σ². */
    public AnnealedDenoising() {
        this(2);
    }

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        Tensor z = draws.normal(x.shape());
        Tensor spread = Samples.spread(sigma, x);
        Tensor s = score.score(x.plus(spread.times(z)), sigma);
        Tensor loss = Samples.sum(s.times(spread).plus(z).square()).times(0.5);
        return power == 2 ? loss : loss.times(sigma.pow(power - 2));
    }
}
