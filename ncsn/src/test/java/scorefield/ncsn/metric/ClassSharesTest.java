package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassSharesTest {

    private static final Jackknife JACKKNIFE = new Jackknife(50, 1);

    @Test
    void byHand() {
        // p = (½, ½, 0), q = (¼, ½, ¼)
        ClassShares shares = ClassShares.of(new int[] {0, 1}, new int[] {0, 1, 1, 2}, 3, JACKKNIFE);
        assertThat(shares.coverage().value()).isEqualTo(0.75);
        assertThat(shares.entropy().value()).isCloseTo(Math.log(2), within(1e-15));
        // r = (⅜, ½, ⅛)
        double js = 0.25 * Math.log(4.0 / 3) + 0.125 * Math.log(2.0 / 3) + 0.125 * Math.log(2);
        assertThat(shares.divergence().value()).isCloseTo(js, within(1e-15));
        assertThat(ClassShares.share(new int[] {0, 1, 1, 1}, 1, 4).value()).isEqualTo(0.75);
    }

    @Test
    void theShareOfWhichAClassifierIsSure() {
        double[] confidence = {0.2, 0.9499, 0.95, 1};
        assertThat(ClassShares.confident(confidence, 0.95, 4).value()).isEqualTo(0.5);
    }

    @Test
    void equalSharesAreCoveredAndDoNotDiverge() {
        int[] classes = IntStream.range(0, 100).map(i -> i % 10).toArray();
        ClassShares shares = ClassShares.of(classes, classes, 10, JACKKNIFE);
        assertThat(shares.coverage().value()).isCloseTo(1, within(1e-14));
        assertThat(shares.entropy().value()).isCloseTo(Math.log(10), within(1e-14));
        assertThat(shares.divergence().value()).isCloseTo(0, within(1e-14));
    }

    @Test
    void aClassNeverDrawnIsNotCovered() {
        int[] all = IntStream.range(0, 1000).map(i -> i % 10).toArray();
        int[] nine = IntStream.range(0, 900).map(i -> i % 9).toArray();
        ClassShares shares = ClassShares.of(nine, all, 10, JACKKNIFE);
        assertThat(shares.coverage().value()).isCloseTo(0.9, within(1e-14));
        // The other way round, where KL is infinite, it is the same, and finite as its interval is.
        Measurement divergence = shares.divergence();
        assertThat(ClassShares.of(all, nine, 10, JACKKNIFE).divergence().value())
                .isCloseTo(divergence.value(), within(1e-14));
        double r = (1.0 / 9 + 0.1) / 2;
        double js = 0.5 * Math.log(1 / 9.0 / r) + 0.5 * (0.9 * Math.log(0.1 / r) + 0.1 * Math.log(2));
        assertThat(divergence.value()).isCloseTo(js, within(1e-14));
        assertThat(divergence.high()).isGreaterThan(js).isLessThan(2 * js);
    }
}
