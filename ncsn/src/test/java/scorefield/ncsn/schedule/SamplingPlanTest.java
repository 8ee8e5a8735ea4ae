package scorefield.ncsn.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SamplingPlanTest {

    private static final NoiseLevels LEVELS = NoiseLevels.geometric(1, 0.01, 3);

    @Test
    void theStepGrowsWithTheSquareOfTheNoise() {
        SamplingPlan plan = new SamplingPlan(LEVELS, 100, 4e-5, true);
        assertThat(plan.alpha(0)).isCloseTo(0.4, within(1e-12));
        assertThat(plan.alpha(1)).isCloseTo(4e-3, within(1e-14));
        assertThat(plan.alpha(2)).isEqualTo(4e-5);
        assertThat(plan.steps()).isEqualTo(300);
    }

    @Test
    void byDefaultTheStepSizeIsTechnique4s() {
        assertThat(SamplingPlan.of(LEVELS, 5)).isEqualTo(new SamplingPlan(LEVELS, 5, Ncsnv2.stepSize(LEVELS, 5), true));
    }

    @Test
    void aStepSizeAtWhichTheChainDivergesIsRefused() {
        assertThatThrownBy(() -> new SamplingPlan(LEVELS, 5, 4.1e-4, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4·σ_L² = 4.0E-4")
                .hasMessageContaining("got 4.1E-4");
        assertThatThrownBy(() -> new SamplingPlan(LEVELS, 5, 0, true)).hasMessageContaining("got 0.0");
        assertThatThrownBy(() -> new SamplingPlan(LEVELS, 0, 1e-5, true)).hasMessageContaining("got 0");
    }
}
