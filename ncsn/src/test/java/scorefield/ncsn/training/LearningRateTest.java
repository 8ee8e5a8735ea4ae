package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        "COSINE, 524, 0.5", // half way between the 50th step and the last
        "COSINE, 287, 0.8535533905932737", // a quarter, to a step: cos²(π/8)
        "LINEAR, 599, 1",
        "LINEAR, 799, 0.5",
        "INVERSE_SQUARE_ROOT, 199, 0.5",
        "INVERSE_SQUARE_ROOT, 799, 0.25"
    })
    void itFallsAsItIsTold(Decay decay, long step, double share) {
        assertThat(at(decay, step) / PEAK).isCloseTo(share, within(2e-3));
        assertThat(at(decay, step)).isLessThanOrEqualTo(at(decay, 49));
    }

    @ParameterizedTest
    @EnumSource(
            value = Decay.class,
            names = {"COSINE", "LINEAR"})
    void itEndsAtZeroAndStaysThere(Decay decay) {
        assertThat(at(decay, STEPS - 2)).isPositive();
        assertThat(at(decay, STEPS - 1)).isZero();
        assertThat(at(decay, STEPS + 100)).isZero();
    }

    @Test
    void withoutAWarmupItStartsAtThePeak() {
        for (Decay decay : Decay.values()) {
            assertThat(new LearningRate(PEAK, 0, decay, STEPS).at(0)).isCloseTo(PEAK, within(1e-5 * PEAK));
        }
    }
}
