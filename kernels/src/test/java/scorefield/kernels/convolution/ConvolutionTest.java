package scorefield.kernels.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.TestDevices;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.matmul.ProductTile;
import scorefield.kernels.opencl.ClDevices;

/** Convolution and both its gradients on OpenCL against the double-precision reference, for every kernel that can be chosen. */
class ConvolutionTest {

    /** The spacing of single-precision numbers just below 1. */
    private static final double EPSILON = 0x1p-24;

    private static OpenClDevice device;
    private static OpenClDevice gpu;

    /** A convolution with standard normal numbers. */
    record Case(
            int n,
            int height,
            int width,
            int in,
            int outputs,
            int kernelHeight,
            int kernelWidth,
            int stride,
            int padding) {

        static Case square(int n, int size, int in, int outputs, int kernel, int stride, int padding) {
            return new Case(n, size, size, in, outputs, kernel, kernel, stride, padding);
        }

        @Override
        public String toString() {
            return String.format(
                    "%d×%d×%d×%d ∗ %d×%d×%d×%d, stride %d, padding %d",
                    n, height, width, in, kernelHeight, kernelWidth, in, outputs, stride, padding);
        }
    }

    @BeforeAll
    static void open() {
        device = new OpenClDevice(ClDevices.list().get(0));
        gpu = new OpenClDevice(TestDevices.gpu());
    }

    @AfterAll
    static void close() {
        device.close();
        gpu.close();
    }

    /** Sizes that no tile and channel counts that no vector divides, every stride and padding, and one pixel. */
    static Stream<Case> direct() {
        List<Case> cases = new ArrayList<>(List.of(
                Case.square(1, 1, 3, 2, 3, 1, 1),
                Case.square(2, 17, 1, 32, 3, 1, 1),
                Case.square(2, 17, 32, 1, 3, 1, 1),
                Case.square(2, 9, 3, 64, 3, 1, 1),
                Case.square(2, 9, 64, 3, 3, 1, 1),
                Case.square(2, 9, 3, 3, 5, 1, 2),
                Case.square(3, 7, 17, 37, 3, 1, 1),
                Case.square(1, 7, 160, 33, 3, 1, 1),
                Case.square(2, 13, 32, 3, 1, 1, 0),
                Case.square(2, 6, 5, 19, 1, 1, 1),
                Case.square(2, 9, 8, 16, 1, 2, 0),
                Case.square(2, 14, 16, 32, 3, 2, 1),
                Case.square(2, 15, 19, 31, 3, 2, 0),
                Case.square(1, 11, 6, 20, 3, 3, 2),
                Case.square(1, 12, 40, 2, 5, 2, 2),
                Case.square(1, 33, 4, 18, 7, 4, 3)));
        cases.add(new Case(2, 5, 31, 7, 9, 3, 1, 1, 0));
        cases.add(new Case(2, 31, 5, 16, 16, 2, 5, 1, 1));
        cases.add(new Case(1, 40, 3, 21, 34, 1, 3, 2, 2));
        return cases.stream();
    }

    /** Fewer pixels than a tile, tiles that do not fit, channels with and without a last half block, and many parts of the batch. */
    static Stream<Case> pixelwise() {
        return Stream.of(
                Case.square(1, 1, 1, 1, 1, 1, 0),
                Case.square(1, 3, 16, 16, 1, 1, 0),
                Case.square(2, 13, 17, 5, 1, 1, 0),
                Case.square(2, 7, 64, 32, 1, 1, 0),
                Case.square(3, 14, 96, 64, 1, 1, 0),
                Case.square(3, 15, 48, 80, 1, 1, 0),
                Case.square(2, 13, 33, 65, 1, 1, 0),
                Case.square(3, 47, 16, 48, 1, 1, 0));
    }

    /**
     * Enough 4×4 tiles, full and cut; channels with and without a last half block, with parts of a vector of every size, and beyond what is
     * transformed at once.
     */
    static Stream<Case> winograd() {
        return Stream.of(
                Case.square(1, 16, 16, 16, 3, 1, 1),
                Case.square(1, 28, 32, 32, 3, 1, 1),
                Case.square(5, 7, 64, 48, 3, 1, 1),
                Case.square(3, 14, 48, 80, 3, 1, 1),
                Case.square(2, 15, 16, 112, 3, 1, 0),
                Case.square(2, 13, 112, 16, 3, 1, 2),
                Case.square(1, 17, 144, 32, 3, 1, 1),
                Case.square(1, 16, 304, 64, 3, 1, 1),
                Case.square(1, 13, 8, 9, 3, 1, 1),
                Case.square(2, 15, 20, 24, 3, 1, 1),
                Case.square(3, 11, 28, 17, 3, 1, 0),
                Case.square(2, 13, 33, 20, 3, 1, 2),
                Case.square(1, 17, 141, 47, 3, 1, 1),
                new Case(1, 5, 61, 32, 16, 3, 3, 1, 1),
                new Case(2, 67, 3, 16, 32, 3, 3, 1, 0));
    }

    @ParameterizedTest
    @MethodSource
    void direct(Case convolution) {
        // The roundings of a sum of K products of standard normal numbers add up to a standard deviation of at most
        // ε·K/√2, whatever the
        // order; more than five of them do not occur in so few numbers.
        check(device, convolution, 4, "conv2d");
    }

