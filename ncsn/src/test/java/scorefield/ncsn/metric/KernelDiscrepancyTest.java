package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KernelDiscrepancyTest {

    private static double[][] normal(long seed, int n, int d, double mean) {
        Random random = new Random(seed);
        return IntStream.range(0, n)
                .mapToObj(i ->
                        random.doubles(d).map(u -> mean + random.nextGaussian()).toArray())
                .toArray(double[][]::new);
    }

    @Test
    void itIsTheTwoSampleTestsStatistic() {
        double[][] x = normal(1, 30, 3, 0.5);
        double[][] y = normal(2, 300, 3, 0);
        KernelDiscrepancy discrepancy = new KernelDiscrepancy(y);
        Measurement measured = discrepancy.measure(x, new Jackknife(20, 1));
        double expected =
                KernelTwoSampleTest.of(x, y, discrepancy.bandwidth(), 1, 1).mmdSquared();
        assertThat(measured.value()).isCloseTo(expected, within(1e-12));
    }

    /**
     * Of N(μ, 1) and N(0, 1) with the kernel's h: E k(x, x') = h/√(h² + 2) and E k(x, y) = that times exp(−μ²/2(h² + 2)), so
     * MMD² = 2·h/√(h² + 2)·(1 − exp(…)). Twice the 95 % interval are four standard errors; the reference's own are no larger.
     */
    @Test
    void thatOfTwoGaussiansIsTheKnownOne() {
        KernelDiscrepancy discrepancy = new KernelDiscrepancy(normal(1, 1000, 1, 0));
        double h = discrepancy.bandwidth();
        double expected = 2 * h / Math.sqrt(h * h + 2) * (1 - Math.exp(-1 / (2 * (h * h + 2))));
        Measurement measured = discrepancy.measure(normal(2, 1000, 1, 1), new Jackknife(100, 1));
        double reach = measured.high() - measured.value();
        assertThat(reach).isLessThan(0.2 * expected);
        assertThat(measured.value()).isCloseTo(expected, within(2 * Math.sqrt(2) * reach));
        assertThat(discrepancy
                        .measure(normal(3, 1000, 1, 0), new Jackknife(100, 1))
                        .value())
                .isLessThan(expected / 10);
    }

    @Test
    void aReferenceInOnePlaceHasNoBandwidth() {
        assertThatThrownBy(() -> new KernelDiscrepancy(new double[5][2])).hasMessageContaining("5 points coincide");
        assertThatThrownBy(() -> new KernelDiscrepancy(new double[1][2])).hasMessageContaining("got 1");
    }
}
