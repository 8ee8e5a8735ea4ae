package scorefield.ncsn.evaluation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.classifier.Classifier.Seen;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.metric.Bootstrap;
import scorefield.ncsn.metric.ClassShares;
import scorefield.ncsn.metric.ColourDrift;
import scorefield.ncsn.metric.FrechetDistance;
import scorefield.ncsn.metric.KernelDiscrepancy;
import scorefield.ncsn.metric.Measurement;
import scorefield.ncsn.metric.Memorisation;
import scorefield.ncsn.metric.Neighbours;
import scorefield.ncsn.metric.PrecisionRecall;
import scorefield.ncsn.metric.SlicedWasserstein;
import scorefield.ncsn.metric.Table;

/**
 * Every metric of images: of a classifier's features, where there is a classifier, of pixels, of colours, and of their distances from the
 * training images.
 *
 * <p>What grows with the product of two numbers of images takes the first {@value #PAIRS} of each (features) or {@value #PIXELS} (pixels);
 * each measurement says how many it took.
 */
public final class ImageEvaluation implements Evaluation<Images> {

    private static final int PAIRS = 5000;
    private static final int PIXELS = 2000;
    private static final int DIRECTIONS = 128;

    private static final Metric FRECHET = new Metric(
            "features.frechet",
            "Fréchet distance",
            Metric.Aim.LOW,
            "squared distance between Gaussians fitted to the classifier's features; too large by about c/n");
    private static final Metric PRECISION = new Metric(
            "features.precision",
            "precision",
            Metric.Aim.HIGH,
            "share of samples whose features lie among the real ones' (k = 3): how many look real");
    private static final Metric RECALL = new Metric(
            "features.recall",
            "recall",
            Metric.Aim.HIGH,
            "share of real images whose features lie among the samples' (k = 3): how much of the variety is drawn");
    private static final Metric COVERAGE = new Metric(
            "classes.coverage",
            "class coverage",
            Metric.Aim.HIGH,
            "sum over classes of the smaller of the samples' and the data's share; 1 less a class's share where it is"
                    + " never drawn");
    private static final Metric ENTROPY =
            new Metric("classes.entropy", "class entropy", Metric.Aim.REAL, "entropy of the samples' classes, in nats");
    private static final Metric DIVERGENCE = new Metric(
            "classes.divergence",
            "class divergence",
            Metric.Aim.LOW,
            "KL divergence of the samples' classes from the data's, in nats");
    private static final Metric WASSERSTEIN = new Metric(
            "pixels.sliced-wasserstein",
            "sliced Wasserstein",
            Metric.Aim.LOW,
            "sliced 2-Wasserstein distance of pixels in [0, 1], over " + DIRECTIONS + " directions");
    private static final Metric MMD = new Metric(
            "pixels.mmd2",
            "kernel MMD²",
            Metric.Aim.LOW,
            "squared maximum mean discrepancy of pixels, Gaussian kernel, bandwidth the reference's median distance");
    private static final Metric NEARER = new Metric(
            "memory.nearer",
            "nearer to training",
            Metric.Aim.REAL,
            "probability that a sample is nearer to its nearest training image than a real image is to its own; smooth"
                    + " or blurred images are near to everything");
    private static final Metric TOO_NEAR = new Metric(
            "memory.too-near",
            "too near to training",
            Metric.Aim.REAL,
            "share of samples nearer to a training image than 99 % of real images are: copies");

    private final Images real;
    private final Images reference;
    private final Images training;
    private final int @Nullable [] realInTraining;
    private final @Nullable Features features;
    private final Bootstrap bootstrap;
    private final SlicedReference pixels;
    private final ColourDrift colours;
    private final double[] usualDistances;

    /** What the classifier sees of the reference. */
    private record Features(Function<Images, Seen> eye, int classes, Seen reference, FrechetDistance frechet) {}

    private record SlicedReference(double[][] rows, KernelDiscrepancy discrepancy) {}

    /**
     * An evaluation.
     *
     * @param all the real images that samples are held against
     * @param training what the model was trained on; the same object as {@code all} where no other real images are there
     * @param eye the classifier, where there is one
     * @param classes K, of the classifier
     * @param count how many samples are expected
     */
    public ImageEvaluation(
            Images all,
            Images training,
            @Nullable Function<Images, Seen> eye,
            int classes,
            int count,
            Bootstrap bootstrap) {
        Halves halves = Halves.of(all.count(), count, bootstrap.seed());
        this.real = all.select(halves.real());
        this.reference = all.select(halves.reference());
        this.training = training;
        this.realInTraining = all == training ? halves.real() : null;
        this.bootstrap = bootstrap;
        this.features = eye == null ? null : features(eye, classes);
        double[][] rows = Table.of(reference).rows(PIXELS);
        this.pixels = new SlicedReference(rows, new KernelDiscrepancy(rows));
        this.colours = new ColourDrift(reference);
        int most = Math.min(PIXELS, reference.count());
        this.usualDistances = nearest(
                        reference.slice(0, most),
                        realInTraining == null ? null : Arrays.copyOf(halves.reference(), most))
                .farthest();
    }

