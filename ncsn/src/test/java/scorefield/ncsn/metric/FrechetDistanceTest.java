package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {

    private static double[][] normal(Random random, int n, int d) {
        return IntStream.range(0, n)
                .mapToObj(i -> random.doubles(d).map(u -> random.nextGaussian()).toArray())
                .toArray(double[][]::new);
    }

    /** Points with this mean and a diagonal covariance of these variances, exactly: μ ± √((2D − 1)/2·v)·e for each axis. */
    private static double[][] points(double[] mean, double[] variances) {
        int d = mean.length;
        double[][] points = new double[2 * d][];
        for (int k = 0; k < d; k++) {
            for (int side = 0; side < 2; side++) {
                points[2 * k + side] = mean.clone();
                points[2 * k + side][k] += (2 * side - 1) * Math.sqrt((2 * d - 1) / 2.0 * variances[k]);
            }
        }
        return points;
    }

    private static double squared(double[][] samples, double[][] reference) {
        return new FrechetDistance(reference).squared(GaussianFit.of(samples));
    }

    @Test
    void thatOfGaussiansOnTheSameAxesIsTheDifferenceOfMeansAndDeviations() {
        double[][] x = points(new double[] {1, 2, 3}, new double[] {4, 9, 0.25});
        double[][] y = points(new double[] {0, 4, 3}, new double[] {1, 16, 4});
        // ‖(1, −2, 0)‖² + (2 − 1)² + (3 − 4)² + (½ − 2)²
        assertThat(squared(x, y)).isCloseTo(5 + 1 + 1 + 2.25, within(1e-12));
    }

    /** Of a symmetric 2×2 matrix M, tr √M = √(tr M + 2·√det M); here M = Σ₁^½ Σ₂ Σ₁^½ has the trace of Σ₁Σ₂ and its determinant. */
    @Test
    void thatOfGaussiansOnOtherAxes() {
        GaussianFit a = new GaussianFit(new double[2], new double[][] {{2, 1}, {1, 3}});
        double[][] y = points(new double[2], new double[] {5, 0.5});
        double product = 2 * 5 + 3 * 0.5;
        double determinant = (2 * 3 - 1) * (5 * 0.5);
        double expected = 5 + 5.5 - 2 * Math.sqrt(product + 2 * Math.sqrt(determinant));
        assertThat(new FrechetDistance(y).squared(a)).isCloseTo(expected, within(1e-12));
    }

    @Property(tries = 20)
    void itIsSymmetricAndZeroOnItself(@ForAll long seed) {
        Random random = new Random(seed);
        double[][] x = normal(random, 50, 6);
        double[][] y = Arrays.stream(normal(random, 60, 6))
                .map(row -> Arrays.stream(row).map(a -> 2 * a + 1).toArray())
                .toArray(double[][]::new);
        // Terms of about 50 that cancel, and roots of eigenvalues far from 0.
        assertThat(squared(x, y)).isCloseTo(squared(y, x), within(1e-11));
        assertThat(squared(x, x)).isCloseTo(0, within(1e-11));
    }

    /** Fewer points than features: eigenvalues that are 0 may come out as ±10⁻¹⁵, whose roots are 3·10⁻⁸ each. */
    @Test
    void aSingularCovarianceIsNoObstacle() {
        double[][] x = normal(new Random(1), 5, 12);
        assertThat(squared(x, x)).isCloseTo(0, within(12 * 2 * 1e-7));
    }

    /**
     * From the true distribution, d² of n points is c/n on average: so n·d² is the same for n = 200 and 800, but for the next order, which is
     * a relative 1/n of it. (The reference has the distribution's own mean and covariance.)
     */
    @Test
    void theBiasFallsAsOneOverN() {
        double[][] exact = points(new double[4], new double[] {1, 1, 1, 1});
        FrechetDistance distance = new FrechetDistance(exact);
        Estimate few = scaled(distance, 200);
        Estimate many = scaled(distance, 800);
        assertThat(few.mean() - 8 * few.standardError()).as("a bias").isPositive();
        double error = Math.hypot(few.standardError(), many.standardError());
        assertThat(few.mean()).isCloseTo(many.mean(), within(4 * error + few.mean() / 200));
    }

    private static Estimate scaled(FrechetDistance distance, int n) {
        return Estimate.of(IntStream.range(0, 100)
                .mapToDouble(i -> n * distance.squared(GaussianFit.of(normal(new Random(i * 1000L + n), n, 4))))
                .toArray());
    }

    @Test
    void aMeasurementSaysOnHowMany() {
        double[][] x = normal(new Random(2), 40, 3);
        Measurement measured = new FrechetDistance(normal(new Random(3), 70, 3)).measure(x, new Jackknife(20, 1));
        assertThat(measured.n()).isEqualTo(40);
        assertThat(measured.m()).isEqualTo(70);
        assertThat(measured.low()).isLessThan(measured.value());
        assertThatThrownBy(() -> new FrechetDistance(new double[1][3]))
                .hasMessageContaining("at least 2 points; got 1");
        assertThatThrownBy(() -> new FrechetDistance(x).measure(new double[4][2], new Jackknife(2, 1)))
                .hasMessageContaining("3 numbers");
    }
}
