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
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.schedule.NoiseLevels;

class PosteriorSamplerTest {

    private static final Gaussian DATA = new Gaussian(0.4, 0.04);
    private static final double SIGMA = 0.3;
    private static final double NOISY = 0.9;
    private static final Shape BATCH = Shape.of(1000, 10);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    private static PosteriorSampler sampler(Device device, int levels) {
        return new PosteriorSampler(
                device,
                DATA.score(),
                BATCH,
                Values.fill(Shape.of(10), NOISY),
                NoiseLevels.geometric(SIGMA, 0.01, levels));
    }

    /** A Gaussian and a Gaussian observation: v·S²/(v+S²) and μ + v/(v+S²)·(y−μ). */
    private static Gaussian posterior() {
        double v = DATA.variance();
        double share = v / (v + SIGMA * SIGMA);
        return new Gaussian(DATA.mean() + share * (NOISY - DATA.mean()), share * SIGMA * SIGMA);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theMeanIsThePosteriors(Supplier<Device> opened) {
        double[] expected = new double[10];
        Arrays.fill(expected, posterior().mean());
        try (Device device = opened.get();
                PosteriorSampler sampler = sampler(device, 2)) {
            Values mean = sampler.mean();
            assertThat(mean.shape()).isEqualTo(Shape.of(10));
            assertThat(mean.doubles()).containsExactly(expected, within(1e-6));
        }
    }

    /** With 200 steps the variance is 2.5 % too small, half of what 10,000 numbers leave open. */
    @ParameterizedTest
    @MethodSource("devices")
    void manyStepsGiveThePosterior(Supplier<Device> opened) {
        try (Device device = opened.get();
                PosteriorSampler sampler = sampler(device, 201)) {
            posterior().isDistributionOf(sampler.sample(1000, 1));
        }
    }

    /** Few steps: the mean is right, the variance as far off as the recursion says, which is a third. */
    @ParameterizedTest
    @MethodSource("devices")
    void aFewStepsHaveTheMomentsOfTheRecursion(Supplier<Device> opened) {
        NoiseLevels levels = NoiseLevels.geometric(SIGMA, 0.01, 11);
        Gaussian expected = new Gaussian(NOISY, 0);
        for (int step = 0; step < 10; step++) {
            double from = Math.pow(levels.sigma(step), 2);
            double to = Math.pow(levels.sigma(step + 1), 2);
            double keep = 1 - (from - to) / (DATA.variance() + from);
            expected = new Gaussian(
                    DATA.mean() + keep * (expected.mean() - DATA.mean()),
                    keep * keep * expected.variance() + to / from * (from - to));
        }
        expected = DATA.denoise(expected, levels.smallest());
        assertThat(expected.mean()).isCloseTo(posterior().mean(), within(1e-12));
        assertThat(expected.variance() / posterior().variance()).isBetween(0.6, 0.7);
        try (Device device = opened.get();
                PosteriorSampler sampler = sampler(device, 11)) {
            expected.isDistributionOf(sampler.sample(1000, 1));
            assertThat(sampler.evaluations()).isEqualTo(11);
        }
    }

    @Test
    void aSampleOfAnotherShapeIsRefused() {
        try (Device device = new ReferenceDevice()) {
            assertThatThrownBy(() -> new PosteriorSampler(
                            device, DATA.score(), BATCH, Values.fill(Shape.of(9), 0), NoiseLevels.of(1)))
                    .hasMessageContaining("a sample 9 is not one of a batch 1000×10");
        }
    }
}
