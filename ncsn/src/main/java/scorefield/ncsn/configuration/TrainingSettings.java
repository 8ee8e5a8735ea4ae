package scorefield.ncsn.configuration;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.setting.Formerly;
import scorefield.ncsn.setting.Setting;

/**
 * How to train.
 *
 * @param steps the step at which training ends
 * @param batch B, images in each step
 * @param shards S, into how many parts a batch is cut; empty for as few as fit the device's memory
 * @param sigmas how noise levels are drawn
 * @param sigmaMean m, where they are log-normal
 * @param sigmaDeviation s, where they are log-normal
 * @param optimiser what turns a gradient into a step
 * @param learningRate the optimiser's step size
 * @param warmup steps over which the learning rate rises linearly from 0
 * @param decay how the learning rate falls after that
 * @param beta1 Adam's decay of the mean
 * @param beta2 Adam's decay of the mean square
 * @param epsilon Adam's term against division by zero
 * @param weightDecay λ: each step shortens the parameters by the factor 1 − η·λ
 * @param clip the greatest global norm of the gradient
 * @param average the moving average's decay
 * @param halfLives half-lives of further moving averages, in images
 * @param guide after which share of the steps the average is kept as the guide for {@link scorefield.ncsn.network.Autoguidance}; 0 for no guide
 * @param seed decides everything that is random
 * @param flip whether half of the images are mirrored left to right
 * @param augmentation p, the probability of each geometric transformation of a training image
 * @param dropout the probability that {@link scorefield.ncsn.network.Dropout} drops a number
 * @param classDropout the share of samples whose class is replaced by the null class, in a class-conditional network
 */
