package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EstimateTest {

    @Test
    void byHand() {
        // Deviations −2, 0, 2: a variance of 8/2, and 4/3 of the mean.
        Estimate estimate = Estimate.of(1, 3, 5);
        assertThat(estimate.mean()).isEqualTo(3);
        assertThat(estimate.standardError()).isCloseTo(Math.sqrt(4.0 / 3), within(1e-15));
        assertThat(estimate.deviationFrom(3 - 2 * estimate.standardError())).isCloseTo(2, within(1e-14));
        assertThat(estimate).hasToString("3.000 ± 1.2");
    }

    @Test
    void withoutSpreadOnlyTheMeanItselfIsExpected() {
        Estimate estimate = Estimate.of(2, 2, 2);
        assertThat(estimate.deviationFrom(2)).isZero();
        assertThat(estimate.deviationFrom(1)).isInfinite().isPositive();
        assertThatThrownBy(() -> Estimate.of(1)).hasMessageContaining("got 1");
    }
}
