package scorefield.ncsn.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Device;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.ncsn.classifier.Classifier;
import scorefield.ncsn.classifier.ClassifierStore;
import scorefield.ncsn.classifier.Recipe;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.metric.Jackknife;
import scorefield.ncsn.metric.Measurement;

/**
 * Sabotage: what is done to good samples must be seen by the metric that is there to see it, and by no other way of being wrong. Good
 * samples are digits of the same distribution, drawn with another seed.
 */
class ImageEvaluationTest {

    private static final int SIDE = 14;
    private static final int COUNT = 400;

    @TempDir
    private static Path folder;

    private static Device device;
    private static Images training;
    private static ImageEvaluation evaluation;
    private static Map<Metric, Measurement> real;

    @BeforeAll
    static void classify() throws IOException {
        assertThat(ClDevices.list()).as(ClDevices.whyNone()).isNotEmpty();
        training = digits(1, 1500);
        Images heldOut = digits(2, 1500);
        Recipe recipe = new Recipe(8, 16, 64, 150, 0.01, 1);
        device = new OpenClDevice(ClDevices.list().get(0));
        Classifier classifier = new ClassifierStore(folder).train(recipe, training, device, done -> {});
        evaluation = new ImageEvaluation(
                heldOut,
                training,
                images -> classifier.see(device, images),
                10,
                Halves.of(1500, COUNT, 1),
                new Jackknife(50, 1));
        real = evaluation.measure(evaluation.real());
    }

    @AfterAll
    static void close() {
        device.close();
    }

    private static Images digits(long seed, int count) {
        return new Digits(seed, SIDE, SIDE).generate(count);
    }

    private static Images good() {
        return digits(3, COUNT);
    }

    private static Measurement of(Map<Metric, Measurement> measured, String key) {
        return measured.entrySet().stream()
                .filter(entry -> entry.getKey().key().equals(key))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** More than four standard errors of the difference. */
    private static void assertSeen(String key, Map<Metric, Measurement> measured) {
        assertThat(apart(key, measured))
                .as("%s: %s, real data %s", key, of(measured, key), of(real, key))
                .isTrue();
    }

    private static boolean apart(String key, Map<Metric, Measurement> measured) {
        return apart(key, measured, real);
    }

    private static boolean apart(String key, Map<Metric, Measurement> measured, Map<Metric, Measurement> other) {
        Measurement a = of(measured, key);
        Measurement b = of(other, key);
        return Math.abs(a.value() - b.value()) > 4 * Math.hypot(error(a), error(b));
    }

    /** From the interval's longer side: the other one may be cut at 0 or 1. */
    private static double error(Measurement measured) {
        return Math.max(measured.high() - measured.value(), measured.value() - measured.low()) / 1.96;
    }

    private static Images changed(Images images, IntUnaryOperator pixel) {
        byte[] bytes = images.bytes();
        byte[] changed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            changed[i] = (byte) Math.max(0, Math.min(255, pixel.applyAsInt(bytes[i] & 0xff)));
        }
        return Images.of("changed", SIDE, SIDE, 1, changed);
    }

    @Test
    void goodSamplesAreAsGoodAsRealOnes() {
        Map<Metric, Measurement> measured = evaluation.measure(good());
        assertThat(measured.keySet()).isEqualTo(real.keySet());
        assertThat(measured.keySet().stream()
                        .map(Metric::key)
                        .filter(key -> apart(key, measured))
                        .toList())
                .isEmpty();
        assertThat(measured.keySet()).extracting(Metric::key).doesNotHaveDuplicates();
    }

    @Test
    void aBrighterBackgroundIsAColourDrift() {
        Map<Metric, Measurement> measured = evaluation.measure(changed(good(), pixel -> pixel + 20));
        assertSeen("colour.grey.mean", measured);
        assertSeen("pixels.sliced-wasserstein", measured);
        assertSeen("pixels.mmd2", measured);
        assertThat(apart("classes.coverage", measured)).isFalse();
    }

