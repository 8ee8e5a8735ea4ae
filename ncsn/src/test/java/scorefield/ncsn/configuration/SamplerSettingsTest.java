package scorefield.ncsn.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.ConsistentAnnealed;
import scorefield.ncsn.sampler.DpmSolver;
import scorefield.ncsn.sampler.EdmSampler;
import scorefield.ncsn.sampler.FlowSampler;
import scorefield.ncsn.sampler.PredictorCorrector;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.setting.BadConfigurationException;

/** Every sampler as a configuration describes it. */
class SamplerSettingsTest {

    private static Configuration configuration(SamplerKind<?> kind, Object evaluations) {
        return Configuration.of(
                Settings.read(Map.of(
                        "noise", Map.of("sigma-max", 8, "sigma-min", 0.05, "levels", 20),
                        "sampling",
                                Map.of("sampler", kind.name(), "evaluations", evaluations, "steps-per-level", "auto"))),
                Presets.POINTS);
    }

    private static int evaluations(Configuration configuration) {
        try (Device device = new ReferenceDevice();
                Sampler sampler = configuration.sampler().on(device, (x, sigma) -> x.negate(), Shape.of(2, 2))) {
            return sampler.evaluations();
        }
    }

    @ParameterizedTest
    @FieldSource("scorefield.ncsn.sampler.Samplers#ALL")
    void noSamplerTakesMoreEvaluationsThanItMayNorMuchLess(SamplerKind<?> kind) {
        for (int most : new int[] {10, 37, 100}) {
            for (boolean denoise : new boolean[] {false, true}) {
                Configuration configuration = configuration(kind, most).with("sampling.denoise", denoise);
                // What is left over is less than a level's steps, and all samplers have cheap levels here.
                assertThat(evaluations(configuration)).isBetween(most * 3 / 4, most);
            }
        }
    }

    @Test
    void withoutALimitTheNoiseScheduleDecides() {
        assertThat(evaluations(configuration(AnnealedLangevin.ANNEALED, "auto")))
                .isEqualTo(20 * 5 + 1);
        assertThat(evaluations(configuration(ConsistentAnnealed.KIND, "auto"))).isEqualTo(20);
        assertThat(evaluations(configuration(PredictorCorrector.KIND, "auto"))).isEqualTo(40);
        assertThat(evaluations(configuration(FlowSampler.EULER, "auto"))).isEqualTo(50);
        assertThat(evaluations(configuration(FlowSampler.HEUN, "auto"))).isEqualTo(49);
        assertThat(evaluations(configuration(EdmSampler.KIND, "auto"))).isEqualTo(35);
        assertThat(evaluations(configuration(DpmSolver.KIND, "auto"))).isEqualTo(25);
        assertThat(configuration(EdmSampler.KIND, 9)
                        .with("sampling.churn", 4)
                        .sampler()
                        .description())
                .isEqualTo("5 noise levels from σ = 8.000 to 0.05000, ρ = 7.000, churn 4.000");
        assertThat(configuration(DpmSolver.KIND, 9).sampler().description())
                .isEqualTo("9 noise levels from σ = 8.000 to 0.05000, ρ = 7.000, η = 0.000");
        assertThat(evaluations(configuration(FlowSampler.ADAPTIVE, "auto")))
                .as("it depends")
                .isZero();
        assertThat(configuration(FlowSampler.HEUN, 50).sampler().description())
                .isEqualTo("24 steps by Heun's method from σ = 8.000 to 0.05000, ρ = 7.000");
        assertThat(configuration(FlowSampler.ADAPTIVE, "auto").sampler().description())
                .isEqualTo("steps with errors up to 0.010, the same for a whole batch, from σ = 8.000 to 0.05000");
        assertThat(configuration(ConsistentAnnealed.KIND, "auto").sampler().description())
                .isEqualTo("20 noise levels from σ = 8.000 to 0.05000, η = 0.4139");
    }

    @Test
    void annealedKeepsTheSchedulesDensityAsLongAsItCan() {
        Configuration given = configuration(AnnealedLangevin.ANNEALED, 101).with("sampling.steps-per-level", 10);
        assertThat(given.sampler().description())
                .startsWith("10 noise levels from σ = 8.000 to 0.05000, 10 steps each, ε = ");
        // The noise schedule has 20 levels.
        assertThat(configuration(AnnealedLangevin.ANNEALED, 101).sampler().description())
                .startsWith("20 noise levels from σ = 8.000 to 0.05000, 5 steps each, ε = ");
        assertThat(configuration(AnnealedLangevin.ANNEALED, 60).sampler().description())
                .startsWith("29 noise levels from σ = 8.000 to 0.05000, 2 steps each, ε = ");
        assertThat(configuration(AnnealedLangevin.ANNEALED, 11).sampler().description())
                .startsWith("10 noise levels from σ = 8.000 to 0.05000, 1 step each, ε = ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ode-euler", "ode-heun", "edm", "dpm-solver"})
    void rhoSpacesTheNoiseLevelsOfEverySamplerThatTakesIt(String name) {
        SamplerKind<?> kind = new Samplers().byName().get(name);
        Samplers.requireTakes(kind, "sampling.rho");
        assertThat(sigmas(configuration(kind, 21).with("sampling.rho", 7)))
                .as("the default")
                .isEqualTo(sigmas(configuration(kind, 21)));
        double[] sigmas = sigmas(configuration(kind, 21).with("sampling.rho", 1));
        for (int i = 1; i + 1 < sigmas.length; i++) {
            assertThat(sigmas[i] - sigmas[i - 1]).isCloseTo(sigmas[1] - sigmas[0], within(1e-12));
        }
        assertThat(configuration(kind, 21).with("sampling.rho", 2).sampler().description())
                .contains(", ρ = 2.000");
    }

