package scorefield.ncsn.evaluation;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.ncsn.classifier.Classifier;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.metric.Jackknife;
import scorefield.ncsn.metric.Measurement;
import scorefield.ncsn.metric.Neighbours;

/**
 * Every metric of some samples, of the same samples before the last denoising step, and of as many real ones in their place.
 *
 * @param columns one for each of the three, the samples first
 * @param neighbours for each sample that is an image, the nearest training image; empty for points
 */
public record SampleEvaluation(List<Column> columns, Optional<Neighbours> neighbours) {

    /** The fewest samples that can be measured: with fewer, three nearest neighbours and covariances mean nothing. */
    public static final int LEAST = 10;

    /** Groups of the jackknife that gives the intervals: their ends are known to a tenth of their width. */
    public static final int GROUPS = 50;

    /**
     * What was measured of one kind of samples.
     *
     * @param key for programs
     * @param title of a table's column
     * @param count n, how many samples
     * @param measured every metric, in the order of a table
     */
    public record Column(String key, String title, int count, Map<Metric, Measurement> measured) {

        private static Column of(String key, String title, DataSet data, Map<Metric, Measurement> measured) {
            return new Column(key, title, data.count(), measured);
        }
    }

    /**
     * Measures samples.
     *
     * @param classifier gives the features and classes of images; null where there is none, and for points
     * @param seed of the intervals and the division of the real data
     * @param log receives a line before each part of the work, which may take a minute
     * @throws BadDataException if the samples cannot be compared with the reference
     */
    public static SampleEvaluation of(
            Device device,
            EvaluatedSamples evaluated,
            ReferenceData real,
            @Nullable Classifier classifier,
            long seed,
            Consumer<String> log) {
        requireComparable(evaluated.samples(), real);
        Jackknife jackknife = new Jackknife(GROUPS, seed);
        return evaluated.samples() instanceof Images samples
                ? images(device, samples, evaluated.notDenoised(), real, classifier, jackknife, log)
                : points((Points) evaluated.samples(), evaluated.notDenoised(), real, jackknife);
    }

    /**
     * Refuses samples that cannot be compared with the reference: of another shape, or with too few real ones.
     *
     * @throws BadDataException naming both
     */
    public static void requireComparable(DataSet samples, ReferenceData real) {
        for (DataSet other : List.of(real.reference(), real.training())) {
            if (!samples.sample().equals(other.sample())) {
                throw new BadDataException(SampleKind.describe(samples.sample()) + " cannot be compared with "
                        + other.name() + ", which holds " + SampleKind.describe(other.sample())
                        + "; give samples and a reference of one shape");
            }
        }
        if (real.reference().count() < 2 * LEAST) {
            throw new BadDataException("the reference " + real.reference().name() + " must have at least " + 2 * LEAST
                    + " samples; it has " + real.reference().count());
        }
        if (mostCoincide(real.reference())) {
            throw new BadDataException(
                    "the reference " + real.reference().name() + " must have different samples: most pairs"
                            + " of its " + real.reference().count()
                            + " samples are equal, so distances from it say nothing; give"
                            + " another --reference");
        }
    }

    /** Whether so many are equal that the median distance of two is 0. */
    private static boolean mostCoincide(DataSet data) {
        Map<Object, Long> copies = IntStream.range(0, data.count())
                .mapToObj(i -> data instanceof Images images
                        ? ByteBuffer.wrap(images.image(i))
                        : DoubleBuffer.wrap(((Points) data).point(i)))
                .collect(Collectors.groupingBy(sample -> (Object) sample, Collectors.counting()));
        double equal = copies.values().stream().mapToDouble(k -> k * (k - 1.0)).sum();
        return 2 * equal >= data.count() * (data.count() - 1.0);
    }

    private static SampleEvaluation images(
            Device device,
            Images samples,
            @Nullable DataSet notDenoised,
            ReferenceData real,
            @Nullable Classifier classifier,
            Jackknife jackknife,
            Consumer<String> log) {
        Images reference = (Images) real.reference();
        Images training = (Images) real.training();
        log.accept("looking at the reference: " + reference.count() + " images");
        ImageEvaluation evaluation = new ImageEvaluation(
                reference,
                training,
                classifier == null ? null : images -> classifier.see(device, images),
                classifier == null ? 0 : classifier.network().classes(),
                Halves.like(samples, reference, jackknife.seed()),
                jackknife);
        log.accept("looking for the samples' neighbours among " + training.count() + " training images");
        Neighbours neighbours = evaluation.neighbours(samples);
        List<Column> columns = new ArrayList<>();
        log.accept("measuring the samples");
        columns.add(Column.of("samples", "samples", samples, evaluation.measure(samples, neighbours)));
        if (notDenoised instanceof Images noisy) {
            log.accept("measuring the samples before the last step");
            columns.add(Column.of("notDenoised", "not denoised", noisy, evaluation.measure(noisy)));
        }
        log.accept("measuring as many real images");
        Images halves = evaluation.real();
        columns.add(Column.of("real", "real data", halves, evaluation.measure(halves)));
        return new SampleEvaluation(columns, Optional.of(neighbours));
    }

    private static SampleEvaluation points(
            Points samples, @Nullable DataSet notDenoised, ReferenceData real, Jackknife jackknife) {
        boolean mixture = real.reference().name().equals("mixture");
        Evaluation<Points> evaluation = new PointEvaluation(
                (Points) real.reference(), mixture ? PlanarSets.mixture() : null, samples.count(), jackknife);
        List<Column> columns = new ArrayList<>();
        columns.add(Column.of("samples", "samples", samples, evaluation.measure(samples)));
        if (notDenoised instanceof Points noisy) {
            columns.add(Column.of("notDenoised", "not denoised", noisy, evaluation.measure(noisy)));
        }
        columns.add(Column.of("real", "real data", evaluation.real(), evaluation.measure(evaluation.real())));
        return new SampleEvaluation(columns, Optional.empty());
    }
}