public record TrainingSettings(
        @Setting(
                defaultValue = "20000",
                min = 1,
                max = TrainingSettings.MOST_STEPS,
                adjustable = true,
                description =
                        "the step at which training ends; where training.decay depends on it, a run that is resumed with more steps"
                                + " learns at other rates than one that had them from the start")
        long steps,

        @Setting(defaultValue = "128", min = 1, max = 65_536, description = "samples in each step")
        int batch,

        @Setting(
                defaultValue = "1",
                min = 1,
                max = 65_536,
                later = true,
                description =
                        "into how many parts a batch is cut, a power of two that divides training.batch: their gradients are computed one"
                                + " after the other, or at once on as many ranks, and added in a fixed order; auto: as few as fit the"
                                + " device's memory")
        OptionalInt shards,

        @Setting(
                defaultValue = "levels",
                later = true,
                description =
                        "how training draws noise levels: levels: those of the noise schedule; log-uniform: evenly in log σ between the"
                                + " largest and the smallest; log-normal: ln(σ/σ_d) normal; cosine: arctan(σ/σ_d) uniform")
        Sigmas sigmas,

        @Setting(
                defaultValue = "-0.51",
                min = -5,
                max = 5,
                later = true,
                description =
                        "mean of ln(σ/σ_d) where training.sigmas is log-normal; -0.51 is EDM's -1.2 for σ_d = 0.5")
        double sigmaMean,

        @Setting(
                defaultValue = "1.2",
                above = 0,
                max = 4,
                later = true,
                description = "standard deviation of ln(σ/σ_d) where training.sigmas is log-normal")
        double sigmaDeviation,

        @Setting(
                defaultValue = "adam",
                later = true,
                description =
                        "what turns a gradient into a step: adam: Adam; muon: Muon for weight matrices, Adam for all else")
        Optimiser optimiser,

        @Setting(defaultValue = "0.001", above = 0, description = "the optimiser's step size")
        double learningRate,

        @Setting(
                defaultValue = "0",
                min = 0,
                max = TrainingSettings.MOST_STEPS,
                description = "steps over which the learning rate rises linearly from 0")
        long warmup,

        @Setting(
                defaultValue = "none",
                later = true,
                description =
                        "how the learning rate falls after the warm-up: none: not; cosine: as a cosine to 0 at the last step;"
                                + " linear: to 0 during the last 40 % of the steps; inverse-square-root: as √(warm-up/step)")
        Decay decay,

        @Setting(defaultValue = "0.9", min = 0, max = 0.999_999, description = "Adam's decay of the mean")
        double beta1,

        @Setting(defaultValue = "0.999", min = 0, max = 0.999_999_9, description = "Adam's decay of the mean square")
        double beta2,

        @Setting(defaultValue = "1e-8", above = 0, description = "Adam's term against division by zero")
        double epsilon,

        @Setting(
                defaultValue = "0",
                min = 0,
                max = 100,
                later = true,
                description = "decoupled weight decay λ: each step multiplies the parameters by 1 - learning rate · λ")
        double weightDecay,

        @Setting(
                defaultValue = "1",
                above = 0,
                description = "gradients with a larger global norm are scaled down to this norm")
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
                defaultValue = "[]",
                form = "[5000, 20000]",
                min = 1,
                minLength = 0,
                maxLength = 8,
                later = true,
                description =
                        "half-lives, in images, of further moving averages to keep beside training.average; --average draws with"
                                + " one of them")
        List<Integer> halfLives,

        @Setting(
                defaultValue = "0",
                min = 0,
                max = 0.999,
                later = true,
                description =
                        "the share of the steps after which a copy of the moving average is kept as the guide, which"
                                + " sampling.autoguidance needs; 0: no guide")
        double guide,

        @Setting(defaultValue = "0", description = "the seed of all random numbers; the same seed gives the same run")
        long seed,

        @Setting(
                name = "data.flip",
                defaultValue = "false",
                later = true,
                description =
                        "in training, mirror half of the images left to right: twice as much to learn from, where a mirrored image"
                                + " is as likely as the image")
        boolean flip,

        @Setting(
                name = "data.augmentation",
                defaultValue = "0",
                min = 0,
                max = 1,
                later = true,
                description =
                        "for images: in training, the probability of each of six changes: mirrored left to right, or top to bottom"
                                + " (half of the time each), scaled, rotated, stretched, shifted; the network is told, so that samples"
                                + " do not show it; 0: none")
        double augmentation,

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

    /** No run is longer. */
    public static final long MOST_STEPS = 1_000_000_000_000L;

    /** The full name of {@link #shards}. */
    public static final String SHARDS = "training.shards";

    /** Refuses a rate that falls from the end of a missing warm-up, and shards that a batch cannot be cut into. */
    public TrainingSettings {
        halfLives = List.copyOf(halfLives);
        if (shards.isPresent() && !canBeCut(batch, shards.getAsInt())) {
            throw new IllegalArgumentException("training.shards must be a power of two that divides training.batch = "
                    + batch + "; got " + shards.getAsInt());
        }
        if (decay == Decay.INVERSE_SQUARE_ROOT && warmup == 0) {
            throw new IllegalArgumentException(
                    "training.decay=inverse-square-root falls from the end of the warm-up on;"
                            + " training.warmup must be at least 1; got 0");
        }
    }

    /** What turns a gradient into a step. */
    public enum Optimiser {
        /** {@code scorefield.ncsn.training.Adam}, for all parameters. */
        ADAM,
        /** {@code scorefield.ncsn.training.Muon} for weight matrices, Adam for all else. */
        MUON
    }

    /** Whether a batch can be cut into so many shards: a power of two, so that a mean over them is exact, and all of the same size. */
    public static boolean canBeCut(int batch, int shards) {
        return Integer.bitCount(shards) == 1 && batch % shards == 0;
    }

    /** Into how many shards a batch is cut; 1 where it is not yet decided. */
    public int shardCount() {
        return shards.orElse(1);
    }

    /** How a learning rate falls. */
    public enum Decay {
        /** Not at all. */
        NONE,
        /** η·½(1 + cos πt), where t runs from 0 to 1 between the end of the warm-up and the last step; constant if the warm-up is longer. */
        COSINE,
        /**
         * Constant, then linearly to 0 during the last 40 % of the steps. Annealing the rate does much of what a moving average does, and a
         * constant rate before it learns faster (Hägele et al. 2024, arXiv 2405.18392).
         */
        LINEAR,
        /** η·√(warm-up/step) from the end of the warm-up on (Vaswani et al. 2017, arXiv 1706.03762, equation 3). It does not depend on the last step. */
        INVERSE_SQUARE_ROOT
    }

    /** How noise levels are drawn, for each sample of a batch: see {@link SigmaDensity}. */
    public enum Sigmas {
        /** One of the noise schedule's, each as probable as any other. */
        @Formerly("ladder")
        LEVELS,
        /** log σ uniform between the logarithms of the smallest and the largest. */
        @Formerly("continuous")
        LOG_UNIFORM,
        /** log σ normal. */
        LOG_NORMAL,
        /** As by the cosine schedule. */
        COSINE
    }

    /** After how many steps the guide is kept; 0 for no guide. */
    public long guideStep() {
        return guide == 0 ? 0 : Math.max(1, Math.round(guide * steps));
    }

    /**
     * How noise levels are drawn.
     *
     * @param dataDeviation σ_d; needed by the densities that depend on it
     */
    SigmaDensity density(NoiseLevels levels, OptionalDouble dataDeviation) {
        return switch (sigmas) {
            case LEVELS -> SigmaDensity.uniformOver(levels);
            case LOG_UNIFORM -> SigmaDensity.logUniform(levels);
            case LOG_NORMAL -> SigmaDensity.logNormal(levels, dataDeviation.orElseThrow(), sigmaMean, sigmaDeviation);
            case COSINE -> SigmaDensity.cosine(levels, dataDeviation.orElseThrow());
        };
    }

    /** Adam as it is configured by default, with nothing clipped that is not extreme. */
    public static TrainingSettings of(long steps, int batch, double learningRate, long seed) {
        return new TrainingSettings(
                steps,
                batch,
                OptionalInt.of(1),
                Sigmas.LEVELS,
                0,
                1,
                Optimiser.ADAM,
                learningRate,
                50,
                Decay.NONE,
                0.9,
                0.999,
                1e-8,
                0,
                100,
                0.995,
                List.of(),
                0,
                seed,
                false,
                0,
                0,
                0.1);
    }
}
