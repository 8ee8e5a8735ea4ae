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

/** The exact trace of the Jacobian of a U-Net with self-attention, and what exact score matching would train it with. */
class UNetJacobianTest {

    private static final UNet NETWORK = new UNet(new UNetSettings(4, List.of(1, 2), 1).withAttention(4), 8, 8, 1);
    private static final int N = 2;
    private static final int D = 64;
    private static final int CHUNK = 32;

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

    /** Initial weights plus noise; without the noise, layers that are initialised to zero would hide the others. */
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

    /** The gradient with respect to all weights, layer by layer and then put together, as training does it. */
    private Tensor gradient(Tensor loss) {
        return NETWORK.parameters().flatten(Gradients.of(loss, weights.tensors()));
    }

    /** The derivative along a direction, fourth order: (8(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h, of all the fetched numbers at once. */
    private double[] difference(Executable f, Tensor moved, double[] direction, double h) {
        double[] result = new double[0];
        double[] at = feeds.get(moved).doubles();
        int[] steps = {1, -1, 2, -2};
        double[] factors = {8, -8, -1, 1};
        Map<Tensor, Values> changed = new HashMap<>(feeds);
        for (int k = 0; k < 4; k++) {
            double[] numbers = at.clone();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] += steps[k] * h * direction[i];
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
                double[] direction = new double[N * D];
                direction[d] = 1;
                direction[D + d] = 1; // both images at once
                double[] column = difference(score, x, direction, 1e-3);
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

    /** Along random directions, in which every weight has its share: a wrong number anywhere shows. */
    @Test
    void exactScoreMatchingsGradientIsThatOfFiniteDifferences() {
        Tensor loss = exactScoreMatching();
        try (ReferenceDevice device = new ReferenceDevice();
                Executable value = device.compile(Program.fetching(loss));
                Executable slope = device.compile(Program.fetching(gradient(loss)))) {
            double[] gradient = slope.run(feeds).get(0).doubles();
            for (int k = 0; k < 3; k++) {
                double[] direction = normal(gradient.length, 1);
                double product = 0;
                for (int i = 0; i < gradient.length; i++) {
                    product += gradient[i] * direction[i];
                }
                double expected = difference(value, flat, direction, 1e-4)[0];
                assertThat(product).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
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
        Program program = Program.fetching(Jacobian.trace(this::score, x, CHUNK), gradient(loss));
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
