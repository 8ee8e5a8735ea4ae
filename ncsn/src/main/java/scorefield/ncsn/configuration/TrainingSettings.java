package scorefield.ncsn.configuration;

import scorefield.ncsn.setting.Setting;

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
 * @param dropout the probability that {@link scorefield.ncsn.network.Dropout} drops a number
 * @param classDropout the share of samples whose class is replaced by the null class, in a class-conditional network
 */
public record TrainingSettings(
        @Setting(
                defaultValue = "20000",
                min = 1,
                max = 1e12,
                adjustable = true,
                description = "the step at which training ends")
        long steps,

        @Setting(defaultValue = "128", min = 1, max = 65_536, description = "samples in each step")
        int batch,

        @Setting(
                defaultValue = "ladder",
                later = true,
                description =
                        "which noise levels the annealed objectives learn: ladder: those of the noise schedule; continuous: all"
                                + " between the largest and the smallest, log-uniform, which the ODE samplers want")
        Sigmas sigmas,

        @Setting(defaultValue = "0.001", above = 0, description = "Adam's step size")
        double learningRate,

        @Setting(
                defaultValue = "0",
                min = 0,
                max = 1e12,
                description = "steps over which the learning rate rises linearly from 0")
        long warmup,

        @Setting(defaultValue = "0.9", min = 0, max = 0.999_999, description = "Adam's decay of the mean")
        double beta1,

        @Setting(defaultValue = "0.999", min = 0, max = 0.999_999_9, description = "Adam's decay of the mean square")
        double beta2,

        @Setting(defaultValue = "1e-8", above = 0, description = "Adam's term against division by zero")
        double epsilon,

        @Setting(
                defaultValue = "1",
                above = 0,
                description = "the gradient is shortened to this global norm where it is longer")
        double clip,

        @Setting(
                defaultValue = "0.999",
                min = 0,
                max = 0.999_999,
                description =
                        "decay of the parameters' moving average, which samples are drawn with; it begins lower and rises to"
                                + " this")
        double average,

        @Setting(
                defaultValue = "0",
                description = "decides everything that is random; the same seed gives the same run")
        long seed,

        @Setting(
                name = "model.dropout",
                defaultValue = "0",
                min = 0,
                max = 0.999,
                later = true,
                description =
                        "for images: in training, the probability with which each number before a residual block's second"
                                + " convolution is replaced by 0; 0: no dropout")
        double dropout,

        @Setting(
                name = "model.class-dropout",
                defaultValue = "0.1",
                min = 0,
                max = 1,
                later = true,
                description =
                        "the share of training samples whose class is replaced by the null class, so that the unconditional"
                                + " score is learned, too")
        double classDropout) {

    /** Which noise levels are drawn, for each sample of a batch. */
    public enum Sigmas {
        /** One of the noise schedule's, each as probable as any other. */
        LADDER,
        /** log σ uniform between the logarithms of the smallest and the largest. */
        CONTINUOUS
    }

    /** Adam as it is configured by default, with nothing clipped that is not extreme. */
    public static TrainingSettings of(long steps, int batch, double learningRate, long seed) {
        return new TrainingSettings(
                steps, batch, Sigmas.LADDER, learningRate, 50, 0.9, 0.999, 1e-8, 100, 0.995, seed, 0, 0.1);
    }
}
