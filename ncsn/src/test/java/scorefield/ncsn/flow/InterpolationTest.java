package scorefield.ncsn.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.sampler.FlowSampler;
import scorefield.ncsn.schedule.NoiseLevels;

class InterpolationTest {

    private static final double MEAN = 0.3;
    private static final double DEVIATION = 0.5;
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(20, 0.01, 2);
    private static final FlowMethod METHOD = new FlowMethod.Adaptive(new Tolerance(1e-5, 1e-5));

    private static Interpolation of(Device device, int places) {
        double[] mean = new double[4];
        Arrays.fill(mean, MEAN);
        return new Interpolation(
                device,
                new MixtureScore(GaussianMixture.of(Gaussian.isotropic(mean, DEVIATION))),
                Shape.of(places, 4),
                LEVELS,
                new Prior(MEAN, LEVELS.largest()),
                METHOD);
    }

    /** An isotropic Gaussian's flow stretches about the mean, by √((s²+σ_max²)/(s²+σ_min²)): a great circle becomes a smaller one. */
    @Test
    void ofAGaussianItIsAGreatCircle() {
        float[] a = {0.8f, 0.3f, -0.4f, 0.5f};
        float[] b = {0.1f, 1.1f, 0.2f, 0.6f};
        try (Device device = new ReferenceDevice();
                Interpolation interpolation = of(device, 5)) {
            float[] noise = interpolation.noise(a, 1, share -> {});
            float[] perturbedA = perturbed(a, noise);
            List<Double> shares = new ArrayList<>();
            float[] other = interpolation.noise(b, 2, shares::add);
            float[] perturbedB = perturbed(b, other);
            assertThat(shares).isSorted().hasSizeGreaterThan(5).allMatch(share -> share > 0);
            assertThat(shares.get(shares.size() - 1)).isCloseTo(1, within(1e-12));
            shares.clear();
            float[] between = interpolation.between(noise, other, shares::add).floats();
            assertThat(shares).isSorted().hasSizeGreaterThan(5).allMatch(share -> share > 0);
            assertThat(shares.get(shares.size() - 1)).isCloseTo(1, within(1e-12));
            double denoised = DEVIATION * DEVIATION / (DEVIATION * DEVIATION + 0.01 * 0.01);
            for (int k = 0; k < 5; k++) {
                float[] place = SphericalInterpolation.between(perturbedA, perturbedB, MEAN, k / 4.0);
                for (int i = 0; i < 4; i++) {
                    assertThat((double) between[4 * k + i])
                            .isCloseTo(MEAN + denoised * (place[i] - MEAN), within(1e-4));
                }
            }
        }
    }

    /** Where the flow has carried a sample from: the sample itself and noise of the smallest level. */
    private static float[] perturbed(float[] sample, float[] noise) {
        double stretch = Math.hypot(DEVIATION, LEVELS.largest()) / Math.hypot(DEVIATION, LEVELS.smallest());
        float[] from = new float[sample.length];
        for (int i = 0; i < sample.length; i++) {
            from[i] = (float) (MEAN + (noise[i] - MEAN) / stretch);
            assertThat((double) from[i]).isNotEqualTo(sample[i]).isCloseTo(sample[i], within(4.5 * LEVELS.smallest()));
        }
        return from;
    }

    /** Of data without any width all of the noise's radius √D·σ_max comes from what was added: without it, it would be 0. */
    @Test
    void aCleanSampleArrivesWhereNoiseIs() {
        int d = 400;
        double[] mean = new double[d];
        Arrays.fill(mean, MEAN);
        float[] sample = new float[d];
        Arrays.fill(sample, (float) MEAN);
        try (Device device = new ReferenceDevice();
                Interpolation interpolation = new Interpolation(
                        device,
                        new MixtureScore(GaussianMixture.of(Gaussian.isotropic(mean, 1e-4))),
                        Shape.of(2, d),
                        LEVELS,
                        new Prior(MEAN, LEVELS.largest()),
                        METHOD)) {
            float[] noise = interpolation.noise(sample, 1, share -> {});
            double squares = 0;
            for (float number : noise) {
                squares += (number - MEAN) * (number - MEAN);
            }
            double radius = Math.sqrt(squares / d) / LEVELS.largest();
            // A norm of D normal numbers is known to a relative 1/√2D.
            assertThat(radius).isCloseTo(1, within(4.5 / Math.sqrt(2.0 * d)));
        }
    }

    /** A seed's noise is the one that a sampler's first sample of that seed begins with. */
    @Test
    void aSeedsEndIsTheSamplersFirstSample() {
        try (Device device = new ReferenceDevice();
                Interpolation interpolation = of(device, 3);
                FlowSampler sampler = new FlowSampler(
                        device,
                        new MixtureScore(GaussianMixture.of(
                                Gaussian.isotropic(new double[] {MEAN, MEAN, MEAN, MEAN}, DEVIATION))),
                        Shape.of(7, 4),
                        LEVELS,
                        new Prior(MEAN, LEVELS.largest()),
                        METHOD,
                        true)) {
            float[] between = interpolation
                    .between(interpolation.noise(5), interpolation.noise(6), share -> {})
                    .floats();
            float[] five = sampler.sample(1, 5).floats();
            float[] six = sampler.sample(1, 6).floats();
            for (int i = 0; i < 4; i++) {
                assertThat(between[i]).isCloseTo(five[i], within(1e-4f));
                assertThat(between[8 + i]).isCloseTo(six[i], within(1e-4f));
            }
            assertThat(five).isNotEqualTo(six);
        }
    }

    @Test
    void oneEndIsNotEnough() {
        try (Device device = new ReferenceDevice()) {
            assertThatThrownBy(() -> of(device, 1)).hasMessageContaining("its ends; got 1");
        }
    }
}
