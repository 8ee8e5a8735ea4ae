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

    /** How many classes the network can be told of; 0 where it knows of none. */
    default int classes() {
        return 0;
    }

    /**
     * The score of a batch of which the classes are told: of p(x | class), perturbed.
     *
     * @param weights from this network's {@link #parameters()}
     * @param x N×sample; images in [0, 1], plus the noise
     * @param sigma N, each sample's noise level
     * @param labels INT[N], each from 0 to {@link #classes()}−1, or {@link #classes()} where it is not told
     * @return the score, of x's shape
     */
    default Tensor score(Weights weights, Tensor x, Tensor sigma, Tensor labels) {
        throw new IllegalArgumentException("the network knows no classes, but was told " + labels);
    }

    /** The network with these weights; where it knows classes, it is told none: the score of all data. */
    default ScoreFunction with(Weights weights) {
        return (x, sigma) -> score(weights, x, sigma);
    }

    /**
     * The network with these weights, for batches of samples of these classes.
     *
     * @param labels INT[N], as in {@link #score(Weights, Tensor, Tensor, Tensor)}
     */
    default ScoreFunction with(Weights weights, Tensor labels) {
        return (x, sigma) -> score(weights, x, sigma, labels);
    }
}
