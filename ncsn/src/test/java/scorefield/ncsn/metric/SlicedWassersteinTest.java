package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlicedWassersteinTest {

    private static double[][] normal(Random random, int n, int d) {
        return IntStream.range(0, n)
                .mapToObj(i -> random.doubles(d).map(u -> random.nextGaussian()).toArray())
                .toArray(double[][]::new);
    }

    private static double[][] shifted(double[][] points, double... by) {
        return Arrays.stream(points)
                .map(point -> IntStream.range(0, by.length)
                        .mapToDouble(k -> point[k] + by[k])
                        .toArray())
                .toArray(double[][]::new);
    }

    @Test
    void onALineByHand() {
        // Mass ½ at 0 and at 1, against ⅓ at 0, 1 and 3: over u it is 0 to ⅓: 0, to ½: (0−1)², to ⅔: 0, to 1: (1−3)².
        double[][] x = {{1}, {0}};
        double[][] y = {{3}, {0}, {1}};
        double expected = Math.sqrt(1.0 / 6 + 4.0 / 3);
        assertThat(SlicedWasserstein.distance(x, y, 3, 1)).isCloseTo(expected, within(1e-15));
        assertThat(SlicedWasserstein.distance(y, x, 3, 1)).isCloseTo(expected, within(1e-15));
    }

    @Property(tries = 50)
    void repeatedAndReorderedPointsAreTheSameDistribution(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int n, @ForAll @IntRange(min = 1, max = 4) int d) {
        double[][] x = normal(new Random(seed), n, d);
        double[][] thrice =
                IntStream.range(0, 3 * n).mapToObj(i -> x[n - 1 - i % n]).toArray(double[][]::new);
        assertThat(SlicedWasserstein.distance(x, thrice, 10, seed)).isZero();
    }

    /** (θ·t)² has the mean ‖t‖²/D and a standard deviation below √2 of it; 4 of its standard errors over 2000 directions are 13 %. */
    @Test
    void aShiftCountsItsLengthOverRootD() {
        double[][] x = normal(new Random(1), 100, 5);
        double distance = SlicedWasserstein.distance(x, shifted(x, 1, 2, 0, -2, 4), 2000, 1);
        assertThat(distance * distance).isCloseTo(25.0 / 5, within(0.13 * 25 / 5));
        assertThat(SlicedWasserstein.distance(x, shifted(x, 2, 4, 0, -4, 8), 2000, 1))
                .isCloseTo(2 * distance, within(1e-12 * distance));
        assertThat(SlicedWasserstein.distance(x, shifted(x, 1, 2, 0, -2, 4), 2000, 1))
                .isEqualTo(distance);
    }

    @Test
    void aMeasurementIsTheDistanceWithAnInterval() {
        double[][] x = normal(new Random(1), 60, 3);
        double[][] y = shifted(normal(new Random(2), 80, 3), 1, 0, 0);
        Measurement measured = SlicedWasserstein.measure(x, y, 20, 5, new Jackknife(50, 1));
        assertThat(measured.value()).isCloseTo(SlicedWasserstein.distance(x, y, 20, 5), within(1e-12));
        // By definition: the distances without each point.
        Measurement byDefinition = new Jackknife(60, 1)
                .measure(60, 80, kept -> SlicedWasserstein.distance(Jackknife.select(x, kept), y, 20, 5));
        assertThat(SlicedWasserstein.measure(x, y, 20, 5, new Jackknife(60, 1)).low())
                .isCloseTo(byDefinition.low(), within(1e-12));
        // The distance is ‖shift‖/√3 = 0.58; each of the 60 points moves a mean by at most a few/60.
        assertThat(measured.high() - measured.low()).isBetween(0.01, 0.58);
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        assertThatThrownBy(() -> SlicedWasserstein.distance(new double[0][], new double[1][1], 1, 1))
                .hasMessageContaining("got 0 and 1");
        assertThatThrownBy(() -> SlicedWasserstein.distance(new double[1][1], new double[1][1], 0, 1))
                .hasMessageContaining("got 0");
    }
}
