package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import scorefield.ncsn.configuration.TrainingSettings.Decay;

class LearningRateTest {

    private static final double PEAK = 0.002;
    private static final int WARMUP = 50;
    private static final int STEPS = 1000;

    private static double at(Decay decay, long step) {
        return new LearningRate(PEAK, WARMUP, decay, STEPS).at(step);
    }

    @ParameterizedTest
    @EnumSource(Decay.class)
    void itRisesLinearlyToThePeak(Decay decay) {
        assertThat(at(decay, 0)).isCloseTo(PEAK / 50, within(1e-15));
        assertThat(at(decay, 24)).isCloseTo(PEAK / 2, within(1e-15));
        assertThat(at(decay, 49)).isCloseTo(PEAK, within(1e-15));
    }

    /** The share of the peak after so many steps. */
    @ParameterizedTest
    @CsvSource({
        "NONE, 999, 1",
        "COSINE, 525, 0.5", // half way between the 50th step and the end
        "COSINE, 287.5, 0.8535533905932737", // a quarter: cos²(π/8), between two steps
        "LINEAR, 600, 1",
        "LINEAR, 800, 0.5",
        "INVERSE_SQUARE_ROOT, 200, 0.5",
        "INVERSE_SQUARE_ROOT, 800, 0.25"
    })
    void itFallsAsItIsTold(Decay decay, double after, double share) {
        double mean = (at(decay, (long) after) + at(decay, (long) Math.ceil(after))) / 2;
        assertThat(mean / PEAK).isCloseTo(share, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(
            value = Decay.class,
            names = {"COSINE", "LINEAR"})
    void everyStepOfTheTrainingHasARate(Decay decay) {
        assertThat(at(decay, STEPS - 1)).isPositive().isLessThan(0.01 * PEAK);
        assertThat(at(decay, STEPS)).isZero();
        assertThat(at(decay, STEPS + 100)).isZero();
        assertThat(new LearningRate(PEAK, 0, decay, 1).at(0)).isPositive();
    }

    @Test
    void withoutAWarmupItStartsAtThePeak() {
        for (Decay decay : List.of(Decay.NONE, Decay.COSINE, Decay.LINEAR)) {
            assertThat(new LearningRate(PEAK, 0, decay, STEPS).at(0)).isCloseTo(PEAK, within(1e-15));
        }
    }
}
