package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.DpmSolver;
import scorefield.ncsn.setting.BadConfigurationException;

class TrainingSetupTest {

    private static Settings digits() {
        return Settings.of("data.source", "digits")
                .over(Settings.of("data.size", 8))
                .over(Settings.of("data.count", 20));
    }

    /** The presets for images draw noise levels from a density and sample with several; neither suits an objective at one level. */
    @Test
    void anObjectiveAtOneLevelTrainsAndSamplesAtThatLevel() {
        Settings asked = digits().over(Settings.of("objective.matching", "denoising"));
        Configuration configuration = TrainingSetup.of(asked).configuration();
        assertThat(configuration.sigmaDensity().draw(new Random(1), 3)).containsExactly(0.01, 0.01, 0.01);
        assertThat(configuration.sampling().sampler()).isEqualTo(AnnealedLangevin.LANGEVIN);
        assertThat(configuration.sampler()).isNotNull();
        Settings insisted = asked.over(Settings.of("sampling.sampler", "dpm-solver"));
        assertThatThrownBy(() -> TrainingSetup.of(insisted).configuration().sampler())
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("needs several noise levels");
    }

    @Test
    void augmentationIsForImagesAndObjectivesThatSeeEachOnce() {
        Settings augmented = Settings.of("data.augmentation", 0.1);
        assertThat(TrainingSetup.of(digits().over(augmented))
                        .configuration()
                        .training()
                        .augmentation())
                .isEqualTo(0.1);
        assertThatThrownBy(() -> TrainingSetup.of(Settings.of("data.source", "moons")
                        .over(Settings.of("data.count", 20))
                        .over(augmented)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage("data.augmentation moves images, but moons are points; set data.augmentation=0");
        assertThatThrownBy(() ->
                        TrainingSetup.of(digits().over(augmented).over(Settings.of("objective.matching", "exact"))))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("but objective.matching=exact repeats them");
    }

    @Test
    void theAnnealedObjectiveKeepsThePresetsSampler() {
        Configuration configuration = TrainingSetup.of(digits()).configuration();
        assertThat(configuration.sampling().sampler()).isEqualTo(DpmSolver.KIND);
        assertThat(configuration.model().dataDeviation()).isPresent();
    }
}
