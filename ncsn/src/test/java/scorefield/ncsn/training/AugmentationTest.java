package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.objective.Draws;

class AugmentationTest {

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** What happens to one image; the numbers are a and b of the class comment's table. */
    private record Change(
            double mirrored,
            double overturned,
            double scale,
            double angle,
            double stretch,
            double direction,
            double right,
            double down) {

        static final Change NONE = new Change(0, 0, 0, 0, 0, 0, 0, 0);

        Augmentation augmentation() {
            return AugmentationTest.augmentation(i -> Tensor.constant(Values.of(Shape.of(1), numbers()[i])));
        }

        double[] numbers() {
            return new double[] {mirrored, overturned, scale, angle, stretch, direction, right, down};
        }
    }

    private static Augmentation augmentation(IntFunction<Tensor> number) {
        return new Augmentation(
                number.apply(0),
                number.apply(1),
                number.apply(2),
                number.apply(3),
                number.apply(4),
                number.apply(5),
                number.apply(6),
                number.apply(7));
    }

    /** Changes images H×W×C on a device. */
    private static final class Mover implements AutoCloseable {

        private final Tensor change = Tensor.input("change", Shape.of(8));
        private final Tensor x;
        private final Executable executable;

        Mover(Device device, int height, int width, int channels) {
            x = Tensor.input("x", Shape.of(1, height, width, channels));
            executable = device.compile(Program.fetching(
                    augmentation(i -> change.slice(0, i, i + 1)).of(x)));
        }

        float[][][] move(float[][][] image, Change how) {
            int width = x.shape().dim(2);
            int channels = x.shape().dim(3);
            float[] flat = new float[x.shape().size()];
            for (int i = 0; i < flat.length; i++) {
                flat[i] = image[i / channels / width][i / channels % width][i % channels];
            }
            float[] moved = executable
                    .run(Map.of(x, Values.of(x.shape(), flat), change, Values.of(change.shape(), how.numbers())))
                    .get(0)
                    .floats();
            float[][][] result = new float[x.shape().dim(1)][width][channels];
            for (int i = 0; i < flat.length; i++) {
                result[i / channels / width][i / channels % width][i % channels] = moved[i];
            }
            return result;
        }

        @Override
        public void close() {
            executable.close();
        }
    }

    private static float[][][] changed(float[][][] image, Change change) {
        try (Device device = new ReferenceDevice();
                Mover mover = new Mover(device, image.length, image[0].length, image[0][0].length)) {
            return mover.move(image, change);
        }
    }

    private static float[][][] picture(int height, int width, int channels) {
        Random random = new Random(height);
        float[][][] image = new float[height][width][channels];
        for (float[][] row : image) {
            for (float[] pixel : row) {
                for (int c = 0; c < channels; c++) {
                    pixel[c] = random.nextFloat();
                }
            }
        }
        return image;
    }

