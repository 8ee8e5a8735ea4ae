package scorefield.ncsn.configuration;

/**
 * How to train.
 *
 * @param steps the step at which training ends
 * @param batch B, images in each step
 * @param sigmas which noise levels a step sees
 * @param learningRate Adam's step size
 * @param warmup steps over which the learning rate rises linearly from 0
 * @param beta1 Adam's decay of the mean
 * @param beta2 Adam's decay of the mean square
 * @param epsilon Adam's term against division by zero
 * @param clip the greatest global norm of the gradient
 * @param average the moving average's decay
 * @param seed decides everything that is random
 * @param classDropout the share of samples whose class the network is not told, where it is told classes
 */
public record TrainingSettings(
        long steps,
        int batch,
        Sigmas sigmas,
        double learningRate,
        long warmup,
        double beta1,
        double beta2,
        double epsilon,
        double clip,
        double average,
        long seed,
        double classDropout) {

    /** Which noise levels are drawn, for each sample of a batch. */
    public enum Sigmas {
        /** One of the ladder's, each as probable as any other. */
        LADDER,
        /** log σ uniform between the logarithms of the ladder's smallest and largest. */
        CONTINUOUS
    }

    /** Adam as it is configured by default, with nothing clipped that is not extreme. */
    public static TrainingSettings of(long steps, int batch, double learningRate, long seed) {
        return new TrainingSettings(
                steps, batch, Sigmas.LADDER, learningRate, 50, 0.9, 0.999, 1e-8, 100, 0.995, seed, 0.1);
    }
}
