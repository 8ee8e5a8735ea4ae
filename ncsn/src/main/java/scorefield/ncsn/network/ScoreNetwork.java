package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * A network s(x, σ) that models the score of data perturbed with N(0, σ²I).
 *
 * <p>It holds no numbers: it is a way to write the graph, for weights that lie in one flat vector. The same network serves with the
 * trained weights and with their moving average.
 */
public interface ScoreNetwork {

    /** What there is to train. */
    Parameters parameters();

    /** The shape of one sample, without the batch: H×W×C for images. */
    Shape sample();

    /**
     * The score of a batch.
     *
     * @param weights from this network's {@link #parameters()}
     * @param x N×sample; images in [0, 1], plus the noise
     * @param sigma N, each sample's noise level
     * @return the score, of x's shape
     */
    Tensor score(Weights weights, Tensor x, Tensor sigma);

    /** The network with these weights. */
    default ScoreFunction with(Weights weights) {
        return (x, sigma) -> score(weights, x, sigma);
    }
}
