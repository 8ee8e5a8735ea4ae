package scorefield.ncsn.configuration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import scorefield.ncsn.configuration.Kind.Flag;
import scorefield.ncsn.configuration.Kind.OneOf;
import scorefield.ncsn.configuration.Kind.OrAuto;
import scorefield.ncsn.configuration.Kind.Real;
import scorefield.ncsn.configuration.Kind.Size;
import scorefield.ncsn.configuration.Kind.Text;
import scorefield.ncsn.configuration.Kind.Whole;
import scorefield.ncsn.configuration.Kind.Wholes;
import scorefield.ncsn.objective.Projection;

/** Every key there is. A new one is one line here, and one component of the record that reads it. */
final class Keys {

    private static final Kind POSITIVE = new Real(0, false, Double.MAX_VALUE);
    private static final Kind STEPS = new Whole(1, 1_000_000_000_000L);
    private static final Kind EVERY = new Whole(0, 1_000_000_000_000L);

    // ---- data
    static final Key SOURCE = fixedByItsBytes(
            "data.source",
            new Text("digits, moons or a path"),
            "digits",
            "digits, checkerboard, mixture, moons, rings or spiral (drawn here), points:PICTURE (points from its brightness),"
                    + " or a file or folder of images");
    static final Key COUNT = fixed(
            "data.count",
            new OrAuto(new Whole(1, Integer.MAX_VALUE)),
            "auto",
            "how many samples to use: the first so many of a file, or so many drawn ones; auto: all, or 20000 drawn ones");
    static final Key SIZE = fixed(
            "data.size",
            new OrAuto(new Size()),
            "auto",
            "resample every image to this size; auto: leave images as they are");
    static final Key CROP =
            fixed("data.crop", new Flag(), false, "cut to the proportions of data.size instead of stretching to them");

    // ---- network
    static final Key CHANNELS = fixed(
            "network.channels",
            new Whole(4, 1024),
            32L,
            "for images: c, the channels of the U-Net's first level; a multiple of 4");
    static final Key MULTIPLIERS = fixed(
            "network.multipliers",
            new Wholes(new Whole(1, 32), 8),
            List.of(1L, 2L, 2L),
            "for images: each level's channels as a multiple of c; every level after the first halves height and width");
    static final Key BLOCKS =
            fixed("network.blocks", new Whole(1, 16), 2L, "for images: residual blocks in each level");

    static final Key WIDTH =
            fixed("network.width", new Whole(1, 65_536), 128L, "for points: numbers in each hidden layer of the MLP");
    static final Key HIDDEN = fixed("network.hidden", new Whole(1, 64), 3L, "for points: hidden layers of the MLP");

    // ---- model
    static final Key CLASSES = fixed(
            "model.classes",
            new OrAuto(new Whole(0, 100_000)),
            0L,
            "for images with labels: how many classes the network is told of; 0: none; auto: as many as the data have");
    static final Key CLASS_DROPOUT = fixed(
            "model.class-dropout",
            new Real(0, true, 1),
            0.1,
            "the share of training samples whose class is not told, so that the score of all data is learnt, too");

    // ---- objective
    static final Key MATCHING = fixed(
            "objective.matching",
            new OneOf(ObjectiveSettings.Matching.class),
            "annealed",
            "how the score is matched; all but the annealed ones learn the noise level noise.sigma-min only");
    static final Key POWER = fixed(
            "objective.power",
            new Real(-8, true, 8),
            2.0,
            "p in a noise level's weight σ^p in the annealed objectives");
    static final Key PROJECTION = fixed(
            "objective.projection",
            new OneOf(Projection.class),
            "rademacher",
            "how the random directions of the sliced objectives are distributed");
    static final Key PROJECTIONS = fixed(
            "objective.projections",
            new Whole(1, 10_000),
            1L,
            "random directions for each sample in the sliced objectives");
    static final Key FD_EPSILON =
            fixed("objective.epsilon", POSITIVE, 0.05, "the step of fd-sliced's finite difference, as a fraction of σ");

    // ---- noise levels
    static final Key SIGMA_MAX = fixed(
            "noise.sigma-max",
            new OrAuto(POSITIVE),
            "auto",
            "the first and largest noise level; auto: the largest distance between two training samples");
    static final Key SIGMA_MIN = fixed("noise.sigma-min", POSITIVE, 0.01, "the last and smallest noise level");
    static final Key LEVELS = fixed(
            "noise.levels",
            new OrAuto(new Whole(1, 100_000)),
            "auto",
            "L, the number of noise levels; auto: neighbouring levels overlap enough (NCSNv2, technique 2)");

    // ---- training
    static final Key TRAINING_STEPS = adjustable("training.steps", STEPS, 20_000L, "the step at which training ends");
    static final Key BATCH = fixed("training.batch", new Whole(1, 65_536), 128L, "samples in each step");
    static final Key SIGMAS = fixed(
            "training.sigmas",
            new OneOf(TrainingSettings.Sigmas.class),
            "ladder",
            "which noise levels the annealed objectives learn: ladder: those of the ladder; continuous: all between the largest and"
                    + " the smallest, log-uniform, which the ODE samplers want");
    static final Key LEARNING_RATE = fixed("training.learning-rate", POSITIVE, 1e-3, "Adam's step size");
    static final Key WARMUP =
            fixed("training.warmup", EVERY, 0L, "steps over which the learning rate rises linearly from 0");
    static final Key BETA1 = fixed("training.beta1", new Real(0, true, 0.999_999), 0.9, "Adam's decay of the mean");
    static final Key BETA2 =
            fixed("training.beta2", new Real(0, true, 0.999_999_9), 0.999, "Adam's decay of the mean square");
    static final Key EPSILON = fixed("training.epsilon", POSITIVE, 1e-8, "Adam's term against division by zero");
    static final Key CLIP =
            fixed("training.clip", POSITIVE, 1.0, "the gradient is shortened to this global norm where it is longer");
    static final Key AVERAGE = fixed(
            "training.average",
            new Real(0, true, 0.999_999),
            0.999,
            "decay of the parameters' moving average, which is what samples; it begins lower and rises to this");
    static final Key SEED = fixed(
            "training.seed",
            new Whole(Long.MIN_VALUE, Long.MAX_VALUE),
            0L,
            "decides everything that is random; the same seed gives the same run");

