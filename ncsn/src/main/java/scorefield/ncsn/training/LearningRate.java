package scorefield.ncsn.training;

import scorefield.ncsn.configuration.TrainingSettings.Decay;

/**
 * The learning rate of each step: it rises linearly from 0 during the warm-up, and may fall later.
 *
 * @param peak η, after the warm-up
 * @param warmup how many steps the rise takes
 * @param decay how the rate falls
 * @param steps how many steps the training has, after which {@link Decay#COSINE} and {@link Decay#LINEAR} are 0
 */
public record LearningRate(double peak, long warmup, Decay decay, long steps) {

    /** The share of the steps in which {@link Decay#LINEAR} falls. */
    private static final double LINEAR_SHARE = 0.4;

    /** The rate of a step, counted from 0. */
    public double at(long step) {
        double rise = warmup == 0 ? 1 : Math.min(1, (step + 1.0) / warmup);
        return peak * rise * fall(step);
    }

    /** What is left of the peak after so many steps. */
    private double fall(double done) {
        return switch (decay) {
            case NONE -> 1;
            case COSINE -> {
                double t = Math.min(1, Math.max(0, done - warmup) / Math.max(1, steps - warmup));
                yield (1 + Math.cos(Math.PI * t)) / 2;
            }
            case LINEAR -> Math.max(0, Math.min(1, (steps - done) / (LINEAR_SHARE * steps)));
            case INVERSE_SQUARE_ROOT -> Math.sqrt(Math.min(1, Math.max(1, warmup) / done));
        };
    }
}
