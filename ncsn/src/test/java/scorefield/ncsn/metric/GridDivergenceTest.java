package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GridDivergenceTest {

    private static final Bootstrap BOOTSTRAP = new Bootstrap(20, 1);

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
                        .measure(new double[][] {{0.1, 0.2}, {-3, 0.6}}, BOOTSTRAP)
                        .value())
                .isCloseTo(expected, within(1e-15));
    }

    @Test
    void fromZeroOnItselfToLogTwoWithNoCellInCommon() {
        double[][] points = uniform(1, 200);
        GridDivergence divergence = new GridDivergence(points, 8);
        assertThat(divergence.measure(points, BOOTSTRAP).value()).isCloseTo(0, within(1e-14));
        GridDivergence ends = new GridDivergence(new double[][] {{0, 7}, {1, 7}}, 4);
        assertThat(ends.measure(new double[][] {{0.3, 7}, {0.6, 7}, {0.6, 9}}, BOOTSTRAP)
                        .value())
                .isCloseTo(Math.log(2), within(1e-14));
    }

    /** 100 pairs of samples; the next order of the expansion is a relative K/n = 1/60 of the bias. */
    @Test
    void theBiasIsTheStatedOne() {
        int n = 1000;
        GridDivergence any = new GridDivergence(uniform(1, n), 4);
        Estimate measured = Estimate.of(IntStream.range(0, 100)
                .mapToDouble(i -> new GridDivergence(uniform(2L * i, n), 4)
                        .measure(uniform(2L * i + 1, n), new Bootstrap(2, 1))
                        .value())
                .toArray());
        assertThat(any.bias(n)).isCloseTo(15 / 8.0 * 2 / n, within(1e-15));
        assertThat(measured.mean()).isCloseTo(any.bias(n), within(4 * measured.standardError() + any.bias(n) / 60));
    }

    @Test
    void onlyThePlaneHasThisGrid() {
        assertThatThrownBy(() -> new GridDivergence(new double[3][3], 4)).hasMessageContaining("points of 3 numbers");
    }
}