    // ---- sampling
    static final Key SAMPLER =
            adjustable("sampling.sampler", new OneOf(SamplerKind.class), "annealed", "the way from noise to samples");
    static final Key EVALUATIONS = adjustable(
            "sampling.evaluations",
            new OrAuto(new Whole(2, 10_000_000)),
            "auto",
            "network evaluations that a batch may take: noise levels and steps follow from it; auto: it follows from them");
    static final Key STEPS_PER_LEVEL = adjustable(
            "sampling.steps-per-level",
            new OrAuto(new Whole(1, 100_000)),
            "auto",
            "T, Langevin steps at each noise level; auto: 5, or 1000 where there is one level only");
    static final Key STEP_SIZE = adjustable(
            "sampling.step-size",
            new OrAuto(POSITIVE),
            "auto",
            "ε in α = ε·σ²/σ_L² of x ← x + (α/2)·score + √α·z; auto: NCSNv2, technique 4, or σ²/5 where there is one level only");
    static final Key ETA = adjustable(
            "sampling.eta",
            new OrAuto(new Real(0, false, 1)),
            "auto",
            "η of the consistent sampler, from 1 − 1/γ (no new noise) to 1 (all of it new); auto: 1 − 1/γ², ancestral sampling");
    static final Key SNR = adjustable(
            "sampling.snr",
            new Real(0, false, 10),
            0.16,
            "the predictor-corrector's signal-to-noise ratio of a corrector's step");
    static final Key CORRECTIONS = adjustable(
            "sampling.corrections",
            new Whole(0, 10_000),
            1L,
            "the predictor-corrector's steps of the corrector at each noise level");
    static final Key TOLERANCE = adjustable(
            "sampling.tolerance",
            new Real(1e-6, true, 0.5),
            0.01,
            "how large the error of the ode sampler's step may be, relative and in the data's units");
    static final Key DENOISE =
            adjustable("sampling.denoise", new Flag(), true, "end with the denoising step x + σ_L²·score");
    static final Key IMAGES = adjustable("sampling.images", new Whole(1, 10_000), 64L, "images in samples.png");

    // ---- output
    static final Key LOG_EVERY = adjustable(
            "output.log-every", STEPS, 20L, "steps from one line of metrics.jsonl to the next; each reads the device");
    static final Key CHECKPOINT_EVERY =
            adjustable("output.checkpoint-every", STEPS, 500L, "steps from one checkpoint to the next");
    static final Key PREVIEW_EVERY = adjustable(
            "output.preview-every", EVERY, 2000L, "steps from one sample grid to the next while training; 0: none");
    static final Key PREVIEW_IMAGES =
            adjustable("output.preview-images", new Whole(1, 1024), 16L, "images in such a grid");
    static final Key PREVIEW_LEVELS = adjustable(
            "output.preview-levels",
            new Whole(2, 100_000),
            48L,
            "noise levels that such a grid takes: fewer, so that it is quick");

    /** All of them, in the order in which they are listed and compared. */
    static final Map<String, Key> ALL = List.of(
                    SOURCE,
                    COUNT,
                    SIZE,
                    CROP,
                    CHANNELS,
                    MULTIPLIERS,
                    BLOCKS,
                    WIDTH,
                    HIDDEN,
                    CLASSES,
                    CLASS_DROPOUT,
                    MATCHING,
                    POWER,
                    PROJECTION,
                    PROJECTIONS,
                    FD_EPSILON,
                    SIGMA_MAX,
                    SIGMA_MIN,
                    LEVELS,
                    TRAINING_STEPS,
                    BATCH,
                    SIGMAS,
                    LEARNING_RATE,
                    WARMUP,
                    BETA1,
                    BETA2,
                    EPSILON,
                    CLIP,
                    AVERAGE,
                    SEED,
                    SAMPLER,
                    EVALUATIONS,
                    STEPS_PER_LEVEL,
                    STEP_SIZE,
                    ETA,
                    SNR,
                    CORRECTIONS,
                    TOLERANCE,
                    DENOISE,
                    IMAGES,
                    LOG_EVERY,
                    CHECKPOINT_EVERY,
                    PREVIEW_EVERY,
                    PREVIEW_IMAGES,
                    PREVIEW_LEVELS)
            .stream()
            .collect(Collectors.toMap(Key::name, key -> key, (a, b) -> a, LinkedHashMap::new));

    /** Keys that there were not always: a run from before has their defaults, which is what the program did then. */
    static final Set<Key> LATER =
            Set.of(CLASSES, CLASS_DROPOUT, SIGMAS, SAMPLER, EVALUATIONS, ETA, SNR, CORRECTIONS, TOLERANCE);

    private Keys() {}

    private static Key fixed(String name, Kind kind, Object standard, String meaning) {
        return new Key(name, kind, standard, false, meaning);
    }

    private static Key adjustable(String name, Kind kind, Object standard, String meaning) {
        return new Key(name, kind, standard, true, meaning);
    }

    /** Data may move to another path: what a resumed run compares is their hash. */
    private static Key fixedByItsBytes(String name, Kind kind, Object standard, String meaning) {
        return adjustable(name, kind, standard, meaning);
    }
}
