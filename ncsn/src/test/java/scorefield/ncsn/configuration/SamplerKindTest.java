package scorefield.ncsn.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.ncsn.sampler.Sampler;

class SamplerKindTest {

    private static Configuration configuration(SamplerKind kind, Object evaluations) {
        return Configuration.of(
                Settings.read(Map.of(
                        "noise", Map.of("sigma-max", 8, "sigma-min", 0.05, "levels", 20),
                        "sampling",
                                Map.of(
                                        "sampler",
                                        kind.label(),
                                        "evaluations",
                                        evaluations,
                                        "steps-per-level",
                                        "auto"))),
                Presets.POINTS);
    }

    private static int evaluations(Configuration configuration) {
        try (Device device = new ReferenceDevice();
                Sampler sampler = SamplerKind.of(configuration).on(device, (x, sigma) -> x.negate(), Shape.of(2, 2))) {
            return sampler.evaluations();
        }
    }

    @ParameterizedTest
    @EnumSource(SamplerKind.class)
    void noSamplerTakesMoreEvaluationsThanItMayNorMuchLess(SamplerKind kind) {
        for (int most : new int[] {10, 37, 100}) {
            for (boolean denoise : new boolean[] {false, true}) {
                Configuration configuration = configuration(kind, most).with("sampling.denoise", denoise);
                // What is left over is less than a level's steps, and all samplers have cheap levels here.
                assertThat(evaluations(configuration)).isBetween(most * 3 / 4, most);
            }
        }
    }

    @Test
    void withoutALimitTheLadderDecides() {
        assertThat(evaluations(configuration(SamplerKind.ANNEALED, "auto"))).isEqualTo(20 * 5 + 1);
        assertThat(evaluations(configuration(SamplerKind.CONSISTENT, "auto"))).isEqualTo(20);
        assertThat(evaluations(configuration(SamplerKind.PREDICTOR_CORRECTOR, "auto")))
                .isEqualTo(40);
        assertThat(evaluations(configuration(SamplerKind.ODE_EULER, "auto"))).isEqualTo(50);
        assertThat(evaluations(configuration(SamplerKind.ODE_HEUN, "auto"))).isEqualTo(49);
        assertThat(evaluations(configuration(SamplerKind.ODE, "auto")))
                .as("it depends")
                .isZero();
        assertThat(SamplerKind.of(configuration(SamplerKind.ODE_HEUN, 50)).description())
                .isEqualTo("24 steps by Heun's method from σ = 8.000 to 0.05000");
        assertThat(SamplerKind.of(configuration(SamplerKind.ODE, "auto")).description())
                .isEqualTo("steps with errors up to 0.010 from σ = 8.000 to 0.05000");
        assertThat(SamplerKind.of(configuration(SamplerKind.CONSISTENT, "auto")).description())
                .isEqualTo("20 noise levels from σ = 8.000 to 0.05000, η = 0.4139");
    }

    @Test
    void annealedKeepsTheLaddersDensityAsLongAsItCan() {
        Configuration given = configuration(SamplerKind.ANNEALED, 101).with("sampling.steps-per-level", 10);
        assertThat(SamplerKind.of(given).description())
                .startsWith("10 noise levels from σ = 8.000 to 0.05000, 10 steps each, ε = ");
        // The ladder has 20 levels.
        assertThat(SamplerKind.of(configuration(SamplerKind.ANNEALED, 101)).description())
                .startsWith("20 noise levels from σ = 8.000 to 0.05000, 5 steps each, ε = ");
        assertThat(SamplerKind.of(configuration(SamplerKind.ANNEALED, 60)).description())
                .startsWith("29 noise levels from σ = 8.000 to 0.05000, 2 steps each, ε = ");
        assertThat(SamplerKind.of(configuration(SamplerKind.ANNEALED, 11)).description())
                .startsWith("10 noise levels from σ = 8.000 to 0.05000, 1 step each, ε = ");
    }

    @Test
    void whatASamplerHasNoUseForIsRefused() {
        SamplerKind.ANNEALED.requireTakes("sampling.step-size");
        SamplerKind.ANNEALED.requireTakes("sampling.images");
        assertThatThrownBy(() -> SamplerKind.CONSISTENT.requireTakes("sampling.step-size"))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage("sampling.step-size is for langevin and annealed, but the sampler is consistent");
        assertThatThrownBy(() -> SamplerKind.LANGEVIN.requireTakes("sampling.snr"))
                .hasMessage("sampling.snr is for predictor-corrector, but the sampler is langevin");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() ->
                        SamplerKind.of(configuration(SamplerKind.CONSISTENT, 10).with("sampling.eta", 0.1)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith("sampling.eta must be at least 1 − 1/γ = 0.4310 for 10 noise levels");
        assertThatThrownBy(() -> SamplerKind.of(configuration(SamplerKind.PREDICTOR_CORRECTOR, 3)))
                .hasMessage("sampling.evaluations is too few for predictor-corrector: they make 1 noise levels,"
                        + " and 2 are the least");
        assertThatThrownBy(() -> SamplerKind.of(configuration(SamplerKind.ODE, 6)))
                .hasMessage("sampling.evaluations is too few for ode: Dormand–Prince 5(4)'s method takes at least 7"
                        + " evaluations with the denoising step, not 6");
        assertThatThrownBy(() ->
                        SamplerKind.of(configuration(SamplerKind.ANNEALED, 20).with("sampling.steps-per-level", 10)))
                .hasMessage("sampling.evaluations: 19 steps are too few for 2 noise levels with"
                        + " sampling.steps-per-level = 10");
        Configuration oneLevel = configuration(SamplerKind.CONSISTENT, "auto")
                .with(Settings.of("noise.levels", 1)
                        .over(Settings.of("noise.sigma-max", 0.05))
                        .over(Settings.of("objective.matching", "denoising")));
        assertThatThrownBy(() -> SamplerKind.of(oneLevel))
                .hasMessageContaining("there is only one, σ = 0.05; take langevin");
    }

    @Test
    void aRunFromBeforeThereWereSamplersHasTheDefaults() {
        Configuration now = configuration(SamplerKind.ANNEALED, "auto");
        String before = now.toJson().replace("\"sampler\":\"annealed\",\"evaluations\":\"auto\",", "");
        assertThat(before).doesNotContain("sampler");
        assertThat(Configuration.fromJson(before).toMap()).isEqualTo(now.toMap());
    }
}
