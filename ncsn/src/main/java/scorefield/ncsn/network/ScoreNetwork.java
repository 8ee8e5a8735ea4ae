package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * A network s(x, σ) that models the score of data perturbed with N(0, σ²I).
 *
 * <p>It holds no numbers: it builds the graph for weights in a flat vector. The same network works with the trained
 * weights and with their moving average.
 */
public interface ScoreNetwork {

    /** The parameters to train. */
    Parameters parameters();

    /** The shape of one sample, without the batch: H×W×C for images. */
    Shape sample();

    /**
     * The unconditional score of a batch.
     *
     * @param weights from this network's {@link #parameters()}
     * @param x N×sample; images in [0, 1], plus the noise
     * @param sigma N, each sample's noise level
     * @return the score, of x's shape
     */
    Tensor score(Weights weights, Tensor x, Tensor sigma);

    /** The number of classes of a class-conditional network; 0 for an unconditional one. */
    default int classes() {
        return 0;
    }

    /**
     * The class-conditional score of a batch: the score of the perturbed p(x | class).
     *
     * @param weights from this network's {@link #parameters()}
     * @param x N×sample; images in [0, 1], plus the noise
     * @param sigma N, each sample's noise level
     * @param labels INT[N], each from 0 to {@link #classes()}−1, or {@link #classes()} for the null class
     * @return the score, of x's shape
     */
    default Tensor score(Weights weights, Tensor x, Tensor sigma, Tensor labels) {
        throw new IllegalArgumentException("the network is unconditional and takes no class labels; got " + labels);
    }

    /** The unconditional score with these weights; a class-conditional network gets the null class. */
    default ScoreFunction with(Weights weights) {
        return (x, sigma) -> score(weights, x, sigma);
    }

    /**
     * The class-conditional score with these weights, for batches with these classes.
     *
     * @param labels INT[N], as in {@link #score(Weights, Tensor, Tensor, Tensor)}
     */
    default ScoreFunction with(Weights weights, Tensor labels) {
        return (x, sigma) -> score(weights, x, sigma, labels);
    }
}
