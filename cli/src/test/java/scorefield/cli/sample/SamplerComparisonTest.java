package scorefield.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.sampler.PredictorCorrector;
import scorefield.ncsn.sampler.Samplers;

class SamplerComparisonTest {

    @Test
    void aSamplerThatFailsDoesNotEndTheComparison() {
        Configuration configuration = NoiseDefaults.resolve(
                Configuration.of(Settings.of("data.source", "moons").over(Settings.of("noise.levels", 5)), "points"),
                PlanarSets.of("moons", 300, 1));
        List<SamplerComparison.Result> told = new ArrayList<>();
        List<SamplerComparison.Result> results;
        try (Device device = new ReferenceDevice()) {
            // The corrector divides by the score's norm.
            results = new SamplerComparison(configuration, List.of(8), 20, 1)
                    .run(
                            device,
                            (x, sigma) -> x.times(0),
                            Shape.of(2),
                            new DistancesFromData(PlanarSets.of("moons", 50, 1), 20, null),
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

    @Test
    void samplesAreComparedWithAsManyOthers() {
        assertThatThrownBy(() -> DistancesFromData.requireEnough(PlanarSets.of("moons", 30, 1), 16))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("--count must be at most 15, half of the 30 samples of moons")
                .hasMessageEndingWith("got 16");
    }
}