    @ParameterizedTest
    @MethodSource
    void pixelwise(Case convolution) {
        boolean whole = convolution.in() % 16 == 0 && convolution.outputs() % 16 == 0;
        check(device, convolution, 4, whole ? "conv1x1_weight_gradient" : "conv1x1");
    }

    /** So much that it is stored past the caches, but for the last tile. */
    @Test
    void aLargeResult() {
        check(device, Case.square(8, 183, 3, 16, 1, 1, 0), 4, "conv1x1");
    }

    @ParameterizedTest
    @MethodSource
    void winograd(Case convolution) {
        // The transforms magnify roundings: about three times for these points.
        check(device, convolution, 12, "winograd");
    }

    /** All of the above, and for each tile of {@link ProductTile} a convolution that it suits, though not quite. */
    static Stream<Case> onAGpu() {
        List<Case> cases = new ArrayList<>(direct().toList());
        cases.addAll(pixelwise().toList());
        cases.addAll(winograd().toList());
        cases.addAll(List.of(
                Case.square(9, 17, 126, 125, 1, 1, 0),
                Case.square(9, 17, 20, 61, 3, 1, 1),
                Case.square(9, 17, 30, 30, 3, 1, 1),
                Case.square(17, 17, 30, 15, 3, 2, 1)));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource
    void onAGpu(Case convolution) {
        check(gpu, convolution, 4, "conv2d_gpu");
    }

    @Test
    void everyTileOfAGpuIsTested() {
        String launches = onAGpu().map(c -> gpu.plan(program(c)).launches()).collect(Collectors.joining());
        for (ProductTile tile : ProductTile.all(Arithmetic.FLOAT32)) {
            assertThat(launches).contains("TILE_M=%d, TILE_N=%d, ".formatted(tile.rows(), tile.columns()));
        }
        assertThat(launches).contains("sum_splits_gpu");
    }

    @Test
    void theSameBitsOnEveryRun() {
        theSameBitsOnEveryRun(device);
        theSameBitsOnEveryRun(gpu);
    }

    private static void theSameBitsOnEveryRun(OpenClDevice device) {
        Case convolution = Case.square(16, 14, 32, 64, 3, 1, 1);
        List<float[]> first = run(device, convolution, program(convolution));
        List<float[]> second = run(device, convolution, program(convolution));
        for (int k = 0; k < 3; k++) {
            assertThat(Arrays.equals(first.get(k), second.get(k))).isTrue();
        }
    }

    private static List<float[]> run(OpenClDevice device, Case convolution, Program program) {
        try (Executable executable = device.compile(program)) {
            return executable.run(feeds(convolution, program)).stream()
                    .map(Values::floats)
                    .toList();
        }
    }

    private static void check(OpenClDevice device, Case convolution, double factor, String kernel) {
        Program program = program(convolution);
        assertThat(device.plan(program).launches()).contains(kernel);
        Map<Tensor, Values> feeds = feeds(convolution, program);
        try (Executable fast = device.compile(program);
                Executable plain = new ReferenceDevice().compile(program)) {
            List<Values> actual = fast.run(feeds);
            List<Values> expected = plain.run(feeds);
            int taps = convolution.kernelHeight() * convolution.kernelWidth();
            Shape y = program.fetches().get(0).shape();
            int[] terms = {taps * convolution.in(), taps * convolution.outputs(), y.dim(0) * y.dim(1) * y.dim(2)};
            String[] names = {"result", "input gradient", "weight gradient"};
            for (int k = 0; k < 3; k++) {
                double error = 0;
                for (int i = 0; i < expected.get(k).shape().size(); i++) {
                    double difference =
                            Math.abs(actual.get(k).get(i) - expected.get(k).get(i));
                    error = difference > error || Double.isNaN(difference) ? difference : error;
                }
                assertThat(error).as(names[k]).isLessThanOrEqualTo(factor * EPSILON * Math.max(16, terms[k]));
            }
        }
    }

    /** The result, and the gradients in the images and in the weights for some cotangent. */
    private static Program program(Case c) {
        Tensor x = Tensor.input("x", Shape.of(c.n(), c.height(), c.width(), c.in()));
        Tensor w = Tensor.input("w", Shape.of(c.kernelHeight(), c.kernelWidth(), c.in(), c.outputs()));
        Tensor y = x.conv2d(w, c.stride(), c.padding());
        Tensor g = Tensor.input("g", y.shape());
        List<Tensor> gradients = Gradients.vjp(y, g, List.of(x, w));
        return Program.fetching(y, gradients.get(0), gradients.get(1));
    }

    private static Map<Tensor, Values> feeds(Case c, Program program) {
        Random random = new Random(c.hashCode());
        Tensor y = program.fetches().get(0);
        Tensor g = program.fetches().get(1).input(0);
        return Map.of(
                y.input(0),
                normal(random, y.input(0).shape()),
                y.input(1),
                normal(random, y.input(1).shape()),
                g,
                normal(random, g.shape()));
    }

    private static Values normal(Random random, Shape shape) {
        float[] numbers = new float[shape.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Values.of(shape, numbers);
    }
}
