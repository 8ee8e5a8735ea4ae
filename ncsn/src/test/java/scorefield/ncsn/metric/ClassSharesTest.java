package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassSharesTest {

    private static final Bootstrap BOOTSTRAP = new Bootstrap(50, 1);

    @Test
    void byHand() {
        // p = (½, ½, 0), q = (¼, ½, ¼)
        ClassShares shares = ClassShares.of(new int[] {0, 1}, new int[] {0, 1, 1, 2}, 3, BOOTSTRAP);
        assertThat(shares.coverage().value()).isEqualTo(0.75);
        assertThat(shares.entropy().value()).isCloseTo(Math.log(2), within(1e-15));
        assertThat(shares.divergence().value()).isCloseTo(0.5 * Math.log(2), within(1e-15));
        assertThat(ClassShares.share(new int[] {0, 1, 1, 1}, 1, 4, BOOTSTRAP).value())
                .isEqualTo(0.75);
    }

    @Test
    void equalSharesAreCoveredAndDoNotDiverge() {
        int[] classes = IntStream.range(0, 100).map(i -> i % 10).toArray();
        ClassShares shares = ClassShares.of(classes, classes, 10, BOOTSTRAP);
        assertThat(shares.coverage().value()).isCloseTo(1, within(1e-14));
        assertThat(shares.entropy().value()).isCloseTo(Math.log(10), within(1e-14));
        assertThat(shares.divergence().value()).isCloseTo(0, within(1e-14));
    }

    @Test
    void aClassNeverDrawnIsNotCovered() {
        int[] all = IntStream.range(0, 1000).map(i -> i % 10).toArray();
        int[] nine = IntStream.range(0, 900).map(i -> i % 9).toArray();
        ClassShares shares = ClassShares.of(nine, all, 10, BOOTSTRAP);
        assertThat(shares.coverage().value()).isCloseTo(0.9, within(1e-14));
        assertThat(shares.divergence().value()).isCloseTo(Math.log(10.0 / 9), within(1e-14));
        assertThat(ClassShares.of(all, nine, 10, BOOTSTRAP).divergence().value())
                .isInfinite();
    }
}
