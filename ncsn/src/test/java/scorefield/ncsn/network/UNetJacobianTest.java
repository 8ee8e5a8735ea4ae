package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.JacobianTrace;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;

/** The exact trace of the U-Net's Jacobian, and what exact score matching would train it with. */
class UNetJacobianTest {

    private static final UNet NETWORK = new UNet(new UNetSettings(4, List.of(1, 2), 1), 8, 8, 1);
    private static final int N = 2;
    private static final int D = 64;
    private static final int CHUNK = 16;

    private final Random random = new Random(13);
    private final Tensor flat =
            Tensor.input("weights", Shape.of(NETWORK.parameters().size()));
    private final Tensor x = Tensor.input("x", Shape.of(N, 8, 8, 1));
    private final Tensor sigma = Tensor.input("sigma", Shape.of(N));
    private final Weights weights = NETWORK.parameters().weights(flat);
    private final Map<Tensor, Values> feeds = new HashMap<>(Map.of(
            flat, Values.of(flat.shape(), awake()),
            x, Values.of(x.shape(), normal(N * D, 1)),
            sigma, Values.of(sigma.shape(), 0.5, 1.5)));

    private double[] normal(int size, double deviation) {
        double[] numbers = new double[size];
        Arrays.setAll(numbers, i -> (float) (deviation * random.nextGaussian()));
        return numbers;
    }

    /** Initial weights with noise added: with those alone, the layers that start as zero hide the others. */
    private double[] awake() {
        double[] numbers = normal(NETWORK.parameters().size(), 0.1);
        float[] initial = NETWORK.parameters().initial(5);
        Arrays.setAll(numbers, i -> (float) (numbers[i] + initial[i]));
        return numbers;
    }

    private Tensor score(Tensor batch) {
        return NETWORK.score(
                weights, batch, Jacobian.repeat(sigma, batch.shape().dim(0) / N));
    }

    /** ½‖s‖² + tr ∇s, the mean over the batch (Hyvärinen 2005). */
    private Tensor exactScoreMatching() {
        return score(x).square()
                .sum(1, 2, 3)
                .times(0.5)
                .plus(Jacobian.trace(this::score, x, CHUNK))
                .mean();
    }

    /** Fourth order: (8(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h, of all the fetched numbers at once. */
    private double[] difference(Executable f, Tensor moved, int[] elements, double h) {
        double[] result = new double[0];
        double[] at = feeds.get(moved).doubles();
        int[] steps = {1, -1, 2, -2};
        double[] factors = {8, -8, -1, 1};
        Map<Tensor, Values> changed = new HashMap<>(feeds);
        for (int k = 0; k < 4; k++) {
            double[] numbers = at.clone();
            for (int element : elements) {
                numbers[element] += steps[k] * h;
            }
            changed.put(moved, Values.of(moved.shape(), numbers));
            double[] values = f.run(changed).get(0).doubles();
            result = k == 0 ? new double[values.length] : result;
            for (int i = 0; i < values.length; i++) {
                result[i] += factors[k] * values[i] / (12 * h);
            }
        }
        return result;
    }

    @Test
    void theTraceIsThatOfFiniteDifferences() {
        double[] expected = new double[N];
        double size = 0;
        try (ReferenceDevice device = new ReferenceDevice();
                Executable score = device.compile(Program.fetching(score(x)));
                JacobianTrace trace = JacobianTrace.compile(device, this::score, x, CHUNK)) {
            for (int d = 0; d < D; d++) {
                double[] column = difference(score, x, new int[] {d, D + d}, 1e-3); // of both images
                for (int n = 0; n < N; n++) {
                    expected[n] += column[n * D + d];
                    size = Math.max(size, Math.abs(column[n * D + d]));
                }
            }
            JacobianTrace.Result actual = trace.run(feeds);
            // h⁴ = 1e-12 times a fifth derivative, 64 times.
            assertThat(actual.trace().doubles()).containsExactly(expected, within(1e-8 * size));
            assertThat(actual.value().doubles())
                    .containsExactly(score.run(feeds).get(0).doubles(), within(1e-12 * size));
        }
    }

    @Test
    void exactScoreMatchingsGradientIsThatOfFiniteDifferences() {
        Tensor loss = exactScoreMatching();
        double[] gradient;
        try (ReferenceDevice device = new ReferenceDevice();
                Executable value = device.compile(Program.fetching(loss));
                Executable slope = device.compile(Program.fetching(Gradients.of(loss, flat)))) {
            gradient = slope.run(feeds).get(0).doubles();
            // One number of every third parameter, drawn at random.
            for (int k = 0; k < NETWORK.parameters().list().size(); k += 3) {
                Parameter parameter = NETWORK.parameters().list().get(k);
                int i = parameter.offset() + random.nextInt(parameter.size());
                double expected = difference(value, flat, new int[] {i}, 1e-3)[0];
                assertThat(gradient[i])
                        .as(parameter.name())
                        .isCloseTo(expected, within(1e-6 * Math.max(1e-2, Math.abs(expected))));
            }
        }
    }

    static List<Named<Supplier<Device>>> openCl() {
        return TestDevices.openCl();
    }

    @ParameterizedTest
    @MethodSource("openCl")
    void traceAndGradientAreTheReferences(Supplier<Device> opened) {
        Tensor loss = exactScoreMatching();
        Program program = Program.fetching(Jacobian.trace(this::score, x, CHUNK), Gradients.of(loss, flat));
        try (Device device = opened.get();
                ReferenceDevice reference = new ReferenceDevice();
                Executable fast = device.compile(program);
                Executable plain = reference.compile(program);
                JacobianTrace compiled = JacobianTrace.compile(device, this::score, x, CHUNK)) {
            List<Values> actual = fast.run(feeds);
            List<Values> expected = plain.run(feeds);
            for (int k = 0; k < 2; k++) {
                near(actual.get(k), expected.get(k));
            }
            near(compiled.run(feeds).trace(), expected.get(0));
        }
    }

    private static void near(Values actual, Values expected) {
        double errors = 0;
        double squares = 0;
        for (int i = 0; i < expected.shape().size(); i++) {
            errors += Math.pow(actual.get(i) - expected.get(i), 2);
            squares += Math.pow(expected.get(i), 2);
        }
        assertThat(Math.sqrt(errors / squares)).isLessThan(1e-4);
    }
}
