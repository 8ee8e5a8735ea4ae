package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Denoising score matching over all noise levels (Song &amp; Ermon 2019, arXiv 1907.05600, equations 5 and 6; Vincent 2011):
 *
 * <pre>L = E w(σ)·½‖σ·s(x+σz, σ) + z‖²</pre>
 *
 * <p>−z/σ is the score of the added noise, N(x, σ²I) at x+σz. Its mean given x+σz is the score of the perturbed data, which is therefore
 * the minimiser, whatever the weight.
 *
 * @param weight w, how much a noise level counts
 */
public record AnnealedDenoising(LossWeight weight) implements Objective {

    /** With NCSN's weight λ(σ) = σ² of ½‖s + z/σ‖², that is w = 1: the losses of all levels have the same order of magnitude. */
    public AnnealedDenoising() {
        this(2);
    }

    /**
     * With the weight λ(σ) = σ^power of ½‖s + z/σ‖².
     *
     * @param power the exponent of σ
     */
    public AnnealedDenoising(double power) {
        this(LossWeight.power(power));
    }

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        Tensor z = draws.normal(x.shape());
        Tensor spread = Samples.spread(sigma, x);
        Tensor s = score.score(x.plus(spread.times(z)), sigma);
        return Samples.sum(s.times(spread).plus(z).square()).times(0.5).times(weight.of(sigma));
    }
}
