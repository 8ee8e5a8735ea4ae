package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GridDivergenceTest {

    private static final Jackknife JACKKNIFE = new Jackknife(20, 1);

    private static double[][] uniform(long seed, int n) {
        Random random = new Random(seed);
        return IntStream.range(0, n).mapToObj(i -> random.doubles(2).toArray()).toArray(double[][]::new);
    }

    @Test
    void byHand() {
        // Four corners of 2×2 cells, ¼ each; samples in one of them, and far to the left of another.
        GridDivergence divergence = new GridDivergence(new double[][] {{0, 0}, {1, 0}, {0, 1}, {1, 1}}, 2);
        double expected = 0.5 * Math.log(0.5 / 0.375) + 0.5 * (0.5 * Math.log(0.25 / 0.375) + 0.5 * Math.log(2));
        assertThat(divergence
                        .measure(new double[][] {{0.1, 0.2}, {-3, 0.6}}, JACKKNIFE)
                        .value())
                .isCloseTo(expected, within(1e-15));
    }

    @Test
    void fromZeroOnItselfToLogTwoWithNoCellInCommon() {
        double[][] points = uniform(1, 200);
        GridDivergence divergence = new GridDivergence(points, 8);
        assertThat(divergence.measure(points, JACKKNIFE).value()).isCloseTo(0, within(1e-14));
        GridDivergence ends = new GridDivergence(new double[][] {{0, 7}, {1, 7}}, 4);
        assertThat(ends.measure(new double[][] {{0.3, 7}, {0.6, 7}, {0.6, 9}}, JACKKNIFE)
                        .value())
                .isCloseTo(Math.log(2), within(1e-14));
    }

    /** (K − 1)/8·(1/n + 1/m); 100 pairs of samples; the next order of the expansion is a relative K/n = 1/60 of it. */
    @Test
    void ofFiniteSamplesItIsTooLargeByTheKnownBias() {
        int n = 1000;
        double bias = 15 / 8.0 * 2 / n;
        Estimate measured = biases(100, n, n, 4);
        assertThat(measured.mean()).isCloseTo(bias, within(4 * measured.standardError() + bias / 60));
    }

    /** The expansion assumes several points per cell. With one, which is usual, it misses a quarter, so reports show the bias by the real data only. */
    @Test
    void withOnePointACellTheBiasIsLarger() {
        int n = 1024;
        double expansion = (n - 1) / 8.0 * (1.0 / n + 1.0 / (9 * n));
        assertThat(expansion / biases(10, n, 9 * n, 32).mean()).isBetween(0.7, 0.8);
    }

    private static Estimate biases(int pairs, int n, int m, int side) {
        return Estimate.of(IntStream.range(0, pairs)
                .mapToDouble(i -> new GridDivergence(uniform(2L * i, m), side)
                        .measure(uniform(2L * i + 1, n), new Jackknife(2, 1))
                        .value())
                .toArray());
    }

    @Test
    void onlyThePlaneHasThisGrid() {
        assertThatThrownBy(() -> new GridDivergence(new double[3][3], 4)).hasMessageContaining("points of 3 numbers");
    }
}
