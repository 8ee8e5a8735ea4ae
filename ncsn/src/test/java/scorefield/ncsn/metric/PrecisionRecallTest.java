package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrecisionRecallTest {

    private static final Jackknife JACKKNIFE = new Jackknife(50, 1);

    private static double[][] line(double... numbers) {
        return Arrays.stream(numbers).mapToObj(a -> new double[] {a}).toArray(double[][]::new);
    }

    /** Two clusters of real points; with k = 1 a ball around each reaches to its neighbour. */
    private static final double[][] REAL = line(0, 1, 2, 100, 101, 102);

    @Test
    void samplesAmongTheRealOnesArePreciseAndWhatTheyReachIsRecalled() {
        // Four of five lie among the real ones of the first cluster; balls of 0.5, 0.5, 0.5, 0.5 and 48.5 (from 50 to
        // 1.5).
        PrecisionRecall pair = PrecisionRecall.of(line(0, 0.5, 1, 1.5, 50), REAL, 1, JACKKNIFE);
        assertThat(pair.precision().value()).isEqualTo(0.8);
        // 0, 1 and 2 (which is 0.5 from 1.5) are reached, the second cluster is 50 and more from 50, whose ball is
        // 48.5.
        assertThat(pair.recall().value()).isEqualTo(0.5);
        assertThat(pair.recall().n()).isEqualTo(5);
        assertThat(pair.recall().m()).isEqualTo(6);
    }

    @Test
    void aSetIsWithinItself() {
        PrecisionRecall pair = PrecisionRecall.of(REAL, REAL, 2, JACKKNIFE);
        assertThat(pair.precision().value()).isEqualTo(1);
        assertThat(pair.precision().high()).isEqualTo(1);
        // Six of six by Wilson.
        assertThat(pair.precision().low()).isCloseTo(6 / (6 + 3.8415), within(1e-4));
        assertThat(pair.recall().value()).isEqualTo(1);
    }

    @Test
    void setsFarApartShareNothing() {
        PrecisionRecall pair = PrecisionRecall.of(line(1000, 1001, 1002, 1003), REAL, 1, JACKKNIFE);
        assertThat(pair.precision().value()).isZero();
        assertThat(pair.recall().value()).isZero();
    }

    @Test
    void tooFewForKNeighboursAreRefused() {
        assertThatThrownBy(() -> PrecisionRecall.of(line(0, 1, 2), REAL, 3, JACKKNIFE))
                .hasMessageContaining("at least 4 points in each sample; got 3 and 6");
    }
}