    /** The levels that the stages lead to, without the denoising step. */
    private static double[] sigmas(Configuration configuration) {
        DoubleStream.Builder sigmas = DoubleStream.builder();
        try (Device device = new ReferenceDevice();
                Sampler sampler = configuration.sampler().on(device, (x, sigma) -> x.negate(), Shape.of(2, 2))) {
            sampler.sample(2, 1, stage -> sigmas.add(stage.sigma()));
        }
        return sigmas.build().filter(sigma -> sigma > 0).toArray();
    }

    @Test
    void aPreviewTakesFewLevelsAndWhatItsSamplerChanges() {
        Configuration annealed = configuration(AnnealedLangevin.ANNEALED, 101)
                .with("sampling.steps-per-level", 10)
                .with("sampling.step-size", 1e-5);
        assertThat(annealed.previewSampler(6).description())
                .startsWith("6 noise levels from σ = 8.000 to 0.05000, 3 steps each, ε = ")
                .doesNotContain("ε = 1.000e-05");
        assertThat(configuration(ConsistentAnnealed.KIND, 101).previewSampler(6).description())
                .startsWith("6 noise levels");
        assertThat(configuration(FlowSampler.HEUN, 10)
                        .with("sampling.rho", 2)
                        .previewSampler(6)
                        .description())
                .isEqualTo("24 steps by Heun's method from σ = 8.000 to 0.05000, ρ = 2.000");
    }

    @Test
    void whatASamplerHasNoUseForIsRefused() {
        Samplers.requireTakes(AnnealedLangevin.ANNEALED, "sampling.step-size");
        Samplers.requireTakes(AnnealedLangevin.ANNEALED, "sampling.images");
        assertThatThrownBy(() -> Samplers.requireTakes(ConsistentAnnealed.KIND, "sampling.step-size"))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage("sampling.step-size is for langevin and annealed, but the sampler is consistent");
        assertThatThrownBy(() -> Samplers.requireTakes(AnnealedLangevin.LANGEVIN, "sampling.snr"))
                .hasMessage("sampling.snr is for predictor-corrector, but the sampler is langevin");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> configuration(ConsistentAnnealed.KIND, 10)
                        .with("sampling.eta", 0.1)
                        .sampler())
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith("sampling.eta must be at least 1 − 1/γ = 0.4310 for 10 noise levels");
        assertThatThrownBy(() -> configuration(PredictorCorrector.KIND, 3).sampler())
                .hasMessage(
                        "sampling.evaluations = 3 is too small for predictor-corrector: they give 1 noise levels, and"
                                + " it needs at least 2");
        assertThatThrownBy(() -> configuration(FlowSampler.ADAPTIVE, 6).sampler())
                .hasMessage(
                        "sampling.evaluations = 6 is too small for ode: Dormand–Prince 5(4)'s method needs at least 7"
                                + " evaluations with the denoising step; got 6");
        assertThatThrownBy(() -> configuration(AnnealedLangevin.ANNEALED, 20)
                        .with("sampling.steps-per-level", 10)
                        .sampler())
                .hasMessage("sampling.evaluations = 20 is too small for annealed: 19 steps do not reach 2 noise levels"
                        + " with sampling.steps-per-level = 10");
        Configuration oneLevel = configuration(ConsistentAnnealed.KIND, "auto")
                .with(Settings.of("noise.levels", 1)
                        .over(Settings.of("noise.sigma-max", 0.05))
                        .over(Settings.of("objective.matching", "denoising")));
        assertThatThrownBy(() -> oneLevel.sampler()).hasMessageContaining("there is only one, σ = 0.05; take langevin");
    }

    @Test
    void aRunFromBeforeThereWereSamplersHasTheDefaults() {
        Configuration now = configuration(AnnealedLangevin.ANNEALED, "auto");
        String before = now.toJson().replace("\"sampler\":\"annealed\",\"evaluations\":\"auto\",", "");
        assertThat(before).doesNotContain("sampler");
        assertThat(Configuration.fromJson(before).toMap()).isEqualTo(now.toMap());
    }
}