    /** The direction of a stretching that there is not must not show either. */
    @ParameterizedTest
    @MethodSource("devices")
    void nothingDoneLeavesEveryBit(Supplier<Device> on) {
        float[][][] image = picture(5, 8, 3);
        try (Device device = on.get();
                Mover mover = new Mover(device, 5, 8, 3)) {
            assertThat(mover.move(image, Change.NONE)).isDeepEqualTo(image);
            assertThat(mover.move(image, new Change(0, 0, 0, 0, 0, 2.3, 0, 0))).isDeepEqualTo(image);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void flipsAreExact(Supplier<Device> on) {
        float[][][] image = picture(5, 8, 3);
        try (Device device = on.get();
                Mover mover = new Mover(device, 5, 8, 3)) {
            float[][][] mirrored = mover.move(image, new Change(1, 0, 0, 0, 0, 0, 0, 0));
            float[][][] overturned = mover.move(image, new Change(0, 1, 0, 0, 0, 0, 0, 0));
            for (int i = 0; i < 5; i++) {
                for (int j = 0; j < 8; j++) {
                    assertThat(mirrored[i][j]).isEqualTo(image[i][7 - j]);
                    assertThat(overturned[i][j]).isEqualTo(image[4 - i][j]);
                }
            }
        }
    }

    /** Also by far more than the image's extent: it is mirrored at its borders again and again. */
    @ParameterizedTest
    @MethodSource("devices")
    void shiftsByWholePixelsAreExact(Supplier<Device> on) {
        float[][][] image = picture(16, 8, 1);
        try (Device device = on.get();
                Mover mover = new Mover(device, 16, 8, 1)) {
            for (int[] pixels : new int[][] {{1, 0}, {-3, 4}, {0, -2}, {11, -40}, {50, 100}}) {
                float[][][] shifted =
                        mover.move(image, new Change(0, 0, 0, 0, 0, 0, pixels[0] * 8 / 8.0, pixels[1] * 8 / 16.0));
                for (int i = 0; i < 16; i++) {
                    for (int j = 0; j < 8; j++) {
                        assertThat(shifted[i][j])
                                .isEqualTo(image[mirrored(i - pixels[1], 16)][mirrored(j - pixels[0], 8)]);
                    }
                }
            }
        }
    }

    private static int mirrored(int place, int extent) {
        int there = Math.floorMod(place, 2 * extent - 2);
        return Math.min(there, 2 * extent - 2 - there);
    }

    /** Counterclockwise: the right side comes to the top. */
    @Test
    void aQuarterTurnMovesEveryPixelToAnother() {
        float[][][] image = picture(7, 7, 2);
        float[][][] turned = changed(image, new Change(0, 0, 0, Math.PI / 2, 0, 0, 0, 0));
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 7; j++) {
                assertThat(turned[i][j]).containsExactly(image[j][6 - i], within(1e-6f));
            }
        }
    }

    /** A point of the result, from the centre, x to the right and y down; and what was done to it, undone one by one. */
    private static double[] source(double x, double y, int height, int width, Change change) {
        double dx = x - change.right * width / 8;
        double dy = y - change.down * height / 8;
        // Along the direction b and across it, counterclockwise as y points up.
        double stretched = Math.pow(2, 0.2 * change.stretch);
        double[] along = {Math.cos(change.direction), -Math.sin(change.direction)};
        double[] across = {Math.sin(change.direction), Math.cos(change.direction)};
        double p = (dx * along[0] + dy * along[1]) / stretched;
        double q = (dx * across[0] + dy * across[1]) * stretched;
        double sx = p * along[0] + q * across[0];
        double sy = p * along[1] + q * across[1];
        double cos = Math.cos(change.angle);
        double sin = Math.sin(change.angle);
        double factor = Math.pow(2, 0.2 * change.scale);
        double rx = (cos * sx - sin * sy) / factor; // clockwise as y points down
        double ry = (sin * sx + cos * sy) / factor;
        return new double[] {change.mirrored == 1 ? -rx : rx, change.overturned == 1 ? -ry : ry};
    }

