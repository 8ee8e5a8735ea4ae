package scorefield.ncsn.training;

import java.util.Arrays;
import scorefield.ncsn.network.ScoreNetwork;

/**
 * All that a run carries from step to step: what a checkpoint keeps. Everything else follows from the configuration, the data, the seed
 * and the step.
 *
 * @param step how many steps have been taken
 * @param parameters θ, P numbers in the network's flat order
 * @param average their moving average
 * @param mean Adam's m
 * @param meanSquare Adam's v
 */
public record TrainingState(long step, float[] parameters, float[] average, float[] mean, float[] meanSquare) {

    /** Checks that the step is not negative and that the four vectors have the same length. */
    public TrainingState {
        if (step < 0) {
            throw new IllegalArgumentException("the step must be at least 0; got " + step);
        }
        int size = parameters.length;
        if (average.length != size || mean.length != size || meanSquare.length != size) {
            throw new IllegalArgumentException("the four vectors must have the same length; got " + size + ", "
                    + average.length + ", " + mean.length + ", " + meanSquare.length);
        }
    }

    /** Before the first step. */
    public static TrainingState initial(ScoreNetwork network, long seed) {
        float[] parameters = network.parameters().initial(seed);
        return new TrainingState(
                0, parameters, parameters.clone(), new float[parameters.length], new float[parameters.length]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrainingState that
                && step == that.step
                && Arrays.equals(parameters, that.parameters)
                && Arrays.equals(average, that.average)
                && Arrays.equals(mean, that.mean)
                && Arrays.equals(meanSquare, that.meanSquare);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(step) + Arrays.hashCode(parameters);
    }

    @Override
    public String toString() {
        return parameters.length + " parameters after " + step + " steps";
    }
}
