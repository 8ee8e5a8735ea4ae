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
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.sampler.EdmSampler.Churn;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.PolynomialSpacing;

class EdmSamplerTest {

    private static final Gaussian DATA = new Gaussian(0.3, 0.04);
    private static final NoiseLevels LEVELS = NoiseLevels.polynomial(2, 0.05, 5, PolynomialSpacing.STANDARD);
    private static final Shape BATCH = Shape.of(500, 40);
    /** γ = 0.2 at the levels in the middle, with noise of standard deviation 1.1. */
    private static final Churn CHURN = new Churn(1, 0.06, 1.9, 1.1);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** Few levels: far from the data's distribution, and exactly as far as algorithm 2 takes a Gaussian's moments, after every step. */
    @ParameterizedTest
    @MethodSource("devices")
    void aGaussiansMomentsAreThoseOfAlgorithm2(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            for (Churn churn : List.of(Churn.NONE, CHURN)) {
                List<Gaussian> expected = new ArrayList<>(List.of(new Gaussian(0.5, 1.0 / 12 + 4)));
                for (int i = 0; i < LEVELS.count(); i++) {
                    double next = i + 1 < LEVELS.count() ? LEVELS.sigma(i + 1) : 0;
                    expected.add(step(expected.get(i), LEVELS.sigma(i), next, churn));
                }
                try (Sampler sampler = new EdmSampler(device, DATA.score(), BATCH, LEVELS, churn, true)) {
                    Values samples = sampler.sample(
                            500,
                            1,
                            progress -> expected.get(progress.stage() + 1).isDistributionOf(progress.x()));
                    expected.get(5).isDistributionOf(samples);
                    assertThat(sampler.evaluations()).isEqualTo(9);
                }
            }
        }
    }

    /** The paper's algorithm 2, line by line, for dx/dσ = σ·(x−μ)/(v+σ²). */
    private static Gaussian step(Gaussian chain, double sigma, double next, Churn churn) {
        double gamma = sigma >= churn.least() && sigma <= churn.most() ? Math.min(churn.amount() / 5, 0.41421356) : 0;
        double raised = sigma * (1 + gamma);
        double variance = chain.variance() + (raised * raised - sigma * sigma) * churn.noise() * churn.noise();
        double first = raised / (DATA.variance() + raised * raised);
        double h = next - raised;
        double keep = 1 + h * first;
        if (next > 0) {
            double second = next / (DATA.variance() + next * next) * keep;
            keep = 1 + h * (first + second) / 2;
        }
        return new Gaussian(DATA.mean() + keep * (chain.mean() - DATA.mean()), keep * keep * variance);
    }

    @Test
    void withoutTheLastStepItEndsAtTheSmallestLevel() {
        try (Device device = new ReferenceDevice();
                Sampler sampler = new EdmSampler(device, DATA.score(), BATCH, LEVELS, Churn.NONE, false)) {
            List<Double> sigmas = new ArrayList<>();
            sampler.sample(1, 1, progress -> sigmas.add(progress.sigma()));
            assertThat(sigmas).isEqualTo(LEVELS.toList().subList(1, 5));
            assertThat(sampler.evaluations()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theKernelTestTellsAMixturesSamplesOnlyFromThoseOfTooFewLevels(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            for (Churn churn : List.of(Churn.NONE, new Churn(10, 0.05, 8, 1))) {
                assertThat(rejected(device, 18, churn)).isFalse();
                assertThat(rejected(device, 3, churn)).isTrue();
            }
        }
    }

    private static boolean rejected(Device device, int count, Churn churn) {
        NoiseLevels levels = NoiseLevels.polynomial(8, 0.05, count, PolynomialSpacing.STANDARD);
        return Mixture.rejects((score, batch) -> new EdmSampler(device, score, batch, levels, churn, true));
    }

    @Test
    void churnThatIsNoneIsRefused() {
        assertThatThrownBy(() -> new Churn(-1, 0, 1, 1)).hasMessageContaining("S_churn = -1.0");
        assertThatThrownBy(() -> new Churn(1, 2, 1, 1)).hasMessageContaining("S_min = 2.0, S_max = 1.0");
        assertThatThrownBy(() -> new Churn(1, 0, 1, 0)).hasMessageContaining("S_noise = 0.0");
    }
}
