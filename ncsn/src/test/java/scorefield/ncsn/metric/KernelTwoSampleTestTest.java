package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;

class KernelTwoSampleTestTest {

    private static double[][] normal(Random random, int n, int d) {
        return IntStream.range(0, n)
                .mapToObj(i -> random.doubles(d).map(u -> random.nextGaussian()).toArray())
                .toArray(double[][]::new);
    }

    private static double kernel(double[] a, double[] b, double h) {
        double squares = 0;
        for (int k = 0; k < a.length; k++) {
            squares += Math.pow(a[k] - b[k], 2);
        }
        return Math.exp(-squares / (2 * h * h));
    }

    /** The definition, term by term. */
    private static double mmdSquared(double[][] x, double[][] y, double h) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                sum += i == j ? 0 : kernel(x[i], x[j], h) / (x.length * (x.length - 1.0));
            }
        }
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < y.length; j++) {
                sum += i == j ? 0 : kernel(y[i], y[j], h) / (y.length * (y.length - 1.0));
            }
        }
        for (double[] a : x) {
            for (double[] b : y) {
                sum -= 2 * kernel(a, b, h) / ((double) x.length * y.length);
            }
        }
        return sum;
    }

    @Property(tries = 50)
    void theStatisticIsTheUnbiasedOne(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 30) int n,
            @ForAll @IntRange(min = 2, max = 30) int m,
            @ForAll @IntRange(min = 1, max = 4) int d) {
        Random random = new Random(seed);
        double[][] x = normal(random, n, d);
        double[][] y = normal(random, m, d);
        KernelTwoSampleTest test = KernelTwoSampleTest.of(x, y, 5, seed);
        assertThat(test.mmdSquared()).isCloseTo(mmdSquared(x, y, test.bandwidth()), within(1e-13));
        assertThat(test).isEqualTo(KernelTwoSampleTest.of(x, y, 5, seed));
    }

    @Test
    void theBandwidthIsTheMedianDistance() {
        // Distances 1, 2, 3, 4, 6, 7: of two middle ones the larger.
        double[][] x = {{0}, {1}};
        double[][] y = {{3}, {7}};
        assertThat(KernelTwoSampleTest.of(x, y, 1, 1).bandwidth()).isEqualTo(4);
    }

    /** For N(0, I) and N(t, I) in D dimensions MMD² = 2·(h²/(h²+2))^(D/2)·(1 − exp(−‖t‖²/2(h²+2))). */
    @Test
    void onAverageTheStatisticIsTheClosedForm() {
        double h = 1.3;
        double[] shift = {0.5, -0.3, 0.2};
        GaussianMixture p = GaussianMixture.of(Gaussian.isotropic(new double[3], 1));
        GaussianMixture q = GaussianMixture.of(Gaussian.isotropic(shift, 1));
        double expected =
                2 * Math.pow(h * h / (h * h + 2), 1.5) * (1 - Math.exp(-(0.25 + 0.09 + 0.04) / (2 * (h * h + 2))));
        double[] found = IntStream.range(0, 200)
                .mapToDouble(i -> KernelTwoSampleTest.of(p.sample(60, 2L * i), q.sample(40, 2L * i + 1), h, 1, i)
                        .mmdSquared())
                .toArray();
        assertThat(Estimate.of(found).deviationFrom(expected)).isBetween(-4.0, 4.0);
    }

    /** Three points each: all 20 divisions can be looked at. */
    @Test
    void thePValueIsTheShareOfAllDivisionsThatAreAtLeastAsFarApart() {
        double[][] x = {{0}, {0.4}, {1.1}};
        double[][] y = {{0.9}, {1.7}, {2.5}};
        double[][] pooled = Stream.of(x, y).flatMap(Arrays::stream).toArray(double[][]::new);
        double h = 1;
        double own = mmdSquared(x, y, h);
        int all = 0;
        int asLarge = 0;
        for (int bits = 0; bits < 64; bits++) {
            if (Integer.bitCount(bits) == 3) {
                int set = bits;
                double[][] first = IntStream.range(0, 6)
                        .filter(i -> (set >> i & 1) == 1)
                        .mapToObj(i -> pooled[i])
                        .toArray(double[][]::new);
                double[][] second = IntStream.range(0, 6)
                        .filter(i -> (set >> i & 1) == 0)
                        .mapToObj(i -> pooled[i])
                        .toArray(double[][]::new);
                all++;
                asLarge += mmdSquared(first, second, h) >= own - 1e-12 ? 1 : 0;
            }
        }
        double exact = (double) asLarge / all;
        int permutations = 20_000;
        double found = KernelTwoSampleTest.of(x, y, h, permutations, 3).pValue();
        assertThat(exact).isBetween(0.1, 0.5);
        assertThat(found).isCloseTo(exact, within(4 * Math.sqrt(exact * (1 - exact) / permutations)));
    }

    /** Kolmogorov and Smirnov's statistic of 100 p-values is above 2.2/√100 with a probability of 2·exp(−2·2.2²) ≈ 10⁻⁴. */
    @Test
    void pValuesOfEqualDistributionsAreUniform() {
        GaussianMixture mixture = PlanarSets.mixture();
        double[] p = IntStream.range(0, 100)
                .mapToDouble(i -> KernelTwoSampleTest.of(
                                mixture.sample(30, 2L * i), mixture.sample(45, 2L * i + 1), 199, i)
                        .pValue())
                .sorted()
                .toArray();
        for (int i = 0; i < p.length; i++) {
            assertThat(Math.abs(p[i] - (i + 0.5) / p.length)).isLessThan(0.22);
        }
    }

    private static double[][] shifted(double[][] points, double by) {
        return Arrays.stream(points)
                .map(point -> new double[] {point[0] + by, point[1]})
                .toArray(double[][]::new);
    }

    @Test
    void aMixtureDiffersFromItsShiftedAndReweightedForms() {
        GaussianMixture mixture = PlanarSets.mixture();
        double[][] x = mixture.sample(500, 1);
        assertThat(KernelTwoSampleTest.of(x, mixture.sample(500, 2), 1000, 3).rejectsAt(0.01))
                .isFalse();
        double[][] far = shifted(mixture.sample(500, 2), 0.8);
        assertThat(KernelTwoSampleTest.of(x, far, 1000, 3).rejectsAt(0.01)).isTrue();
        // The median distance is that between modes; a shift by less than a mode's width takes a kernel as narrow as a
        // mode.
        double[][] near = shifted(mixture.sample(500, 2), 0.3);
        assertThat(KernelTwoSampleTest.of(x, near, 0.5, 1000, 3).rejectsAt(0.01))
                .isTrue();
        GaussianMixture reweighted = GaussianMixture.of(new double[] {0.2, 0.2, 0.2, 0.2, 0.2}, mixture.components());
        assertThat(KernelTwoSampleTest.of(x, reweighted.sample(500, 2), 1000, 3).rejectsAt(0.01))
                .isTrue();
    }

    @Test
    void whatCannotBeTestedIsRefused() {
        double[][] two = {{1}, {2}};
        assertThatThrownBy(() -> KernelTwoSampleTest.of(new double[1][1], two, 9, 1))
                .hasMessageContaining("got 1 and 2");
        assertThatThrownBy(() -> KernelTwoSampleTest.of(two, new double[2][2], 9, 1))
                .hasMessageContaining("point 0 of the second sample has 2 numbers");
        assertThatThrownBy(() -> KernelTwoSampleTest.of(two, new double[][] {{1}, {Double.NaN}}, 9, 1))
                .hasMessageContaining("point 1 of the second sample has NaN");
        assertThatThrownBy(() -> KernelTwoSampleTest.of(new double[5][1], new double[5][1], 9, 1))
                .hasMessageContaining("coincide");
        assertThatThrownBy(() -> KernelTwoSampleTest.of(two, two, 0.0, 9, 1)).hasMessageContaining("bandwidth");
        assertThatThrownBy(() -> KernelTwoSampleTest.of(two, two, 0, 1)).hasMessageContaining("got 0");
    }

    /** All points are at the mean of their mode, with the right weights: only a kernel of a mode's width detects that. */
    @Test
    void aModesShapeIsSeenByANarrowKernelOnly() {
        GaussianMixture mixture = PlanarSets.mixture();
        double[][] exact = mixture.sample(300, 1);
        double[][] collapsed = Arrays.stream(mixture.sample(300, 2))
                .map(point -> {
                    double[] shares = mixture.responsibilities(point);
                    int mode = IntStream.range(0, shares.length)
                            .reduce((a, b) -> shares[a] >= shares[b] ? a : b)
                            .orElseThrow();
                    return mixture.components().get(mode).mean();
                })
                .toArray(double[][]::new);
        assertThat(KernelTwoSampleTest.of(collapsed, exact, 200, 1).rejectsAt(0.01))
                .isFalse();
        assertThat(KernelTwoSampleTest.of(collapsed, exact, 0.3, 200, 1).rejectsAt(0.01))
                .isTrue();
    }
}
