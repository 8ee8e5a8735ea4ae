package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.KnownDensity;
import scorefield.ncsn.distribution.MixtureScore;

class MetropolisAdjustedLangevinTest {

    /** N(0, I) in the plane. With α = 1 a Langevin step halves what was there, so 40 of them leave 10⁻¹² of the start. */
    private static final KnownDensity NORMAL =
            new MixtureScore(GaussianMixture.of(scorefield.ncsn.distribution.Gaussian.isotropic(new double[2], 1)));

    private static final double STEP = 1;
    private static final int STEPS = 40;
    private static final Shape BATCH = Shape.of(20_000, 2);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** Langevin dynamics' variance v satisfies v = (1−α/2)²v + α, and is 1/(1−α/4) instead of 1. */
    @ParameterizedTest
    @MethodSource("devices")
    void theVarianceIsRightWhereLangevinDynamicsIsMeasurablyWrong(Supplier<Device> opened) {
        try (Device device = opened.get();
                MetropolisAdjustedLangevin adjusted =
                        new MetropolisAdjustedLangevin(device, NORMAL, BATCH, 0, STEP, STEPS);
                LangevinDynamics unadjusted = new LangevinDynamics(device, NORMAL, BATCH)) {
            new Gaussian(0, 1).isDistributionOf(adjusted.sample(BATCH.dim(0), 1));
            assertThat(adjusted.evaluations()).isEqualTo(41);
            unadjusted.seed(1, 0);
            unadjusted.startUniform();
            for (int t = 0; t < STEPS; t++) {
                unadjusted.step(0, STEP);
            }
            new Gaussian(0, 1 / (1 - STEP / 4)).isDistributionOf(unadjusted.x());
        }
    }

    /** A proposal at which the density vanishes is never taken, one of equal density always: a uniform distribution on a box. */
    @Test
    void onABoxTheShareTakenIsThatOfProposalsInside() {
        KnownDensity box = new KnownDensity() {
            @Override
            public Tensor score(Tensor x, Tensor sigma) {
                return Tensor.zeros(x.shape());
            }

            @Override
            public Tensor logDensity(Tensor x, Tensor sigma) {
                Tensor outside =
                        x.minus(0.5).abs().greaterThan(Tensor.scalar(0.5)).sum(1);
                return outside.times(-1e9);
            }
        };
        double root = 0.1;
        try (Device device = new ReferenceDevice();
                MetropolisAdjustedLangevin sampler =
                        new MetropolisAdjustedLangevin(device, box, Shape.of(20_000, 1), 0, root * root, 1)) {
            double[] x = sampler.sample(20_000, 1).doubles();
            assertThat(Arrays.stream(x).filter(number -> number < 0 || number > 1))
                    .isEmpty();
            // From a uniform start, a step √α·z leaves through one end with probability √α·E max(z, 0) = √α/√(2π).
            double share = 1 - 2 * root / Math.sqrt(2 * Math.PI);
            assertThat(sampler.acceptance()).isCloseTo(share, within(4.5 * Math.sqrt(share * (1 - share) / 20_000)));
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theKernelTestTellsAMixturesSamplesOnlyFromThoseOfTooFewSteps(Supplier<Device> opened) {
        GaussianMixture mixture = GaussianMixture.of(
                new double[] {0.3, 0.7},
                List.of(
                        scorefield.ncsn.distribution.Gaussian.isotropic(new double[] {-1, 0}, 0.7),
                        scorefield.ncsn.distribution.Gaussian.of(
                                new double[] {1, 0.5}, new double[][] {{1, 0.6}, {0.6, 0.8}})));
        try (Device device = opened.get()) {
            assertThat(Mixture.rejects(
                            mixture,
                            0.5,
                            (density, batch) -> new MetropolisAdjustedLangevin(device, density, batch, 0, 0.7, 150)))
                    .isFalse();
            assertThat(Mixture.rejects(
                            mixture,
                            0.5,
                            (density, batch) -> new MetropolisAdjustedLangevin(device, density, batch, 0, 0.7, 2)))
                    .isTrue();
        }
    }

    @Test
    void aStepThatIsNoneIsRefused() {
        try (Device device = new ReferenceDevice()) {
            assertThatThrownBy(() -> new MetropolisAdjustedLangevin(device, NORMAL, BATCH, 0, 0, 5))
                    .hasMessageContaining("got 5 and 0.0");
        }
    }
}
