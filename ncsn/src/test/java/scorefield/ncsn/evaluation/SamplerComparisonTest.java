package scorefield.ncsn.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.PredictorCorrector;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.setting.BadConfigurationException;

class SamplerComparisonTest {

    private static Configuration configuration(int count) {
        Settings settings = Settings.of("data.source", "moons")
                .over(Settings.of("noise.levels", 5))
                .over(Settings.of("sampling.images", count));
        return NoiseDefaults.resolve(Configuration.of(settings, "points"), PlanarSets.of("moons", 300, 1));
    }

    @Test
    void aSamplerThatFailsDoesNotEndTheComparison() {
        SamplerComparison comparison =
                new SamplerComparison(configuration(20), PlanarSets.of("moons", 50, 1), List.of(8), 1);
        List<SamplerComparison.Result> told = new ArrayList<>();
        List<SamplerComparison.Result> results;
        try (Device device = new ReferenceDevice()) {
            // The corrector divides by the score's norm.
            results = comparison.run(
                    choice -> choice.on(device, (x, sigma) -> x.times(0), Shape.of(20, 2)),
                    comparison.distances(null),
                    new SamplerComparison.Watch() {
                        @Override
                        public void at(double fraction, String doing) {
                            assertThat(fraction).isBetween(0.0, 1.0);
                        }

                        @Override
                        public void found(SamplerComparison.Result result) {
                            told.add(result);
                        }
                    });
        }
        assertThat(told).isEqualTo(results).hasSize(Samplers.ALL.size());
        for (SamplerComparison.Result result : results) {
            if (result.sampler() == PredictorCorrector.KIND) {
                assertThat(result.failure()).contains("diverged");
                assertThat(result.distances()).isEmpty();
            } else {
                assertThat(result.failure()).isNull();
                assertThat(result.distances()).hasSize(2);
            }
        }
    }

    /** Annealed Langevin dynamics needs two noise levels, a step at each, and the denoising step. */
    @Test
    void aNumberThatIsTooSmallForOneSamplerIsSaidInItsPlace() {
        SamplerComparison comparison =
                new SamplerComparison(configuration(20), PlanarSets.of("moons", 50, 1), List.of(2), 1);
        try (Device device = new ReferenceDevice()) {
            List<SamplerComparison.Result> results = comparison.run(
                    choice -> choice.on(device, (x, sigma) -> x.negate(), Shape.of(20, 2)),
                    comparison.distances(null),
                    new SamplerComparison.Watch() {});
            assertThat(results)
                    .filteredOn(result -> result.sampler() == AnnealedLangevin.ANNEALED)
                    .singleElement()
                    .satisfies(result -> {
                        assertThat(result.failure()).contains("sampling.evaluations = 2 is too small for annealed");
                        assertThat(result.distances()).isEmpty();
                    });
            assertThat(results).anyMatch(result -> result.failure() == null);
        }
        Configuration guided = configuration(20).with("training.guide", 0.5).with("sampling.autoguidance", 1);
        assertThatThrownBy(() -> new SamplerComparison(guided, PlanarSets.of("moons", 50, 1), List.of(25, 3), 1))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("must be at least 4 with sampling.autoguidance");
    }

    @Test
    void samplesAreComparedWithAsManyOthers() {
        Configuration sixteen = configuration(16);
        assertThatThrownBy(() -> new SamplerComparison(sixteen, PlanarSets.of("moons", 30, 1), List.of(8), 1))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith("sampling.images must be at most 15, half of the 30 samples of moons")
                .hasMessageEndingWith("got 16");
    }
}
