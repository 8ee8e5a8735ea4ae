package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Weights another objective: each sample's loss is multiplied by λ(σ) = σ^power (Song &amp; Ermon 2019, arXiv
 * 1907.05600, equation 6).
 *
 * @param objective the objective to weight
 * @param power the exponent of σ
 */
public record Weighted(Objective objective, double power) implements Objective {

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        return objective.perSample(score, x, sigma, draws).times(sigma.pow(power));
    }
}
