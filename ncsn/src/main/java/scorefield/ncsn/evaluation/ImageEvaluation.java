package scorefield.ncsn.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.classifier.Classifier.Seen;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.metric.ClassShares;
import scorefield.ncsn.metric.ColourDrift;
import scorefield.ncsn.metric.FrechetDistance;
import scorefield.ncsn.metric.Jackknife;
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
 * <p>What grows with the product of two numbers of images takes at most {@value #PAIRS} of each (features) or {@value #PIXELS} (pixels), chosen at
 * random; each measurement says how many it took.
 */
public final class ImageEvaluation implements Evaluation<Images> {

    private static final int PAIRS = 5000;
    private static final int PIXELS = 2000;
    private static final int DIRECTIONS = 128;

    /** The probability from which on the classifier counts as sure. */
    private static final double CONFIDENCE = 0.95;

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
    private static final Metric CONFIDENT = new Metric(
            "classes.confident",
            "sure of the class",
            Metric.Aim.REAL,
            "share of samples of which the classifier gives one class a probability of at least 0.95");
    private static final Metric COVERAGE = new Metric(
            "classes.coverage",
            "class coverage",
            Metric.Aim.HIGH,
            "sum over classes of the smaller of two shares, the samples' and the data's; a class that is"
                    + " never drawn lowers it by that class's share");
    private static final Metric ENTROPY =
            new Metric("classes.entropy", "class entropy", Metric.Aim.REAL, "entropy of the samples' classes, in nats");
    private static final Metric DIVERGENCE = new Metric(
            "classes.divergence",
            "class divergence",
            Metric.Aim.LOW,
            "Jensen-Shannon divergence of the samples' classes from the data's, in nats, at most log 2");
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
            "probability that a sample is nearer to its nearest training image than a real image is to"
                    + " its own; smooth or blurred images are near to everything. Its interval also covers the"
                    + " choice of the real images");
    private static final Metric TOO_NEAR = new Metric(
            "memory.too-near",
            "too near to training",
            Metric.Aim.REAL,
            "share of samples nearer to a training image than 99 % of real images are: copies");

    private final Images real;
    private final Images reference;
    private final Images training;
    private final @Nullable Features features;
    private final Jackknife jackknife;
    private final SlicedReference pixels;
    private final ColourDrift colours;
    private final double[] usualDistances;

    /** What the classifier sees of the reference. */
    private record Features(Function<Images, Seen> eye, int classes, Seen reference, FrechetDistance frechet) {}

    private record SlicedReference(double[][] rows, KernelDiscrepancy discrepancy) {}

    /**
     * An evaluation.
     *
     * @param all the real images that samples are compared with
     * @param training what the model was trained on; {@code all} where no other real images are there, and the two may share some
     * @param eye the classifier, where there is one
     * @param classes K, of the classifier
     * @param halves which of them are measured in the samples' place
     */
    ImageEvaluation(
            Images all,
            Images training,
            @Nullable Function<Images, Seen> eye,
            int classes,
            Halves halves,
            Jackknife jackknife) {
        this.real = all.select(halves.real());
        this.reference = all.select(halves.reference());
        this.training = training;
        this.jackknife = jackknife;
        this.features = eye == null ? null : features(eye, classes);
        double[][] rows = Table.of(reference).rows(PIXELS);
        this.pixels = new SlicedReference(rows, new KernelDiscrepancy(rows));
        this.colours = new ColourDrift(reference);
        int most = Math.min(PIXELS, reference.count());
        this.usualDistances = nearestOther(reference.slice(0, most)).farthest();
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
        double[][] rows = Table.of(samples.select(Halves.some(samples.count(), PIXELS, jackknife.seed())))
                .rows(PIXELS);
        measured.put(
                WASSERSTEIN, SlicedWasserstein.measure(rows, pixels.rows(), DIRECTIONS, jackknife.seed(), jackknife));
        measured.put(MMD, pixels.discrepancy().measure(rows, jackknife));
        List<String> names = samples.channels() == 1 ? List.of("") : List.of("red ", "green ", "blue ");
        for (int c = 0; c < names.size(); c++) {
            measured.put(colour(names.get(c), "mean"), colours.mean(samples, c));
            measured.put(colour(names.get(c), "variance"), colours.variance(samples, c));
        }
        Memorisation memory = Memorisation.of(neighbours.farthest(), usualDistances);
        measured.put(NEARER, memory.nearer());
        measured.put(TOO_NEAR, memory.tooNear());
        return measured;
    }

    private void measureFeatures(Features known, Images samples, Map<Metric, Measurement> measured) {
        Seen seen = known.eye().apply(samples);
        int[] some = Halves.some(samples.count(), PAIRS, jackknife.seed());
        // As many of the reference, which is in random order: balls of a larger set would be smaller.
        int[] beside =
                IntStream.range(0, Math.min(some.length, reference.count())).toArray();
        measured.put(FRECHET, known.frechet().measure(seen.features(), jackknife));
        PrecisionRecall pair = PrecisionRecall.of(
                seen.select(some).features(),
                known.reference().select(beside).features(),
                PrecisionRecall.K,
                jackknife);
        measured.put(PRECISION, pair.precision());
        measured.put(RECALL, pair.recall());
        ClassShares shares = ClassShares.of(seen.classes(), known.reference().classes(), known.classes(), jackknife);
        measured.put(CONFIDENT, ClassShares.confident(seen.confidence(), CONFIDENCE, reference.count()));
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
                        + " of the samples' pixels minus that of the data's, in standard errors: beyond ±3 is a drift");
    }

    /** For each sample the nearest training image; for the {@link #real()} ones the nearest that it is not itself. */
    public Neighbours neighbours(Images samples) {
        return samples == real ? nearestOther(samples) : Neighbours.nearest(Table.of(samples), Table.of(training), 1);
    }

    /**
     * For each real image the nearest training image that is another one. A training image at distance 0, with the same bytes, is taken for
     * the real one itself, wherever both were read from: real images may be the training data, or some of them. (Of two with the same
     * bytes in the training data the other one stays, at distance 0.)
     */
    private Neighbours nearestOther(Images images) {
        Neighbours nearest = Neighbours.nearest(Table.of(images), Table.of(training), 2);
        int[][] indices = new int[images.count()][1];
        double[][] distances = new double[images.count()][1];
        for (int i = 0; i < indices.length; i++) {
            int other = nearest.distances()[i][0] == 0 ? 1 : 0;
            indices[i][0] = nearest.indices()[i][other];
            distances[i][0] = nearest.distances()[i][other];
        }
        return new Neighbours(indices, distances);
    }
}
