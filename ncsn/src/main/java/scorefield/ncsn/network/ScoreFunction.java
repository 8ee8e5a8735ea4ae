package scorefield.ncsn.network;

import scorefield.autodiff.Tensor;

/**
 * A score: the gradient ∇ₓ log p_σ(x) of the log-density of data perturbed with N(0, σ²I), as a graph.
 *
 * <p>Objectives and samplers need only this interface, so they work with a closed form as well as with a network.
 */
@FunctionalInterface
public interface ScoreFunction {

    /**
     * The score at each sample of a batch.
     *
     * @param x N×…, the samples
     * @param sigma N, each sample's noise level
     * @return the score, of x's shape
     */
    Tensor score(Tensor x, Tensor sigma);
}