    private Features features(Function<Images, Seen> eye, int classes) {
        Seen seen = eye.apply(reference);
        return new Features(eye, classes, seen, new FrechetDistance(seen.features()));
    }

    @Override
    public Images real() {
        return real;
    }

    @Override
    public Images reference() {
        return reference;
    }

    @Override
    public Map<Metric, Measurement> measure(Images samples) {
        return measure(samples, neighbours(samples));
    }

    /** The same, with the samples' {@link #neighbours} known. */
    public Map<Metric, Measurement> measure(Images samples, Neighbours neighbours) {
        Map<Metric, Measurement> measured = new LinkedHashMap<>();
        if (features != null) {
            measureFeatures(features, samples, measured);
        }
        double[][] rows = Table.of(samples).rows(PIXELS);
        measured.put(
                WASSERSTEIN, SlicedWasserstein.measure(rows, pixels.rows(), DIRECTIONS, bootstrap.seed(), bootstrap));
        measured.put(MMD, pixels.discrepancy().measure(rows, bootstrap));
        List<String> names = samples.channels() == 1 ? List.of("") : List.of("red ", "green ", "blue ");
        for (int c = 0; c < names.size(); c++) {
            measured.put(colour(names.get(c), "mean"), colours.mean(samples, c, bootstrap));
            measured.put(colour(names.get(c), "variance"), colours.variance(samples, c, bootstrap));
        }
        Memorisation memory = Memorisation.of(neighbours.farthest(), usualDistances, bootstrap);
        measured.put(NEARER, memory.nearer());
        measured.put(TOO_NEAR, memory.tooNear());
        return measured;
    }

    private void measureFeatures(Features known, Images samples, Map<Metric, Measurement> measured) {
        Seen seen = known.eye().apply(samples);
        int[] first = IntStream.range(0, Math.min(PAIRS, samples.count())).toArray();
        // As many of the reference: balls of a larger set would be smaller.
        int[] beside =
                IntStream.range(0, Math.min(first.length, reference.count())).toArray();
        measured.put(FRECHET, known.frechet().measure(seen.features(), bootstrap));
        PrecisionRecall pair = PrecisionRecall.of(
                seen.select(first).features(),
                known.reference().select(beside).features(),
                PrecisionRecall.K,
                bootstrap);
        measured.put(PRECISION, pair.precision());
        measured.put(RECALL, pair.recall());
        ClassShares shares = ClassShares.of(seen.classes(), known.reference().classes(), known.classes(), bootstrap);
        measured.put(COVERAGE, shares.coverage());
        measured.put(ENTROPY, shares.entropy());
        measured.put(DIVERGENCE, shares.divergence());
    }

    private static Metric colour(String channel, String what) {
        return new Metric(
                "colour." + (channel.isEmpty() ? "grey" : channel.strip()) + "." + what,
                "drift of " + channel + what + ", standard errors",
                Metric.Aim.REAL,
                "the " + channel + what
                        + " of the samples' pixels less that of the data's, in standard errors: beyond ±3 is a drift");
    }

    /** For each sample the nearest training image; for the {@link #real()} ones, where they are training images, the nearest other. */
    public Neighbours neighbours(Images samples) {
        return nearest(samples, samples == real ? realInTraining : null);
    }

    /** @param own which training images they are themselves, or null where they are none */
    private Neighbours nearest(Images samples, int @Nullable [] own) {
        Neighbours nearest = Neighbours.nearest(Table.of(samples), Table.of(training), own == null ? 1 : 2);
        if (own == null) {
            return nearest;
        }
        // Where an image is in the training data twice, its copy may come first; else the first is itself.
        int[][] indices = new int[own.length][1];
        double[][] distances = new double[own.length][1];
        for (int i = 0; i < own.length; i++) {
            int other = nearest.indices()[i][0] == own[i] ? 1 : 0;
            indices[i][0] = nearest.indices()[i][other];
            distances[i][0] = nearest.distances()[i][other];
        }
        return new Neighbours(indices, distances);
    }
}
