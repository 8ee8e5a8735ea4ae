package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import scorefield.ncsn.schedule.SamplingPlan;

class ConsistentAnnealedTest {

    private static final Gaussian DATA = new Gaussian(0.3, 0.04);
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(1, 0.1, 6);
    private static final Shape BATCH = Shape.of(500, 40);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** Few levels: far from the data's distribution, and exactly as far as the recursion of the moments says, after every step. */
    @ParameterizedTest
    @MethodSource("devices")
    void aGaussiansMomentsAreThoseOfTheRecursion(Supplier<Device> opened) {
        double least = 1 - 1 / LEVELS.ratio();
        try (Device device = opened.get()) {
            for (double eta : new double[] {least, ConsistentAnnealed.ancestral(LEVELS), 1}) {
                List<Gaussian> expected = new ArrayList<>(List.of(new Gaussian(0.5, 1.0 / 12 + 1)));
                for (int i = 0; i + 1 < LEVELS.count(); i++) {
                    expected.add(step(DATA, expected.get(i), eta, LEVELS.sigma(i), LEVELS.sigma(i + 1)));
                }
                Gaussian last = DATA.denoise(expected.get(5), LEVELS.smallest());
                try (Sampler sampler = new ConsistentAnnealed(device, DATA.score(), BATCH, LEVELS, eta, true)) {
                    Values samples = sampler.sample(500, 1, progress -> {
                        assertThat(progress.sigma()).isEqualTo(LEVELS.sigma(progress.stage() + 1));
                        expected.get(progress.stage() + 1).isDistributionOf(progress.x());
                    });
                    last.isDistributionOf(samples);
                    assertThat(sampler.evaluations()).isEqualTo(6);
                }
            }
        }
    }

    private static Gaussian step(Gaussian data, Gaussian chain, double eta, double sigma, double next) {
        double keep = 1 - eta * sigma * sigma / (data.variance() + sigma * sigma);
        double fresh = ConsistentAnnealed.beta(eta, sigma / next) * next;
        return new Gaussian(
                data.mean() + keep * (chain.mean() - data.mean()), keep * keep * chain.variance() + fresh * fresh);
    }

    /** Where the data are one point, what the chains have beyond a level's noise is what is left of their start. */
    @Test
    void aPointsNoiseFollowsTheSchedule() {
        Gaussian point = new Gaussian(0.5, 0);
        double eta = ConsistentAnnealed.ancestral(LEVELS);
        try (Device device = new ReferenceDevice();
                Sampler sampler = new ConsistentAnnealed(device, point.score(), BATCH, LEVELS, eta, false)) {
            sampler.sample(500, 1, progress -> {
                double left = Math.pow(1 - eta, 2.0 * (progress.stage() + 1)) / 12;
                new Gaussian(0.5, progress.sigma() * progress.sigma() + left).isDistributionOf(progress.x());
            });
            assertThat(sampler.evaluations()).isEqualTo(5);
        }
    }

    /** The Javadoc's closed form. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.2, 3})
    void fromTheRightVarianceAStepIsWrongInSecondOrderOfEta(double s) {
        double sigma = 0.7;
        for (double gamma : new double[] {1.01, 1.2, 2}) {
            double next = sigma / gamma;
            for (double eta : new double[] {1 - 1 / gamma, 1 - 1 / (gamma * gamma), 1}) {
                double right = s * s + sigma * sigma;
                double after = step(new Gaussian(0, s * s), new Gaussian(0, right), eta, sigma, next)
                        .variance();
                double missing = eta * eta * sigma * sigma * s * s / right;
                // A few roundings of numbers of the size of the variance.
                assertThat(after).isCloseTo(s * s + next * next - missing, within(1e-15 * right));
            }
        }
    }

    @Test
    void fromTheLeastEtaOnBetaIsReal() {
        assertThat(ConsistentAnnealed.beta(1 - 1 / 1.3, 1.3)).isCloseTo(0, within(1e-7)); // √ of an ulp
        assertThat(ConsistentAnnealed.beta(1, 1.3)).isEqualTo(1);
        // σ'²·(σ² − σ'²)/σ², the variance of ancestral sampling, in units of σ'².
        assertThat(ConsistentAnnealed.beta(1 - 1 / (1.3 * 1.3), 1.3))
                .isCloseTo(Math.sqrt(1 - 1 / (1.3 * 1.3)), within(1e-15));
        try (Device device = new ReferenceDevice()) {
            for (double eta : new double[] {0.3, 1.1, Double.NaN}) {
                assertThatThrownBy(() -> new ConsistentAnnealed(device, DATA.score(), BATCH, LEVELS, eta, true))
                        .hasMessageContaining("0.369")
                        .hasMessageContaining("got " + eta);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theKernelTestTellsAMixturesSamplesOnlyFromThoseOfTooFewLevels(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            assertThat(mixtureSamplesAreRejected(device, 80)).isFalse();
            assertThat(mixtureSamplesAreRejected(device, 4)).isTrue();
        }
    }

    /**
     * What it is for: with the true score, 50 evaluations are as good as annealed Langevin dynamics' 1000. A kernel of a mode's width tells
     * neither's samples from exact ones, and tells those of 7 evaluations.
     */
    @Test
    void fiftyEvaluationsAreAsGoodAsAThousandOfAnnealedLangevinDynamics() {
        NoiseLevels levels = NoiseLevels.geometric(8, 0.05, 37);
        SamplingPlan plan = new SamplingPlan(levels, 27, 0.4 * levels.smallest() * levels.smallest(), true);
        assertThat(plan.steps() + 1).isEqualTo(1000);
        try (Device device = TestDevices.openCl().get(0).getPayload().get()) {
            assertThat(Mixture.rejects((score, batch) -> new AnnealedLangevin(device, score, batch, plan)))
                    .isFalse();
            assertThat(mixtureSamplesAreRejected(device, 50)).isFalse();
            assertThat(mixtureSamplesAreRejected(device, 7)).isTrue();
        }
    }

    private static boolean mixtureSamplesAreRejected(Device device, int count) {
        NoiseLevels levels = NoiseLevels.geometric(8, 0.05, count);
        double eta = ConsistentAnnealed.ancestral(levels);
        return Mixture.rejects((score, batch) -> new ConsistentAnnealed(device, score, batch, levels, eta, true));
    }
}
