package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Explicit score matching, the Fisher divergence, for data with a known score (Hyvärinen 2005, equation 2):
 *
 * <pre>L = ½·E‖s(x, σ) − ∇log p_σ(x)‖²</pre>
 *
 * <p>It is the reference for all other objectives, which differ from it by constants that do not depend on s.
 *
 * @param truth ∇log p_σ of the density that x comes from
 */
public record FisherDivergence(ScoreFunction truth) implements Objective {

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        Tensor difference = score.score(x, sigma).minus(truth.score(x, sigma));
        return Samples.sum(difference.square()).times(0.5);
    }
}