    @Test
    void lessContrastIsADriftOfTheVariance() {
        Map<Metric, Measurement> measured = evaluation.measure(changed(good(), pixel -> pixel / 2));
        assertSeen("colour.grey.variance", measured);
    }

    @Test
    void blurIsSeenByFeaturesAndPixels() {
        Images good = good();
        byte[] blurred = new byte[good.count() * SIDE * SIDE];
        for (int i = 0; i < blurred.length; i++) {
            int row = i / SIDE % SIDE;
            int column = i % SIDE;
            int sum = 0;
            for (int k = 0; k < 9; k++) {
                int y = Math.max(0, Math.min(SIDE - 1, row + k / 3 - 1));
                int x = Math.max(0, Math.min(SIDE - 1, column + k % 3 - 1));
                sum += good.pixel(i / (SIDE * SIDE), y, x, 0);
            }
            blurred[i] = (byte) (sum / 9);
        }
        Map<Metric, Measurement> measured = evaluation.measure(Images.of("blurred", SIDE, SIDE, 1, blurred));
        assertSeen("features.frechet", measured);
        assertSeen("features.precision", measured);
        assertSeen("colour.grey.variance", measured);
    }

    /** Two digits, one over the other, are no digit. */
    @Test
    void whatIsNoDigitLeavesTheClassifierUnsure() {
        byte[] two = good().bytes();
        byte[] others = good().slice(1, COUNT).bytes();
        for (int i = 0; i < others.length; i++) {
            two[i] = (byte) Math.max(two[i] & 0xff, others[i] & 0xff);
        }
        Map<Metric, Measurement> measured = evaluation.measure(Images.of("two", SIDE, SIDE, 1, two));
        assertSeen("classes.confident", measured);
    }

    @Test
    void aDroppedClassIsNotCovered() {
        Images good = good();
        Images nine = good.select(
                IntStream.range(0, COUNT).filter(n -> good.label(n) != 7).toArray());
        Map<Metric, Measurement> measured = evaluation.measure(nine);
        assertSeen("classes.divergence", measured);
        assertThat(apart("features.precision", measured)).isFalse();
        // A tenth is missing; half of that is left to the classifier, which takes some for a 7.
        assertThat(of(measured, "classes.coverage").value())
                .isLessThan(of(evaluation.measure(good), "classes.coverage").value() - 0.05);
    }

    @Test
    void copiesOfTrainingImagesAreTooNear() {
        Map<Metric, Measurement> measured = evaluation.measure(training.slice(0, COUNT));
        assertSeen("memory.nearer", measured);
        assertThat(of(measured, "memory.too-near").value()).isEqualTo(1);
        // A copy in five does not move the ranks much, but gives twenty times as many as there should be.
        int[] some = IntStream.range(0, 80).toArray();
        byte[] mixed = good().bytes();
        System.arraycopy(training.select(some).bytes(), 0, mixed, 0, 80 * SIDE * SIDE);
        Map<Metric, Measurement> part = evaluation.measure(Images.of("mixed", SIDE, SIDE, 1, mixed));
        assertSeen("memory.too-near", part);
        assertThat(of(part, "memory.too-near").value()).isCloseTo(0.2 + 0.8 * 0.01, within(0.04));
        assertThat(evaluation.neighbours(training.slice(0, 5)).indices())
                .isDeepEqualTo(new int[][] {{0}, {1}, {2}, {3}, {4}});
    }

    /** Where the reference is the training data, real images are compared with the others, not with themselves. */
    @Test
    void trainingDataAreNotTheirOwnNeighbours() {
        ImageEvaluation own =
                new ImageEvaluation(training, training, null, 0, Halves.of(1500, 200, 1), new Jackknife(50, 1));
        Map<Metric, Measurement> measured = own.measure(own.real());
        assertThat(of(measured, "memory.nearer").low()).isLessThan(0.5);
        assertThat(of(measured, "memory.nearer").high()).isGreaterThan(0.5);
        assertThat(measured.keySet()).extracting(Metric::key).noneMatch(key -> key.startsWith("features"));
        assertThat(of(own.measure(training.slice(0, 200)), "memory.too-near").value())
                .isEqualTo(1);
    }

