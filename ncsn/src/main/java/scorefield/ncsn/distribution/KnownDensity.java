package scorefield.ncsn.distribution;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/** A distribution of which not only the score is known but also the density: what a Metropolis test asks for, and no network gives. */
public interface KnownDensity extends ScoreFunction {

    /**
     * log p of the distribution perturbed with N(0, σ²I).
     *
     * @param x N×…, one sample after the other
     * @param sigma N, each sample's noise level
     * @return N
     */
    Tensor logDensity(Tensor x, Tensor sigma);
}
