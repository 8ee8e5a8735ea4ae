package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Random;

class DropoutTest {

    private static final String EVERY_DEVICE = "scorefield.ncsn.TestDevices#all";
    private static final int COUNT = 40_000;

    private final Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
    private final Tensor x = Tensor.input("x", Shape.of(COUNT));

    private List<Values> run(Device device, int step, Tensor... fetches) {
        double[] numbers = new double[COUNT];
        Arrays.setAll(numbers, i -> 1 + i % 7);
        try (Executable program = device.compile(Program.fetching(fetches))) {
            return program.run(
                    Map.of(state, Values.of(state.shape(), 17, 0, step, 0), x, Values.of(x.shape(), numbers)));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9})
    void dropsTheShareThatWasAskedForAndKeepsTheMean(double p) {
        Tensor dropped = Dropout.of(p, state, 5).apply("layer", x);
        try (ReferenceDevice device = new ReferenceDevice()) {
            double[] y = run(device, 0, dropped).get(0).doubles();
            double[] parts = new double[COUNT];
            for (int i = 0; i < COUNT; i++) {
                parts[i] = y[i] / (1 + i % 7);
                assertThat(parts[i])
                        .satisfiesAnyOf(
                                part -> assertThat(part).isZero(),
                                part -> assertThat(part).isCloseTo(1 / (1 - p), within(1e-9)));
            }
            // The mean of numbers that are 1/(1−p) with probability 1−p is 1, its variance p/(1−p)/COUNT; five standard
            // errors.
            double mean = Arrays.stream(parts).average().orElseThrow();
            assertThat(mean).isCloseTo(1, within(5 * Math.sqrt(p / (1 - p) / COUNT)));
        }
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void aLayerHasOneMaskInAStepAndEveryLayerItsOwn(Supplier<Device> on) {
        Dropout dropout = Dropout.of(0.5, state, 5);
        Tensor first = dropout.apply("first", x);
        Tensor second = dropout.apply("second", x);
        Tensor again = dropout.apply("first", x.plus(0));
        try (Device device = on.get();
                ReferenceDevice reference = new ReferenceDevice()) {
            List<Values> now = run(device, 3, first, second, again);
            assertThat(now.get(2).doubles()).isEqualTo(now.get(0).doubles());
            assertThat(now.get(0).doubles())
                    .isEqualTo(run(reference, 3, first).get(0).doubles());
            // Independent masks of probability ½ agree in half of the places.
            assertThat(agreement(now.get(0), now.get(1))).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(COUNT)));
            assertThat(agreement(now.get(0), run(device, 4, first).get(0)))
                    .isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(COUNT)));
        }
    }

    private static double agreement(Values a, Values b) {
        int equal = 0;
        for (int i = 0; i < COUNT; i++) {
            equal += a.get(i) == b.get(i) ? 1 : 0;
        }
        return (double) equal / COUNT;
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theGradientPassesThroughTheSameMask(Supplier<Device> on) {
        Tensor y = Dropout.of(0.25, state, 5).apply("layer", x);
        Tensor gradient = Gradients.of(y.square().sum(), x);
        try (Device device = on.get()) {
            List<Values> results = run(device, 3, y, gradient);
            for (int i = 0; i < COUNT; i++) {
                double expected = 2 * results.get(0).get(i) / 0.75;
                assertThat(results.get(1).get(i)).isCloseTo(expected, within(1e-6 * expected));
            }
        }
    }

    @Test
    void withoutDropoutTheGraphIsTheSame() {
        assertThat(Dropout.NONE.apply("layer", x)).isSameAs(x);
        assertThat(Dropout.of(0, state, 5)).isSameAs(Dropout.NONE);
        UNet network = new UNet(new UNetSettings(4, List.of(1), 1), 4, 4, 1);
        Weights weights = network.parameters()
                .weights(Tensor.input("weights", Shape.of(network.parameters().size())));
        Tensor images = Tensor.input("images", Shape.of(1, 4, 4, 1));
        Tensor sigma = Tensor.input("sigma", Shape.of(1));
        assertThat(masks(network.score(weights, images, sigma))).isZero();
        // down.0, mid.0, mid.1, up.0 and up.1
        assertThat(masks(network.score(weights.with(Dropout.of(0.5, state, 5)), images, sigma)))
                .isEqualTo(5);
        assertThat(masks(network.score(weights, images, sigma))).isZero();
    }

    private static long masks(Tensor score) {
        return Tensor.order(List.of(score)).stream()
                .filter(node -> node.op() instanceof Random)
                .count();
    }

    @Test
    void probabilitiesThatAreNoneAreRefused() {
        for (double p : new double[] {-0.1, 1, Double.NaN}) {
            assertThatThrownBy(() -> Dropout.of(p, state, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the probability of dropout must be at least 0 and less than 1; got " + p);
        }
    }
}
