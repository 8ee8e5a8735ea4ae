package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
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
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

class AnnealedLangevinTest {

    private static final Gaussian DATA = new Gaussian(0.3, 0.04);
    private static final SamplingPlan SHORT = SamplingPlan.of(NoiseLevels.geometric(1, 0.1, 4), 3);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** Few levels and large steps: far from the data's distribution, and exactly as far as the recursion of the moments says. */
    @ParameterizedTest
    @MethodSource("devices")
    void aGaussiansMomentsAreThoseOfTheRecursion(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            for (boolean denoise : new boolean[] {false, true}) {
                SamplingPlan plan = new SamplingPlan(SHORT.levels(), 3, SHORT.stepSize(), denoise);
                Gaussian expected = new Gaussian(0.5, 1.0 / 12);
                for (int level = 0; level < plan.levels().count(); level++) {
                    for (int t = 0; t < plan.stepsPerLevel(); t++) {
                        expected = DATA.step(expected, plan.levels().sigma(level), plan.alpha(level));
                    }
                }
                if (denoise) {
                    expected = DATA.denoise(expected, plan.levels().smallest());
                }
                try (Sampler sampler = new AnnealedLangevin(device, DATA.score(), Shape.of(500, 40), plan)) {
                    expected.isDistributionOf(sampler.sample(1000, 1));
                    assertThat(sampler.evaluations()).isEqualTo(denoise ? 13 : 12);
                }
            }
        }
    }

    /** Two narrow Gaussians far apart, with weights 4:1, which Langevin dynamics at the smallest noise level alone gets wrong. */
    private static final double WEIGHT = 0.8;

    private static final double LEFT = 0;
    private static final double RIGHT = 1;
    private static final double SPREAD = 0.05;

    /** The mixture's score after N(0, σ²) was added; x is N×1. */
    private static ScoreFunction mixture() {
        return (x, sigma) -> {
            Tensor v = sigma.square().plus(SPREAD * SPREAD).reshape(-1, 1);
            // The left one's share of the density: sigmoid of the difference of the logarithms.
            Tensor share = x.minus(RIGHT)
                    .square()
                    .minus(x.minus(LEFT).square())
                    .over(v)
                    .times(0.5)
                    .plus(Math.log(WEIGHT / (1 - WEIGHT)))
                    .sigmoid();
            Tensor mean = share.times(LEFT).plus(Tensor.scalar(1).minus(share).times(RIGHT));
            return mean.minus(x).over(v);
        };
    }

    private static double leftShare(double[] samples) {
        return Arrays.stream(samples).filter(x -> x < 0.5).count() / (double) samples.length;
    }

    @Test
    void aMixturesWeightsComeOutRight() {
        SamplingPlan plan = SamplingPlan.of(NoiseLevels.geometric(2, 0.01, 40), 20);
        int n = 1500;
        try (Device device = new ReferenceDevice();
                Sampler sampler = new AnnealedLangevin(device, mixture(), Shape.of(n, 1), plan)) {
            double[] samples = sampler.sample(n, 3).doubles();
            double share = leftShare(samples);
            // 0.02 for the finite levels and steps, on top of what n samples leave open.
            assertThat(share).isCloseTo(WEIGHT, within(0.02 + 4.5 * Math.sqrt(WEIGHT * (1 - WEIGHT) / n)));
            double[] left = Arrays.stream(samples).filter(x -> x < 0.5).toArray();
            double mean = Arrays.stream(left).average().orElseThrow();
            double deviation =
                    Math.sqrt(Arrays.stream(left).map(x -> x * x).average().orElseThrow() - mean * mean);
            assertThat(mean).isCloseTo(LEFT, within(0.01));
            assertThat(deviation).isCloseTo(SPREAD, within(0.2 * SPREAD));
        }
    }

    @Test
    void withoutAnnealingTheStartDecidesTheWeights() {
        int n = 1500;
        try (Device device = new ReferenceDevice();
                LangevinDynamics chains = new LangevinDynamics(device, mixture(), Shape.of(n, 1))) {
            chains.seed(3, 0);
            chains.startUniform();
            for (int t = 0; t < 800; t++) {
                chains.step(0.01, 1e-4);
            }
            // A uniform start is in each one's reach about equally often, nearly.
            assertThat(leftShare(chains.x().doubles())).isCloseTo(0.5, within(0.07));
        }
    }

    /**
     * Five unequal modes in the plane, with the true score. The noise that is left, σ_L = 0.05, is a quarter of the narrowest mode's deviation,
     * and denoised. A step ε a thousand times too small leaves the chains where they started: the test must see that.
     */
    @ParameterizedTest
    @MethodSource("devices")
    void theKernelTestTellsTheMixturesSamplesOnlyFromThoseOfAWrongStepSize(Supplier<Device> opened) {
        NoiseLevels levels = NoiseLevels.geometric(8, 0.05, 40);
        double stepSize = 0.4 * levels.smallest() * levels.smallest();
        try (Device device = opened.get()) {
            assertThat(mixtureSamplesAreRejected(device, new SamplingPlan(levels, 15, stepSize, true)))
                    .isFalse();
            assertThat(mixtureSamplesAreRejected(device, new SamplingPlan(levels, 15, stepSize / 1000, true)))
                    .isTrue();
        }
    }

    private static boolean mixtureSamplesAreRejected(Device device, SamplingPlan plan) {
        return Mixture.rejects((score, batch) -> new AnnealedLangevin(device, score, batch, plan));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aSampleDoesNotDependOnHowManyAreDrawn(Supplier<Device> opened) {
        try (Device device = opened.get();
                Sampler sampler = new AnnealedLangevin(device, DATA.score(), Shape.of(4, 3, 2), SHORT)) {
            Values ten = sampler.sample(10, 5);
            assertThat(ten.shape()).isEqualTo(Shape.of(10, 3, 2));
            Values seven = sampler.sample(7, 5);
            assertThat(seven.floats()).isEqualTo(Arrays.copyOf(ten.floats(), 7 * 6));
            assertThat(sampler.sample(10, 6).floats()).isNotEqualTo(ten.floats());
            assertThat(Arrays.copyOfRange(ten.floats(), 4 * 6, 8 * 6)).isNotEqualTo(Arrays.copyOf(ten.floats(), 4 * 6));
        }
    }

    @Test
    void aLargerBatchBeginsWithTheSameSamples() {
        try (Device device = new ReferenceDevice();
                Sampler small = new AnnealedLangevin(device, DATA.score(), Shape.of(3, 5), SHORT);
                Sampler large = new AnnealedLangevin(device, DATA.score(), Shape.of(8, 5), SHORT)) {
            assertThat(Arrays.copyOf(large.sample(8, 5).floats(), 15))
                    .isEqualTo(small.sample(3, 5).floats());
        }
    }

    @Test
    void theObserverSeesEveryLevelOfEveryBatch() {
        List<Double> sigmas = new ArrayList<>();
        List<Double> fractions = new ArrayList<>();
        List<Values> frames = new ArrayList<>();
        SamplingPlan plan = new SamplingPlan(SHORT.levels(), 3, SHORT.stepSize(), false);
        try (Device device = new ReferenceDevice();
                Sampler sampler = new AnnealedLangevin(device, DATA.score(), Shape.of(4, 2), plan)) {
            Values samples = sampler.sample(6, 1, progress -> {
                assertThat(progress.stage()).isEqualTo(sigmas.size() % 4);
                assertThat(progress.batch()).isEqualTo(sigmas.size() / 4);
                sigmas.add(progress.sigma());
                fractions.add(progress.fraction());
                frames.add(progress.x());
            });
            List<Double> twice = new ArrayList<>(plan.levels().toList());
            twice.addAll(plan.levels().toList());
            assertThat(sigmas).isEqualTo(twice);
            assertThat(fractions).isSorted().last().isEqualTo(1.0);
            assertThat(fractions.get(3)).isEqualTo(0.5);
            // Without the denoising step, the last frame is the samples themselves.
            assertThat(frames.get(3).floats()).isEqualTo(Arrays.copyOf(samples.floats(), 8));
            // Watching changes nothing.
            assertThat(sampler.sample(6, 1).floats()).isEqualTo(samples.floats());
        }
    }

    @Test
    void divergenceIsReportedWithItsLevel() {
        try (Device device = new ReferenceDevice();
                Sampler sampler = new AnnealedLangevin(device, (x, sigma) -> x.times(1e15), Shape.of(4, 2), SHORT)) {
            assertThatThrownBy(() -> sampler.sample(4, 1))
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageContaining("noise level 1 (σ = 1.0")
                    .hasMessageContaining("smaller step size");
        }
    }

    @Test
    void noSamplesCannotBeAskedFor() {
        try (Device device = new ReferenceDevice();
                Sampler sampler = new AnnealedLangevin(device, DATA.score(), Shape.of(4, 2), SHORT)) {
            assertThatThrownBy(() -> sampler.sample(0, 1)).hasMessageContaining("got 0");
        }
    }
}
