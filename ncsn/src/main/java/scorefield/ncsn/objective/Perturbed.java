package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Another objective on perturbed data: at x+σz, z ~ N(0, I), in place of x.
 *
 * @param objective for the density that its x comes from
 */
public record Perturbed(Objective objective) implements Objective {

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        Tensor perturbed =
                x.plus(Samples.spread(sigma, x).times(draws.normal(x.shape()))).named("perturbed");
        return objective.perSample(score, perturbed, sigma, draws);
    }
}
