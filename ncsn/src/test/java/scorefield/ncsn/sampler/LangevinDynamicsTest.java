package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;

class LangevinDynamicsTest {

    private static final Gaussian DATA = new Gaussian(0.4, 0.09);
    private static final double SIGMA = 0.4; // perturbed: variance 0.25
    /** One shape for all, so that an OpenCL device compiles for it once. */
    private static final Shape BATCH = Shape.of(100, 4, 10, 5);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** The stationary variance of x ← (1−α/2v)·x + √α·z is α/(1 − (1−α/2v)²) = v/(1 − α/4v), above v for any step that is not small. */
    @ParameterizedTest
    @MethodSource("devices")
    void theDiscretisedChainSettlesAtItsOwnVariance(Supplier<Device> opened) {
        double v = DATA.variance() + SIGMA * SIGMA;
        double alpha = 0.5 * v;
        try (Device device = opened.get();
                LangevinDynamics chains = new LangevinDynamics(device, DATA.score(), BATCH)) {
            chains.seed(1, 0);
            chains.startUniform();
            for (int t = 0; t < 60; t++) {
                chains.step(SIGMA, alpha);
            }
            new Gaussian(DATA.mean(), v / (1 - alpha / (4 * v))).isDistributionOf(chains.x());
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void afterAFewStepsTheMomentsAreThoseOfTheRecursion(Supplier<Device> opened) {
        try (Device device = opened.get();
                LangevinDynamics chains = new LangevinDynamics(device, DATA.score(), BATCH)) {
            Gaussian expected = new Gaussian(2, 0);
            chains.seed(2, 0);
            chains.startAt(Values.fill(BATCH, 2));
            for (int t = 0; t < 5; t++) {
                chains.step(SIGMA, 0.1);
                expected = DATA.step(expected, SIGMA, 0.1);
            }
            expected.isDistributionOf(chains.x());
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theStartIsUniformOnTheUnitInterval(Supplier<Device> opened) {
        try (Device device = opened.get();
                LangevinDynamics chains = new LangevinDynamics(device, DATA.score(), BATCH)) {
            chains.seed(3, 0);
            chains.startUniform();
            Values x = chains.x();
            assertThat(Arrays.stream(x.doubles())).allMatch(number -> number > 0 && number < 1);
            // A uniform number's kurtosis is below a normal one's, so the bound for normal numbers holds.
            new Gaussian(0.5, 1.0 / 12).isDistributionOf(x);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void denoisingGoesToTheMeanOfTheCleanData(Supplier<Device> opened) {
        try (Device device = opened.get();
                LangevinDynamics chains = new LangevinDynamics(device, DATA.score(), BATCH)) {
            for (double x : new double[] {-1, 0.4, 2}) {
                chains.startAt(Values.fill(BATCH, x));
                chains.denoise(SIGMA);
                // For a Gaussian: E[clean | x] = (σ²μ + ς²x)/(σ² + ς²).
                double expected = (0.16 * 0.4 + 0.09 * x) / 0.25;
                assertThat(Arrays.stream(chains.x().doubles())).allMatch(y -> Math.abs(y - expected) < 1e-6);
            }
        }
    }

    @Test
    void theSameSeedAndSequenceGiveTheSameChains() {
        try (Device device = new ReferenceDevice();
                LangevinDynamics chains = new LangevinDynamics(device, DATA.score(), Shape.of(5, 7))) {
            float[] first = threeSteps(chains, 9, 0);
            assertThat(threeSteps(chains, 9, 0)).isEqualTo(first);
            assertThat(threeSteps(chains, 9, 1)).isNotEqualTo(first);
            assertThat(threeSteps(chains, 9 + (1L << 32), 0)).isNotEqualTo(first);
        }
    }

    private static float[] threeSteps(LangevinDynamics chains, long seed, int sequence) {
        chains.seed(seed, sequence);
        chains.startUniform();
        for (int t = 0; t < 3; t++) {
            chains.step(SIGMA, 0.1);
        }
        return chains.x().floats();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aChainThatRunsAwayIsNoticed(Supplier<Device> opened) {
        try (Device device = opened.get();
                LangevinDynamics chains = new LangevinDynamics(device, DATA.score(), BATCH)) {
            assertThat(chains.isFinite()).isTrue();
            double[] points = new double[BATCH.size()];
            points[777] = Double.NaN;
            chains.startAt(Values.of(BATCH, points));
            assertThat(chains.isFinite()).isFalse();
            points[777] = Double.POSITIVE_INFINITY;
            chains.startAt(Values.of(BATCH, points));
            assertThat(chains.isFinite()).isFalse();
        }
    }

    @Test
    void withoutAScoreStepsAddUpToARandomWalk() {
        try (Device device = new ReferenceDevice();
                LangevinDynamics chains =
                        new LangevinDynamics(device, (x, sigma) -> Tensor.zeros(x.shape()), Shape.of(20_000))) {
            chains.seed(4, 0);
            for (int t = 0; t < 10; t++) {
                chains.step(1, 0.3);
            }
            new Gaussian(0, 3).isDistributionOf(chains.x());
        }
    }
}
