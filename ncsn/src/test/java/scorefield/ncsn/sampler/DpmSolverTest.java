package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.PolynomialSpacing;

class DpmSolverTest {

    private static final Gaussian DATA = new Gaussian(0.3, 0.04);
    private static final NoiseLevels LEVELS = NoiseLevels.polynomial(2, 0.05, 6, PolynomialSpacing.STANDARD);
    private static final Shape BATCH = Shape.of(500, 40);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** Exactly as far from the data's distribution as the recursion of the paper takes a Gaussian, after every step. */
    @ParameterizedTest
    @MethodSource("devices")
    void aGaussiansMomentsAreThoseOfTheRecursion(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            for (double eta : new double[] {0, 0.5, 1}) {
                List<Gaussian> expected = recursion(eta);
                try (Sampler sampler = new DpmSolver(device, DATA.score(), BATCH, LEVELS, eta, true)) {
                    Values samples = sampler.sample(
                            500, 1, progress -> expected.get(progress.stage()).isDistributionOf(progress.x()));
                    expected.get(5).isDistributionOf(samples);
                    assertThat(sampler.evaluations()).isEqualTo(6);
                }
            }
        }
    }

    /**
     * x and D are μ + Σ cₖ·ξₖ with independent ξₖ: the start's (whose mean is not 0) and each step's noise. In the paper's letters: λ = −ln σ,
     * h = λᵢ₊₁ − λᵢ.
     */
    private static List<Gaussian> recursion(double eta) {
        double[] x = new double[7];
        double[] before = new double[7];
        x[0] = 1;
        List<Gaussian> moments = new ArrayList<>();
        double hBefore = Double.NaN;
        for (int i = 0; i < 6; i++) {
            double sigma = LEVELS.sigma(i);
            double[] denoised = new double[7];
            for (int k = 0; k < 7; k++) {
                denoised[k] = x[k] * DATA.variance() / (DATA.variance() + sigma * sigma);
            }
            if (i == 5) {
                x = denoised;
            } else {
                double next = LEVELS.sigma(i + 1);
                double h = -Math.log(next) + Math.log(sigma);
                double r = hBefore / h;
                double[] after = new double[7];
                for (int k = 0; k < 7; k++) {
                    double extrapolated =
                            i == 0 ? denoised[k] : (1 + 1 / (2 * r)) * denoised[k] - 1 / (2 * r) * before[k];
                    after[k] = next / sigma * Math.exp(-eta * h) * x[k] - (Math.exp(-h - eta * h) - 1) * extrapolated;
                }
                after[i + 1] += next * Math.sqrt(1 - Math.exp(-2 * eta * h));
                before = denoised;
                x = after;
                hBefore = h;
            }
            double variance = x[0] * x[0] * (1.0 / 12 + 4);
            for (int k = 1; k < 7; k++) {
                variance += x[k] * x[k];
            }
            moments.add(new Gaussian(DATA.mean() + x[0] * (0.5 - DATA.mean()), variance));
        }
        return moments;
    }

    /** Where the data are one point, D is constant and a step of any length is exact; of the start, a factor σᵢ/σ₁ (or its square) is left. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void aPointsNoiseFollowsTheSchedule(double eta) {
        Gaussian point = new Gaussian(0.5, 0);
        try (Device device = new ReferenceDevice();
                Sampler sampler = new DpmSolver(device, point.score(), BATCH, LEVELS, eta, false)) {
            sampler.sample(500, 1, progress -> {
                double left = Math.pow(progress.sigma() / 2, 2 * (1 + eta)) / 12;
                new Gaussian(0.5, progress.sigma() * progress.sigma() + left).isDistributionOf(progress.x());
            });
            assertThat(sampler.evaluations()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theKernelTestTellsAMixturesSamplesOnlyFromThoseOfTooFewLevels(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            for (double eta : new double[] {0, 1}) {
                assertThat(rejected(device, 30, eta)).isFalse();
                assertThat(rejected(device, 3, eta)).isTrue();
            }
        }
    }

    private static boolean rejected(Device device, int count, double eta) {
        NoiseLevels levels = NoiseLevels.polynomial(8, 0.05, count, PolynomialSpacing.STANDARD);
        return Mixture.rejects((score, batch) -> new DpmSolver(device, score, batch, levels, eta, true));
    }

    @Test
    void anEtaOutsideItsRangeIsRefused() {
        try (Device device = new ReferenceDevice()) {
            for (double eta : new double[] {-0.1, 1.1, Double.NaN}) {
                assertThatThrownBy(() -> new DpmSolver(device, DATA.score(), BATCH, LEVELS, eta, true))
                        .hasMessageContaining("between 0 and 1; got " + eta);
            }
        }
    }
}
