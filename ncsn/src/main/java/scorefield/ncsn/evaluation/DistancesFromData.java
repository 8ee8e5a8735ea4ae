package scorefield.ncsn.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.classifier.Classifier.Seen;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.metric.FrechetDistance;
import scorefield.ncsn.metric.KernelTwoSampleTest;
import scorefield.ncsn.metric.SlicedWasserstein;
import scorefield.ncsn.metric.Table;
import scorefield.ncsn.random.SplitMix;

/**
 * How far samples are from real data, by every measure that fits their kind.
 *
 * <p>Lower is better, but no distance reaches 0, because two finite samples of one distribution differ. So other real samples are measured in
 * the place of the drawn ones, as many at a time, up to {@value #DIVISIONS} times: their mean is what a perfect model would get, and their
 * deviation says how far apart two numbers may be by chance.
 */
public final class DistancesFromData {

    /** Real samples to compare with, at most: the distances' time grows with their number, and their own error falls with its root. */
    private static final int REFERENCE = 2000;

    /** How often real data are measured in the samples' place, at most. */
    private static final int DIVISIONS = 8;

    private static final int DIRECTIONS = 128;

    /** Of the kernel's distance: it takes all pairs. */
    private static final int PAIRED = 1000;

    /**
     * A distance of samples from the data.
     *
     * @param key for programs, such as {@code slicedWasserstein}
     * @param title for people
     * @param distance of n samples
     */
    public record Measure(String key, String title, ToDoubleFunction<DataSet> distance) {}

    /**
     * A measure of real data in the samples' place.
     *
     * @param deviation from one division of them to another; NaN where there is one only
     */
    public record Real(double mean, double deviation) {}

    private final List<Measure> measures = new ArrayList<>();
    private final List<Real> real = new ArrayList<>();

    /**
     * Distances from some data.
     *
     * @param data at least twice as many as samples
     * @param count how many samples there will be
     * @param features a classifier's features of images, for their Fréchet distance; null without a classifier
     */
    public DistancesFromData(DataSet data, int count, @Nullable Function<Images, Seen> features) {
        if (data.count() < 2 * count) {
            throw new IllegalArgumentException("the real samples must be at least twice as many as the " + count
                    + " that are measured; got " + data.count());
        }
        int[] order = new SplitMix(0, data.count()).permutation(data.count());
        int referred = Math.min(REFERENCE, data.count() - count);
        DataSet reference = data.select(Arrays.copyOf(order, referred));
        List<DataSet> inTheirPlace = new ArrayList<>();
        for (int from = referred; from + count <= order.length && inTheirPlace.size() < DIVISIONS; from += count) {
            inTheirPlace.add(data.select(Arrays.copyOfRange(order, from, from + count)));
        }
        if (features != null) {
            FrechetDistance frechet =
                    new FrechetDistance(features.apply((Images) reference).features());
            measures.add(new Measure(
                    "frechet",
                    "Fréchet distance",
                    samples -> frechet.squared(features.apply((Images) samples).features())));
        }
        double[][] rows = rows(reference);
        measures.add(new Measure(
                "slicedWasserstein",
                "sliced Wasserstein distance",
                samples -> SlicedWasserstein.distance(rows(samples), rows, DIRECTIONS, 0)));
        if (reference instanceof Points) {
            double[][] paired = first(rows);
            double bandwidth = KernelTwoSampleTest.of(first(rows(inTheirPlace.get(0))), paired, 1, 0)
                    .bandwidth();
            measures.add(new Measure(
                    "mmdSquared",
                    "squared MMD",
                    samples -> KernelTwoSampleTest.of(first(rows(samples)), paired, bandwidth, 1, 0)
                            .mmdSquared()));
        }
        for (Measure measure : measures) {
            real.add(real(inTheirPlace.stream().mapToDouble(measure.distance()).toArray()));
        }
    }

    private static Real real(double... distances) {
        int n = distances.length;
        if (n == 1) {
            return new Real(distances[0], Double.NaN);
        }
        Estimate estimate = Estimate.of(distances);
        return new Real(estimate.mean(), estimate.standardError() * Math.sqrt(n));
    }

    /** Points' coordinates, images' pixels. */
    private static double[][] rows(DataSet data) {
        return data instanceof Images images ? Table.of(images).rows(images.count()) : ((Points) data).rows();
    }

    private static double[][] first(double[][] rows) {
        return Arrays.copyOf(rows, Math.min(rows.length, PAIRED));
    }

    /** What is measured; the first is the one to look at. */
    public List<Measure> measures() {
        return measures;
    }

    /** The measures of real data in the samples' place. */
    public List<Real> ofRealData() {
        return real;
    }

    /** The measures of samples. */
    public List<Double> of(DataSet samples) {
        return measures.stream()
                .map(measure -> measure.distance().applyAsDouble(samples))
                .toList();
    }
}
