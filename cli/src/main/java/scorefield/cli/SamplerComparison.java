package scorefield.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.classifier.Classifier.Seen;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.SamplerChoice;
import scorefield.ncsn.configuration.SamplerKind;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.metric.FrechetDistance;
import scorefield.ncsn.metric.KernelTwoSampleTest;
import scorefield.ncsn.metric.SlicedWasserstein;
import scorefield.ncsn.metric.Table;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.sampler.Sampler;

/**
 * How good samples are, against how many network evaluations they took: every sampler with every number of evaluations, from the same seed.
 *
 * <p>Quality is a distance from real data, so it is lower that is better, but not down to 0: two finite samples of one distribution
 * differ. So as many real ones, none of them among those compared with, are measured in the samples' place; that is what perfect would
 * be.
 */
final class SamplerComparison {

    /** Real samples to compare with, at most: the distances' time grows with their number, and their own error falls with its root. */
    private static final int REFERENCE = 2000;

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
    record Measure(String key, String title, ToDoubleFunction<DataSet> distance) {}

    /**
     * What one sampler made of a number of evaluations.
     *
     * @param allowed how many evaluations it might take
     * @param taken how many it took
     * @param distances by every measure
     * @param seconds for drawing all samples
     */
    record Result(SamplerKind sampler, String choice, int allowed, int taken, List<Double> distances, double seconds) {}

    /**
     * All that was found.
     *
     * @param measures what was measured; the first is the one to look at
     * @param real the distances of real data in the samples' place
     */
    record Outcome(List<Measure> measures, List<Double> real, List<Result> results) {}

    /** Is told how far it is. */
    @FunctionalInterface
    interface Watch {
        void at(double fraction, String doing);
    }

    private record Job(SamplerKind kind, int allowed, SamplerChoice choice) {}

    private final List<Job> jobs = new ArrayList<>();
    private final int count;
    private final long seed;
    private final DataSet inTheirPlace;
    private final DataSet reference;

    /**
     * Refuses what cannot be done, before anything is drawn.
     *
     * @param configuration the run's, with what was asked for
     * @param evaluations the numbers of evaluations
     * @param data to compare with
     * @param count how many samples are drawn, each time
     */
    SamplerComparison(Configuration configuration, List<Integer> evaluations, DataSet data, int count, long seed) {
        if (data.count() < 2 * count) {
            throw new UserException("--count: " + count
                    + " samples are compared with as many real ones and with others again," + " but of " + data.name()
                    + " there are " + data.count() + "; take at most " + data.count() / 2);
        }
        for (SamplerKind kind : SamplerKind.values()) {
            for (int allowed : evaluations) {
                Settings settings = SamplerKind.spending(allowed).over(Settings.of("sampling.sampler", kind.label()));
                jobs.add(new Job(kind, allowed, SamplerKind.of(configuration.with(settings))));
            }
        }
        this.count = count;
        this.seed = seed;
        int[] order = shuffled(data.count());
        inTheirPlace = data.select(Arrays.copyOf(order, count));
        reference = data.select(Arrays.copyOfRange(order, count, Math.min(order.length, count + REFERENCE)));
    }

    /** A random order of N numbers from 0, always the same. */
    private static int[] shuffled(int n) {
        int[] order = new int[n];
        SplitMix random = new SplitMix(0, n);
        for (int i = 0; i < n; i++) {
            int j = random.below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** @param eye what a classifier makes of images, where there is one */
    private List<Measure> measures(@Nullable Function<Images, Seen> eye) {
        List<Measure> measures = new ArrayList<>();
        if (eye != null) {
            FrechetDistance frechet =
                    new FrechetDistance(eye.apply((Images) reference).features());
            measures.add(new Measure(
                    "frechet",
                    "Fréchet distance",
                    samples -> frechet.squared(eye.apply((Images) samples).features())));
        }
        double[][] rows = rows(reference);
        measures.add(new Measure(
                "slicedWasserstein",
                "sliced Wasserstein distance",
                samples -> SlicedWasserstein.distance(rows(samples), rows, DIRECTIONS, 0)));
        if (reference instanceof Points) {
            double[][] paired = first(rows);
            double bandwidth = KernelTwoSampleTest.of(first(rows(inTheirPlace)), paired, 1, 0)
                    .bandwidth();
            measures.add(new Measure(
                    "mmdSquared",
                    "squared MMD",
                    samples -> KernelTwoSampleTest.of(first(rows(samples)), paired, bandwidth, 1, 0)
                            .mmdSquared()));
        }
        return measures;
    }

    /** Points' coordinates, images' pixels. */
    private static double[][] rows(DataSet data) {
        return data instanceof Images images ? Table.of(images).rows(images.count()) : ((Points) data).rows();
    }

    private static double[][] first(double[][] rows) {
        return Arrays.copyOf(rows, Math.min(rows.length, PAIRED));
    }

    private static List<Double> distances(List<Measure> measures, DataSet samples) {
        return measures.stream()
                .map(measure -> measure.distance().applyAsDouble(samples))
                .toList();
    }

    /**
     * Draws and measures; the samplers one after the other, each with all numbers of evaluations.
     *
     * @param eye what a classifier makes of images, for their Fréchet distance; null where there is none
     */
    Outcome run(Device device, ScoreFunction score, Shape sample, @Nullable Function<Images, Seen> eye, Watch watch) {
        List<Measure> measures = measures(eye);
        long whole = jobs.stream().mapToLong(Job::allowed).sum();
        long before = 0;
        List<Result> results = new ArrayList<>();
        Shape batch = sample.times(Math.min(count, Sampling.batch(sample)));
        for (Job job : jobs) {
            double done = before;
            String doing = job.kind.label() + ", " + job.allowed + " evaluations";
            try (Sampler sampler = job.choice.on(device, score, batch)) {
                long start = System.nanoTime();
                Values drawn = sampler.sample(
                        count, seed, stage -> watch.at((done + stage.fraction() * job.allowed) / whole, doing));
                double seconds = (System.nanoTime() - start) / 1e9;
                results.add(new Result(
                        job.kind,
                        job.choice.description(),
                        job.allowed,
                        sampler.evaluations(),
                        distances(measures, EvaluatedSamples.of("samples", drawn)),
                        seconds));
            }
            before += job.allowed;
        }
        return new Outcome(measures, distances(measures, inTheirPlace), results);
    }
}