    /** Bilinear interpolation is exact for a linear ramp, where the source lies inside. */
    @Test
    void aRampIsWhatTheInverseMapSays() {
        int height = 10;
        int width = 14;
        float[][][] ramp = new float[height][width][1];
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                ramp[i][j][0] = 0.3f + 0.02f * j + 0.05f * i;
            }
        }
        List<Change> changes = List.of(
                new Change(0, 0, 2, 0, 0, 0, 0, 0),
                new Change(0, 0, -1.5, 0, 0, 0, 0, 0),
                new Change(0, 0, 0, 0.7, 0, 0, 0, 0),
                new Change(0, 0, 0, 0, 1.7, 0, 0, 0),
                new Change(0, 0, 0, 0, 1.7, 0.6, 0, 0),
                new Change(0, 0, 0, 0, 0, 0, 0.31, -0.47),
                new Change(1, 0, 1.5, -0.4, -1.2, 2.1, 0.3, -0.6),
                new Change(0, 1, 0.8, 2.5, 0.9, -0.8, -0.2, 0.4));
        for (Change change : changes) {
            float[][][] moved = changed(ramp, change);
            int inside = 0;
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    double[] from = source(j - 6.5, i - 4.5, height, width, change);
                    if (Math.abs(from[0]) > 6.5 || Math.abs(from[1]) > 4.5) {
                        continue;
                    }
                    inside++;
                    double expected = 0.3 + 0.02 * (from[0] + 6.5) + 0.05 * (from[1] + 4.5);
                    assertThat((double) moved[i][j][0])
                            .as("%s at %s, %s", change, i, j)
                            .isCloseTo(expected, within(1e-6));
                }
            }
            assertThat(inside).as("%s", change).isGreaterThan(50);
        }
    }

    @Test
    void theLabelsSayWhatWasDone() {
        Change change = new Change(1, 0, 0.5, 2, -1.5, 0.7, 0.25, -3);
        assertThat(labels(change))
                .containsExactly(
                        new double[] {
                            1,
                            0,
                            0.5,
                            Math.cos(2) - 1,
                            Math.sin(2),
                            -1.5 * Math.cos(0.7),
                            -1.5 * Math.sin(0.7),
                            0.25,
                            -3
                        },
                        within(1e-6));
        assertThat(done(labels(Change.NONE))).isZero();
        assertThat(done(labels(new Change(0, 0, 0, 0, 0, 2.3, 0, 0)))).isZero();
    }

    /** How many numbers are not 0. */
    private static long done(double[] numbers) {
        return Arrays.stream(numbers).filter(number -> number != 0).count();
    }

    private static double[] labels(Change change) {
        return run(change.augmentation().labels()).get(0).doubles();
    }

    private static List<Values> run(Tensor... tensors) {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(tensors))) {
            return executable.run(Map.of());
        }
    }

    private static List<double[]> drawn(int count, double probability) {
        Tensor state = Tensor.constant(Values.of(Shape.of(4), 5, 6, 7, 8));
        Augmentation a = Augmentation.drawn(count, probability, Draws.of(state, 100));
        return run(a.mirrored(), a.overturned(), a.scale(), a.angle(), a.stretch(), a.direction(), a.right(), a.down())
                .stream()
                .map(Values::doubles)
                .toList();
    }

    @Test
    void eachIsDoneAsOftenAsItShouldBe() {
        int count = 20_000;
        double probability = 0.3;
        List<double[]> drawn = drawn(count, probability);
        double[] shares = {
            probability / 2, probability / 2, probability, probability, probability, 0.5, probability, probability
        };
        // The mean squares of what is done: of flags 1, of N(0, 1) 1, of a uniform angle π²/3.
        double third = Math.PI * Math.PI / 3;
        double[] squares = {1, 1, 1, third, 1, third, 1, 1};
        for (int k = 0; k < shares.length; k++) {
            double[] done = Arrays.stream(drawn.get(k)).filter(a -> a != 0).toArray();
            double error = Math.sqrt(shares[k] * (1 - shares[k]) / count);
            assertThat((double) done.length / count).as("%s", k).isCloseTo(shares[k], within(4.5 * error));
            double square = Arrays.stream(done).map(a -> a * a).average().orElseThrow();
            // The variance of a² is at most 2 for N(0, 1), and (4/45)·π⁴ for the angle.
            double spread = k == 3 || k == 5 ? 2 * Math.PI * Math.PI / Math.sqrt(45) : Math.sqrt(2);
            assertThat(square).as("%s", k).isCloseTo(squares[k], within(4.5 * spread / Math.sqrt(done.length)));
        }
        for (int i = 0; i < count; i++) {
            assertThat(drawn.get(6)[i] == 0).isEqualTo(drawn.get(7)[i] == 0); // one shift, not two
        }
        // Otherwise independent: both of two in p² of the images.
        for (int[] pair : new int[][] {{2, 3}, {3, 4}, {4, 6}}) {
            long both = 0;
            for (int i = 0; i < count; i++) {
                both += drawn.get(pair[0])[i] != 0 && drawn.get(pair[1])[i] != 0 ? 1 : 0;
            }
            double expected = probability * probability;
            assertThat((double) both / count)
                    .isCloseTo(expected, within(4.5 * Math.sqrt(expected * (1 - expected) / count)));
        }
    }

    @Test
    void allOrNoneAreDrawnAtTheEnds() {
        List<double[]> none = drawn(100, 0);
        List<double[]> all = drawn(100, 1);
        for (int k : new int[] {2, 3, 4, 6, 7}) {
            assertThat(done(none.get(k))).isZero();
            assertThat(done(all.get(k))).isEqualTo(100);
        }
        assertThat(done(none.get(0))).isZero();
        assertThat(done(none.get(1))).isZero();
    }

    /** Told that nothing was done, the network computes what it computes in sampling, when it is told nothing. */
    @Test
    void aNetworkThatIsToldNothingWasDoneIsTheOneThatSamples() {
        int count = 3;
        for (int classes : new int[] {0, 2}) {
            UNet network =
                    new UNet(new UNetSettings(4, List.of(1, 2), 1), 4, 4, 1, classes, Augmentation.LABELS, UNet.NCSNV2);
            Random random = new Random(1);
            double[] numbers = new double[network.parameters().size()];
            Arrays.setAll(numbers, i -> 0.3 * random.nextGaussian());
            Weights weights =
                    network.parameters().weights(Tensor.constant(Values.of(Shape.of(numbers.length), numbers)));
            Tensor labels = Tensor.constant(Values.of(Shape.of(count), 0, 1, 0));
            Tensor x = Tensor.constant(Values.of(
                    Shape.of(count, 4, 4, 1), random.doubles(count * 16).toArray()));
            Tensor sigma = Tensor.constant(Values.of(Shape.of(count), 0.1, 1.0, 5.0));
            Tensor zeros = Tensor.zeros(Shape.of(count, 9));
            Tensor ones = Tensor.fill(Shape.of(count, 9), 1);
            List<Values> scores = classes == 0
                    ? run(
                            network.score(weights, x, sigma),
                            network.score(weights.toldOfAugmentation(zeros), x, sigma),
                            network.score(weights.toldOfAugmentation(ones), x, sigma))
                    : run(
                            network.score(weights, x, sigma, labels),
                            network.score(weights.toldOfAugmentation(zeros), x, sigma, labels),
                            network.score(weights.toldOfAugmentation(ones), x, sigma, labels));
            assertThat(scores.get(1).doubles()).isEqualTo(scores.get(0).doubles());
            assertThat(scores.get(2).doubles()).isNotEqualTo(scores.get(0).doubles());
        }
    }

    @Test
    void labelsThatTheNetworkCannotTakeAreRefused() {
        UNet without = new UNet(new UNetSettings(4, List.of(1), 1), 4, 4, 1);
        UNet with = new UNet(new UNetSettings(4, List.of(1), 1), 4, 4, 1, 0, Augmentation.LABELS, UNet.NCSNV2);
        Tensor x = Tensor.input("x", Shape.of(2, 4, 4, 1));
        Tensor sigma = Tensor.input("sigma", Shape.of(2));
        for (UNet network : List.of(without, with)) {
            Weights weights = network.parameters()
                    .weights(Tensor.input(
                            "weights", Shape.of(network.parameters().size())));
            Tensor labels = Tensor.input("labels", Shape.of(network == without ? 2 : 4, 9), DType.FLOAT);
            assertThatThrownBy(() -> network.score(weights.toldOfAugmentation(labels), x, sigma))
                    .hasMessageContaining(
                            network == without
                                    ? "takes no labels of augmentation; got labels FLOAT 2×9"
                                    : "one row of labels of augmentation for each of 2 images; got labels FLOAT 4×9");
        }
        assertThatThrownBy(() -> Change.NONE.augmentation().of(Tensor.input("points", Shape.of(5, 2))))
                .hasMessageContaining("only images");
    }
}
