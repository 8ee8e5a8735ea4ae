package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/** An objective of training, as a graph: it gives one number for each sample; their mean over the batch is the loss. */
@FunctionalInterface
public interface Objective {

    /**
     * Each sample's loss, summed (not averaged) over the sample's D numbers.
     *
     * @param x data, N×…
     * @param sigma each sample's noise level, N
     * @param draws the source of random numbers
     * @return the loss of each sample, N
     */
    Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws);

    /** The loss: the mean of {@link #perSample} over the batch, a scalar. */
    default Tensor loss(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        return perSample(score, x, sigma, draws).mean();
    }
}
