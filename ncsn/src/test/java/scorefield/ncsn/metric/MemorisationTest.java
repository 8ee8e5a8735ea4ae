package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MemorisationTest {

    @Test
    void byHand() {
        // Of 4 real distances, farther than 1: all; than 2: two and one tie; than 9: none.
        Memorisation memory = Memorisation.of(new double[] {1, 2, 9}, new double[] {3, 2, 1.5, 4});
        assertThat(memory.nearer().value()).isCloseTo((1 + 2.5 / 4 + 0) / 3, within(1e-15));
        // Nearer than the nearest of four: one of three.
        assertThat(memory.tooNear().value()).isCloseTo(1.0 / 3, within(1e-15));
        assertThat(memory.nearer().m()).isEqualTo(4);
    }

    @Test
    void copiesAreNearerThanAnythingReal() {
        Memorisation memory =
                Memorisation.of(new double[20], new Random(1).doubles(100, 1, 2).toArray());
        assertThat(memory.nearer().value()).isEqualTo(1);
        assertThat(memory.tooNear().value()).isEqualTo(1);
    }

    /** U/nm has the variance (n + m + 1)/12nm, the share of too near ones 1 %·99 %·(1/n + 1/m); four standard errors of each. */
    @Test
    void samplesOfTheSameDistributionAreAsNearAsRealOnes() {
        int n = 2000;
        Memorisation memory = Memorisation.of(
                new Random(1).doubles(n).toArray(), new Random(2).doubles(n).toArray());
        assertThat(memory.nearer().value()).isCloseTo(0.5, within(4 * Math.sqrt((2.0 * n + 1) / (12.0 * n * n))));
        assertThat(memory.tooNear().value()).isCloseTo(21.0 / 2001, within(4 * Math.sqrt(0.01 * 0.99 * 2 / n)));
    }

    /** Its interval is about other samples and other real images: of 100, which weigh more here than 2000 samples do. */
    @Test
    void theIntervalOfNearerIsThatOfTheRankStatistic() {
        int n = 2000;
        int m = 100;
        Measurement nearer = Memorisation.of(
                        new Random(1).doubles(n).toArray(),
                        new Random(2).doubles(m).toArray())
                .nearer();
        // Each side's variance is estimated, that of the m to a relative √(2/m)·√(κ − 1)/√2 = 9 % (κ = 1.8 of a uniform
        // number): four times that, and half of it in the deviation.
        double deviation = Math.sqrt((n + m + 1.0) / (12.0 * n * m));
        assertThat((nearer.high() - nearer.value()) / 1.96).isCloseTo(deviation, within(0.18 * deviation));
    }

    @Test
    void noneOfAFewHasAnIntervalAboveZero() {
        Memorisation memory = Memorisation.of(
                new Random(1).doubles(300, 2, 3).toArray(),
                new Random(2).doubles(100).toArray());
        assertThat(memory.tooNear().value()).isZero();
        assertThat(memory.tooNear().high()).isCloseTo(3.84 / (300 + 3.84), within(1e-4));
    }

    @Test
    void tooFewAreRefused() {
        assertThatThrownBy(() -> Memorisation.of(new double[0], new double[1])).hasMessageContaining("got 0 and 1");
    }
}
