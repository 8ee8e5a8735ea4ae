package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/** What training minimises, as a graph: a number for each sample, whose mean over the batch is the loss. */
@FunctionalInterface
public interface Objective {

    /**
     * Each sample's loss, summed (not averaged) over the sample's D numbers.
     *
     * @param x clean data, N×…
     * @param sigma each sample's noise level, N
     * @param z numbers from N(0, 1), of x's shape
     * @return the loss of each sample, N
     */
    Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Tensor z);

    /** The loss: the mean of {@link #perSample} over the batch, a scalar. */
    default Tensor loss(ScoreFunction score, Tensor x, Tensor sigma, Tensor z) {
        return perSample(score, x, sigma, z).mean();
    }
}
