package scorefield.ncsn.distribution;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * A distribution with a known score and a known density, which a Metropolis test needs and a score network does not
 * provide.
 */
public interface KnownDensity extends ScoreFunction {

    /**
     * log p of the distribution perturbed with N(0, σ²I).
     *
     * @param x N×…, the samples
     * @param sigma N, each sample's noise level
     * @return N
     */
    Tensor logDensity(Tensor x, Tensor sigma);
}
