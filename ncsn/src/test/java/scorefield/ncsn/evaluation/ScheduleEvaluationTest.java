package scorefield.ncsn.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.LargestDistance;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.training.TrainingSetup;

class ScheduleEvaluationTest {

    /** With a network that takes no time. */
    private static final Settings MOONS = Settings.of("data.source", "moons")
            .over(Settings.of("data.count", 200))
            .over(Settings.of("network.width", 4))
            .over(Settings.of("sampling.images", 7));

    private static ScheduleEvaluation evaluate(Settings asked) {
        try (Device device = new ReferenceDevice()) {
            return ScheduleRequest.of(asked).evaluate(device);
        }
    }

    @Test
    void itsSettingsTrainTheLevelsThatItHasFound() {
        ScheduleEvaluation evaluation = evaluate(MOONS);
        double largest = LargestDistance.among(evaluation.setup().data()).value();
        NoiseLevels levels = evaluation.assessment().levels();
        assertThat(levels).isEqualTo(NoiseLevels.geometric(largest, 0.05, 20));
        assertThat(evaluation.evaluations()).isEqualTo(20 * 20 + 1);
        assertThat(evaluation.warnings()).isEmpty();
        Configuration trained =
                TrainingSetup.of(evaluation.settings().over(MOONS)).configuration();
        assertThat(trained.noiseLevels()).isEqualTo(levels);
        AnnealedLangevin.Parameters steps = trained.parameters(AnnealedLangevin.ANNEALED);
        assertThat(steps.stepsPerLevel())
                .isEqualTo(OptionalInt.of(evaluation.assessment().stepsPerLevel()));
        assertThat(steps.stepSize()).as("it follows from the levels").isEmpty();
    }

    @Test
    void whatIsSetIsAssessed() {
        ScheduleEvaluation evaluation = evaluate(Settings.of("noise.sigma-max", 0.2)
                .over(Settings.of("noise.levels", 3))
                .over(Settings.of("sampling.step-size", 0.001))
                .over(MOONS));
        assertThat(evaluation.assessment().levels()).isEqualTo(NoiseLevels.geometric(0.2, 0.05, 3));
        assertThat(TrainingSetup.of(evaluation.settings().over(MOONS))
                        .configuration()
                        .parameters(AnnealedLangevin.ANNEALED)
                        .stepSize())
                .hasValue(0.001);
        assertThat(evaluation.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .startsWith("the largest noise level 0.2000 is below half of all distances"));
    }

    @Test
    void theTimeIsThatOfAllBatches() {
        SamplingTime time = evaluate(MOONS).time();
        assertThat(time.problem()).isEmpty();
        assertThat(time.batch()).isEqualTo(7);
        assertThat(time.seconds()).isPositive();
        assertThat(new SamplingTime(100, 40, 1, 0.5, "").total(10)).isEqualTo(3 * 10 * 0.5);
    }

    @Test
    void whatGivesNoLevelsIsRefused() {
        refused(Settings.of("noise.levels", 1), "noise.levels must be at least 2 here; got 1");
        refused(Settings.of("data.count", 1), "a single sample gives no distances");
        refused(
                Settings.of("noise.sigma-min", 100),
                "no more than the smallest noise level 100.0; set a smaller noise.sigma-min, or a larger noise.sigma-max");
    }

    private static void refused(Settings settings, String message) {
        assertThatThrownBy(() -> evaluate(settings.over(MOONS)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining(message);
    }
}
