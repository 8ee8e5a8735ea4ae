package scorefield.ncsn.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import scorefield.ncsn.network.ScoreNetwork;

/**
 * All that a run carries from step to step: what a checkpoint keeps. Everything else follows from the configuration, the data, the seed
 * and the step.
 *
 * @param step how many steps have been taken
 * @param parameters θ, P numbers in the network's flat order
 * @param averages their moving averages, of at least one length: in the order of {@link Average#of}
 * @param mean Adam's m
 * @param meanSquare Adam's v
 * @param guide the first average as it was at {@link scorefield.ncsn.configuration.TrainingSettings#guideStep}; empty before, and where none is kept
 */
public record TrainingState(
        long step,
        float[] parameters,
        List<float[]> averages,
        float[] mean,
        float[] meanSquare,
        Optional<float[]> guide) {

    /** Checks that the step is not negative and that all vectors have the same length. */
    public TrainingState {
        if (step < 0) {
            throw new IllegalArgumentException("the step must be at least 0; got " + step);
        }
        int size = parameters.length;
        List<float[]> others = new ArrayList<>(averages);
        Collections.addAll(others, mean, meanSquare);
        guide.ifPresent(others::add);
        for (float[] other : others) {
            if (other.length != size) {
                throw new IllegalArgumentException(
                        "all vectors must have the same length; got " + size + " and " + other.length);
            }
        }
        if (averages.isEmpty()) {
            throw new IllegalArgumentException("there must be a moving average");
        }
        averages = List.copyOf(averages);
    }

    /** Before the first step, with one moving average. */
    public static TrainingState initial(ScoreNetwork network, long seed) {
        return initial(network, seed, 1);
    }

    /**
     * Before the first step.
     *
     * @param averages how many moving averages
     */
    public static TrainingState initial(ScoreNetwork network, long seed, int averages) {
        float[] parameters = network.parameters().initial(seed);
        return new TrainingState(
                0,
                parameters,
                Collections.nCopies(averages, parameters.clone()),
                new float[parameters.length],
                new float[parameters.length],
                Optional.empty());
    }

    /** Whether all numbers are finite. */
    boolean isFinite() {
        List<float[]> all = new ArrayList<>(averages);
        Collections.addAll(all, parameters, mean, meanSquare);
        for (float[] numbers : all) {
            for (float number : numbers) {
                if (!Float.isFinite(number)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The first of the moving averages, which samples are drawn with. */
    public float[] average() {
        return averages.get(0);
    }

    /** The same state with other parameters, or another average, as the first average. */
    TrainingState drawnWith(float[] first) {
        List<float[]> others = new ArrayList<>(averages);
        others.set(0, first);
        return new TrainingState(step, parameters, others, mean, meanSquare, guide);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrainingState that
                && step == that.step
                && Arrays.equals(parameters, that.parameters)
                && averages.size() == that.averages.size()
                && Arrays.deepEquals(averages.toArray(), that.averages.toArray())
                && Arrays.equals(mean, that.mean)
                && Arrays.equals(meanSquare, that.meanSquare)
                && Arrays.equals(guide.orElse(null), that.guide.orElse(null));
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