    /** Read from two places, or only in part the same: training images are told by their bytes. */
    @Test
    void whereverTheyWereReadFrom() {
        ImageEvaluation same =
                new ImageEvaluation(training, training, null, 0, Halves.of(1500, 200, 1), new Jackknife(50, 1));
        ImageEvaluation again =
                new ImageEvaluation(digits(1, 1500), training, null, 0, Halves.of(1500, 200, 1), new Jackknife(50, 1));
        assertThat(again.measure(again.real())).isEqualTo(same.measure(same.real()));
        byte[] bytes = digits(2, 1500).bytes();
        System.arraycopy(training.bytes(), 0, bytes, 0, bytes.length / 2);
        ImageEvaluation overlapping = new ImageEvaluation(
                Images.of("half of it", SIDE, SIDE, 1, bytes),
                training,
                null,
                0,
                Halves.of(1500, 200, 1),
                new Jackknife(50, 1));
        assertThat(of(overlapping.measure(training.slice(1000, 1200)), "memory.too-near")
                        .value())
                .isEqualTo(1);
    }

    /** As of a folder with one folder for each class: what only some are taken for is taken from all. */
    @Test
    void theirOrderDoesNotMatter() {
        Images drawn = digits(3, 4000);
        int[] byClass = IntStream.range(0, 4000)
                .boxed()
                .sorted(Comparator.comparingInt(drawn::label))
                .mapToInt(Integer::intValue)
                .toArray();
        Map<Metric, Measurement> sorted = evaluation.measure(drawn.select(byClass));
        assertThat(of(sorted, "pixels.mmd2").n()).isEqualTo(2000);
        Map<Metric, Measurement> shuffled = evaluation.measure(drawn);
        assertThat(sorted.keySet()).extracting(Metric::key).noneMatch(key -> apart(key, sorted, shuffled));
    }

    @Test
    void halvesShareNothing() {
        assertThat(evaluation.real().count()).isEqualTo(COUNT);
        assertThat(evaluation.reference().count()).isEqualTo(1500 - COUNT);
        Halves halves = Halves.of(30, 20, 5);
        assertThat(halves.real()).hasSize(15);
        assertThat(IntStream.concat(IntStream.of(halves.real()), IntStream.of(halves.reference()))
                        .sorted()
                        .toArray())
                .isEqualTo(IntStream.range(0, 30).toArray());
    }

    /** Samples of equally many images of each class are compared with real images of which the same is true. */
    @Test
    void realImagesInTheSamplesPlaceAreOfTheSameClasses() {
        Images all = digits(4, 400);
        Images samples = digits(5, 100);
        int[] wanted = IntStream.range(0, 100)
                .map(k -> k < 55 ? 3 : k % 2 == 0 ? 8 : 1)
                .toArray();
        Images labelled = samples.withLabels(wanted, all.classes());
        Halves scarce = Halves.like(labelled, all, 1); // there are about 40 of class 3
        assertThat(scarce.real()).isEqualTo(Halves.of(400, 100, 1).real());

        int[] inTurn = IntStream.range(0, 100).map(k -> k % 10).toArray();
        Halves halves = Halves.like(samples.withLabels(inTurn, all.classes()), all, 1);
        int[] real = Arrays.stream(halves.real()).map(all::label).sorted().toArray();
        assertThat(real).isEqualTo(Arrays.stream(inTurn).sorted().toArray());
        assertThat(IntStream.concat(IntStream.of(halves.real()), IntStream.of(halves.reference()))
                        .sorted()
                        .toArray())
                .isEqualTo(IntStream.range(0, 400).toArray());

        List<String> others = all.classes().stream().map(name -> "not " + name).toList();
        assertThat(Halves.like(samples.withLabels(inTurn, others), all, 1).real())
                .isEqualTo(Halves.of(400, 100, 1).real());
    }
}
