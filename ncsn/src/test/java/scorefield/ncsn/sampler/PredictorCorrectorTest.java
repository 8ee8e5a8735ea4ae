package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.schedule.NoiseLevels;

class PredictorCorrectorTest {

    /** Its mean is the start's, so that ‖z‖/‖s‖ is (variance + σ²)/√(the chains' variance). */
    private static final Gaussian DATA = new Gaussian(0.5, 0.04);

    private static final NoiseLevels LEVELS = NoiseLevels.geometric(1, 0.1, 5);
    private static final double SNR = 0.3;

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aGaussiansMomentsAreThoseOfTheRecursion(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            for (int corrections : new int[] {0, 2}) {
                Gaussian expected = new Gaussian(0.5, 1.0 / 12 + 1);
                for (int i = 0; i < LEVELS.count(); i++) {
                    double sigma = LEVELS.sigma(i);
                    for (int m = 0; m < corrections; m++) {
                        double perturbed = DATA.variance() + sigma * sigma;
                        double alpha = 4 * SNR * SNR * perturbed * perturbed / expected.variance();
                        expected = DATA.step(expected, sigma, alpha);
                    }
                    if (i + 1 < LEVELS.count()) {
                        expected = prediction(expected, sigma, LEVELS.sigma(i + 1));
                    }
                }
                Gaussian denoised = DATA.denoise(expected, LEVELS.smallest());
                try (Sampler sampler = new PredictorCorrector(
                        device, DATA.score(), Shape.of(500, 40), LEVELS, SNR, corrections, true)) {
                    denoised.isDistributionOf(sampler.sample(500, 1));
                    assertThat(sampler.evaluations()).isEqualTo(5 * (corrections + 1));
                }
            }
        }
    }

    private static Gaussian prediction(Gaussian chain, double sigma, double next) {
        double removed = sigma * sigma - next * next;
        double keep = 1 - removed / (DATA.variance() + sigma * sigma);
        return new Gaussian(chain.mean(), keep * keep * chain.variance() + removed * next * next / (sigma * sigma));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theKernelTestTellsAMixturesSamplesOnlyFromThoseOfTooFewLevels(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            assertThat(mixtureSamplesAreRejected(device, 40)).isFalse();
            assertThat(mixtureSamplesAreRejected(device, 3)).isTrue();
        }
    }

    private static boolean mixtureSamplesAreRejected(Device device, int count) {
        NoiseLevels levels = NoiseLevels.geometric(8, 0.05, count);
        return Mixture.rejects((score, batch) -> new PredictorCorrector(device, score, batch, levels, 0.16, 1, true));
    }

    @Test
    void aScoreThatIsZeroEverywhereIsReportedAsDivergence() {
        try (Device device = new ReferenceDevice();
                Sampler sampler = new PredictorCorrector(
                        device, (x, sigma) -> x.times(0), Shape.of(3, 2), LEVELS, SNR, 1, true)) {
            assertThatThrownBy(() -> sampler.sample(3, 1))
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageContaining("noise level 1 (σ = 1.0, signal-to-noise ratio 0.3)");
        }
    }

    /** The predictor alone needs no length of the score: where it is 0, samples are the start with what the predictions add. */
    @Test
    void aPredictorAloneBearsAScoreThatIsZeroEverywhere() {
        double variance = 1.0 / 12 + 1;
        for (int i = 0; i + 1 < LEVELS.count(); i++) {
            double square = Math.pow(LEVELS.sigma(i), 2);
            double next = Math.pow(LEVELS.sigma(i + 1), 2);
            variance += (square - next) * next / square;
        }
        try (Device device = new ReferenceDevice();
                Sampler sampler = new PredictorCorrector(
                        device, (x, sigma) -> x.times(0), Shape.of(500, 40), LEVELS, SNR, 0, true)) {
            new Gaussian(0.5, variance).isDistributionOf(sampler.sample(500, 1));
        }
    }

    @Test
    void aRatioThatIsNoneIsRefused() {
        try (Device device = new ReferenceDevice()) {
            assertThatThrownBy(() -> new PredictorCorrector(device, DATA.score(), Shape.of(3, 2), LEVELS, 0, 1, true))
                    .hasMessageContaining("got 1 and 0.0");
        }
    }
}
