package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    /** The bootstrap's standard error of a mean is √(Σ(x − x̄)²)/n; 2000 resamples know it to 1/√4000 = 1.6 %, four times which is 6.4 %. */
    @Test
    void theIntervalOfAMeanIsTheKnownOne() {
        double[] numbers = new Random(1).doubles(50).toArray();
        double mean = Arrays.stream(numbers).average().orElseThrow();
        double error =
                Math.sqrt(Arrays.stream(numbers).map(a -> Math.pow(a - mean, 2)).sum()) / 50;
        Measurement measured = new Bootstrap(2000, 7).mean(numbers, 9);
        assertThat(measured.value()).isCloseTo(mean, within(1e-15));
        assertThat(measured.high() - measured.value()).isCloseTo(1.96 * error, within(0.064 * 1.96 * error));
        assertThat(measured.value() - measured.low()).isCloseTo(measured.high() - measured.value(), within(1e-15));
        assertThat(measured.n()).isEqualTo(50);
        assertThat(measured.m()).isEqualTo(9);
        assertThat(new Bootstrap(2000, 7).mean(numbers, 9)).isEqualTo(measured);
        assertThat(new Bootstrap(2000, 8).mean(numbers, 9)).isNotEqualTo(measured);
    }

    @Test
    void resamplesAreAsLargeAsTheSample() {
        Measurement measured = new Bootstrap(20, 1)
                .measure(13, 1, counts -> Arrays.stream(counts).sum());
        assertThat(measured.value()).isEqualTo(13);
        assertThat(measured.high()).isEqualTo(13);
    }

    @Test
    void anIntervalStaysWithinWhatTheNumberCanBe() {
        Measurement measured = new Measurement(0.9, 0.7, 1.1, 5, 6);
        assertThat(measured.asShare()).isEqualTo(new Measurement(0.9, 0.7, 1, 5, 6));
        assertThat(new Measurement(2, -1, 5, 5, 6).atLeastZero()).isEqualTo(new Measurement(2, 0, 5, 5, 6));
        assertThat(measured).hasToString("0.9000 [0.7000, 1.100]");
    }

    @Test
    void oneResampleHasNoSpread() {
        assertThatThrownBy(() -> new Bootstrap(1, 0)).hasMessageContaining("two resamples or more, not 1");
    }
}
