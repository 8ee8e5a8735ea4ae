package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Applies another objective to perturbed data: to x+σz with z ~ N(0, I) instead of x.
 *
 * @param objective an objective for the density of its x
 */
public record Perturbed(Objective objective) implements Objective {

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        Tensor perturbed =
                x.plus(Samples.spread(sigma, x).times(draws.normal(x.shape()))).named("perturbed");
        return objective.perSample(score, perturbed, sigma, draws);
    }
}
