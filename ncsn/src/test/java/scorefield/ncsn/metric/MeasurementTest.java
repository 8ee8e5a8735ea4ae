package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MeasurementTest {

    /** What the interval is: its ends p have the share at 1.96·√(p(1 − p)/n), but where the share is 0 or 1 itself. */
    @Property(tries = 50)
    void aShareLiesAtTheEdgeOfWhatTheEndsOfItsIntervalWouldGive(
            @ForAll @IntRange(min = 1, max = 500) int n, @ForAll @IntRange(min = 0, max = 500) int those) {
        boolean[] samples = new boolean[n];
        for (int i = 0; i < Math.min(n, those); i++) {
            samples[i] = true;
        }
        Measurement share = Measurement.share(samples, 3);
        assertThat(share.value()).isEqualTo(Math.min(n, those) / (double) n);
        for (double p : new double[] {share.low(), share.high()}) {
            if (p > 0 && p < 1) {
                assertThat(Math.abs(share.value() - p))
                        .isCloseTo(1.959963984540054 * Math.sqrt(p * (1 - p) / n), within(1e-12));
            }
        }
        assertThat(share.low()).isBetween(0.0, share.value());
        assertThat(share.high()).isBetween(share.value(), 1.0);
        assertThat(share.high() - share.low()).isPositive();
    }

    @Test
    void noneOfAThousandMayStillBeFourInAThousand() {
        Measurement none = Measurement.share(new boolean[1000], 3);
        assertThat(none.low()).isZero();
        assertThat(none.high()).isCloseTo(0.00383, within(1e-5));
        assertThatThrownBy(() -> Measurement.share(new boolean[0], 3)).hasMessageContaining("got none");
    }

    @Test
    void anIntervalStaysWithinWhatTheNumberCanBe() {
        Measurement measured = new Measurement(0.9, 0.7, 1.1, 5, 6);
        assertThat(measured.asShare()).isEqualTo(new Measurement(0.9, 0.7, 1, 5, 6));
        assertThat(new Measurement(2, -1, 5, 5, 6).atLeastZero()).isEqualTo(new Measurement(2, 0, 5, 5, 6));
        assertThat(measured).hasToString("0.9000 [0.7000, 1.100]");
    }
}
