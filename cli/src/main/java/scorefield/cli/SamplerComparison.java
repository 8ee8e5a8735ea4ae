package scorefield.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.SamplerChoice;
import scorefield.ncsn.configuration.SamplerKind;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.metric.KernelTwoSampleTest;
import scorefield.ncsn.metric.SlicedWasserstein;
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

    private static final int DIRECTIONS = 200;

    /** Of the kernel's distance: it takes all pairs. */
    private static final int PAIRED = 1000;

    /**
     * A distance of samples from the data.
     *
     * @param key for programs, such as {@code slicedWasserstein}
     * @param title for people
     * @param distance of n×D numbers
     */
    record Measure(String key, String title, ToDoubleFunction<double[][]> distance) {}

    /**
     * What one sampler made of a number of evaluations.
     *
     * @param allowed how many evaluations it might take
     * @param taken how many it took
     * @param distances by every measure
     * @param seconds for drawing all samples
     */
    record Result(SamplerKind sampler, String choice, int allowed, int taken, List<Double> distances, double seconds) {}

    /** Is told how far it is. */
    @FunctionalInterface
    interface Watch {
        void at(double fraction, String doing);
    }

    private record Job(SamplerKind kind, int allowed, SamplerChoice choice) {}

    private final List<Job> jobs = new ArrayList<>();
    private final int count;
    private final long seed;
    private final List<Measure> measures = new ArrayList<>();
    private final double[][] inTheirPlace;

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
        Values all = data.values();
        inTheirPlace = rows(all, Arrays.copyOf(order, count));
        double[][] reference = rows(all, Arrays.copyOfRange(order, count, Math.min(order.length, count + REFERENCE)));
        measures.add(new Measure(
                "slicedWasserstein",
                "sliced Wasserstein distance",
                samples -> SlicedWasserstein.distance(samples, reference, DIRECTIONS, 0)));
        if (Sampling.isPoint(data.sample())) {
            double[][] paired = Arrays.copyOf(reference, Math.min(reference.length, PAIRED));
            double bandwidth = KernelTwoSampleTest.of(
                            Arrays.copyOf(inTheirPlace, Math.min(count, PAIRED)), paired, 1, 0)
                    .bandwidth();
            measures.add(new Measure(
                    "mmdSquared",
                    "squared MMD",
                    samples -> KernelTwoSampleTest.of(
                                    Arrays.copyOf(samples, Math.min(count, PAIRED)), paired, bandwidth, 1, 0)
                            .mmdSquared()));
        }
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

    /** Some samples' numbers; bytes become the middles of what they stand for, (b + ½)/256, as training sees them on average. */
    private static double[][] rows(Values values, int[] which) {
        int size = values.shape().size() / values.shape().dim(0);
        boolean bytes = values.dtype() == DType.BYTE;
        double[][] rows = new double[which.length][size];
        for (int i = 0; i < which.length; i++) {
            for (int j = 0; j < size; j++) {
                double number = values.get(which[i] * size + j);
                rows[i][j] = bytes ? (number + 0.5) / 256 : number;
            }
        }
        return rows;
    }

    /** What is measured. */
    List<Measure> measures() {
        return measures;
    }

    /** The distances of real data in the samples' place. */
    List<Double> ofRealData() {
        return distances(inTheirPlace);
    }

    private List<Double> distances(double[][] samples) {
        return measures.stream()
                .map(measure -> measure.distance().applyAsDouble(samples))
                .toList();
    }

    /** Draws and measures; the samplers one after the other, each with all numbers of evaluations. */
    List<Result> run(Device device, ScoreFunction score, Shape sample, Watch watch) {
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
                        distances(rows(drawn, IntStream.range(0, count).toArray())),
                        seconds));
            }
            before += job.allowed;
        }
        return results;
    }
}
