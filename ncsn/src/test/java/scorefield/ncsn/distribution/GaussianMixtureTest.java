package scorefield.ncsn.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.PlanarSets;

class GaussianMixtureTest {

    private static final double EPSILON = Math.ulp(1.0);
    /** The step of finite differences. */
    private static final double H = 1e-5;

    /** Central, off by H²/6 of the third derivative and by the rounding of f over H. */
    private static double slope(ToDoubleFunction<double[]> f, double[] x, int axis) {
        double[] above = x.clone();
        double[] below = x.clone();
        above[axis] += H;
        below[axis] -= H;
        return (f.applyAsDouble(above) - f.applyAsDouble(below)) / (above[axis] - below[axis]);
    }

    @Property
    void theScoreIsTheSlopeOfTheLogDensity(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int d, @ForAll @IntRange(min = 1, max = 5) int k) {
        Random random = new Random(seed);
        GaussianMixture mixture = RandomMixtures.of(random, d, k);
        double[] x = RandomMixtures.point(random, d, 4);
        Slope slope = Slope.at(mixture, x);
        double tolerance = H * H * Math.pow(slope.steepest(), 3) + slope.ofLogDensity(d, EPSILON) / H;
        double[] score = mixture.score(x);
        for (int i = 0; i < d; i++) {
            assertThat(score[i]).isCloseTo(slope(mixture::logDensity, x, i), within(tolerance));
        }
    }

    @Property
    void theTraceIsTheDivergenceOfTheScore(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int d, @ForAll @IntRange(min = 1, max = 5) int k) {
        Random random = new Random(seed);
        GaussianMixture mixture = RandomMixtures.of(random, d, k);
        double[] x = RandomMixtures.point(random, d, 4);
        double divergence = 0;
        for (int i = 0; i < d; i++) {
            int axis = i;
            divergence += slope(at -> mixture.score(at)[axis], x, axis);
        }
        Slope slope = Slope.at(mixture, x);
        double tolerance = H * H * Math.pow(slope.steepest(), 4) + slope.ofScore(d, EPSILON) / H;
        assertThat(mixture.jacobianTrace(x)).isCloseTo(divergence, within(d * tolerance));
    }

    /** The rectangle rule is exact for a Gaussian up to exp(−2π²·(0.2/h)²), here 10⁻³⁴, where 0.2 is the narrowest component's deviation. */
    @Test
    void theDensityIntegratesToOneAndHasTheMomentsThatItSays() {
        GaussianMixture mixture = PlanarSets.mixture();
        double h = 0.1;
        double[] mean = mixture.mean();
        double mass = 0;
        double[] moment = new double[2];
        double[][] spread = new double[2][2];
        for (int i = -100; i <= 100; i++) {
            for (int j = -100; j <= 100; j++) {
                double[] x = {h * i, h * j};
                double p = Math.exp(mixture.logDensity(x)) * h * h;
                mass += p;
                for (int a = 0; a < 2; a++) {
                    moment[a] += p * x[a];
                    for (int b = 0; b < 2; b++) {
                        spread[a][b] += p * (x[a] - mean[a]) * (x[b] - mean[b]);
                    }
                }
            }
        }
        assertThat(mass).isCloseTo(1, within(1e-12));
        assertThat(moment).containsExactly(mean, within(1e-12));
        for (int a = 0; a < 2; a++) {
            assertThat(spread[a]).containsExactly(mixture.covariance()[a], within(1e-11));
        }
    }

    /** p_σ(x) = ∫ p(x − t)·N(t; 0, σ²) dt, by the rectangle rule, whose own error is far below rounding. */
    @Property(tries = 50)
    void perturbingIsConvolvingWithAGaussian(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int k) {
        Random random = new Random(seed);
        GaussianMixture mixture = RandomMixtures.of(random, 1, k);
        double sigma = 0.3 + random.nextDouble();
        double x = 3 * (2 * random.nextDouble() - 1);
        double h = 0.02;
        double sum = 0;
        for (int i = -1000; i <= 1000; i++) {
            double t = h * i;
            double noise = Math.exp(-t * t / (2 * sigma * sigma)) / Math.sqrt(2 * Math.PI * sigma * sigma);
            sum += h * noise * Math.exp(mixture.logDensity(new double[] {x - t}));
        }
        double density = Math.exp(mixture.perturbed(sigma).logDensity(new double[] {x}));
        assertThat(density).isCloseTo(sum, within(1e-11));
    }

    @Property
    void perturbingTwiceAddsTheVariances(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int d, @ForAll @IntRange(min = 1, max = 4) int k) {
        Random random = new Random(seed);
        GaussianMixture mixture = RandomMixtures.of(random, d, k);
        double a = random.nextDouble();
        double b = 3 * random.nextDouble();
        double[] x = RandomMixtures.point(random, d, 4);
        GaussianMixture once = mixture.perturbed(Math.hypot(a, b));
        double tolerance = Slope.at(once, x).ofLogDensity(d, EPSILON);
        assertThat(mixture.perturbed(a).perturbed(b).logDensity(x)).isCloseTo(once.logDensity(x), within(tolerance));
        assertThat(mixture.perturbed(0).logDensity(x)).isEqualTo(mixture.logDensity(x));
    }

    @Property
    void aGaussianKeepsItsCovariance(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int d) {
        Random random = new Random(seed);
        Gaussian gaussian = RandomMixtures.of(random, d, 1).components().get(0);
        Gaussian again = Gaussian.of(gaussian.mean(), gaussian.covariance());
        double sigma = 2 * random.nextDouble();
        for (int i = 0; i < d; i++) {
            double[] expected = gaussian.covariance()[i];
            double tolerance =
                    16 * d * EPSILON * Arrays.stream(gaussian.variances()).sum();
            assertThat(again.covariance()[i]).containsExactly(expected, within(tolerance));
            expected[i] += sigma * sigma;
            assertThat(again.perturbed(sigma).covariance()[i])
                    .containsExactly(expected, within(tolerance + 64 * EPSILON));
        }
    }

    /** Written out: a correlated Gaussian in the plane, whose inverse covariance is 1/(1 − ρ²)·[[1, −ρ], [−ρ, 1]]. */
    @Test
    void aCorrelatedGaussianByHand() {
        double rho = 0.6;
        Gaussian gaussian = Gaussian.of(new double[] {1, -1}, new double[][] {{1, rho}, {rho, 1}});
        double[] x = {1.5, 0.25};
        double a = 0.5;
        double b = 1.25;
        double c = 1 - rho * rho;
        assertThat(gaussian.logDensity(x))
                .isCloseTo(
                        -(a * a - 2 * rho * a * b + b * b) / (2 * c) - Math.log(2 * Math.PI) - Math.log(c) / 2,
                        within(1e-14));
        assertThat(gaussian.score(x))
                .containsExactly(new double[] {-(a - rho * b) / c, -(b - rho * a) / c}, within(1e-14));
        assertThat(gaussian.jacobianTrace()).isCloseTo(-2 / c, within(1e-14));
        GaussianMixture mixture = GaussianMixture.of(new double[] {3, 1}, List.of(gaussian, gaussian));
        assertThat(mixture.logDensity(x)).isCloseTo(gaussian.logDensity(x), within(1e-14));
        assertThat(mixture.weights()).containsExactly(0.75, 0.25);
    }

    /** Between N(−1, s²) and N(1, s²) the log-odds are linear, −2x/s². */
    @Test
    void responsibilitiesOfTwoEqualComponentsAreALogisticFunction() {
        GaussianMixture mixture = GaussianMixture.of(
                new double[] {4, 1},
                List.of(Gaussian.isotropic(new double[] {-1}, 0.5), Gaussian.isotropic(new double[] {1}, 0.5)));
        for (double x : new double[] {-30, -1, 0, 0.2, 1, 30}) {
            double first = 1 / (1 + Math.exp(2 * x / 0.25) / 4);
            assertThat(mixture.responsibilities(new double[] {x}))
                    .containsExactly(new double[] {first, 1 - first}, within(1e-12));
        }
    }

    @Test
    void samplesHaveTheMeanAndTheCovarianceWithinFourStandardErrors() {
        int n = 20_000;
        GaussianMixture mixture = RandomMixtures.of(new Random(5), 3, 4);
        double[][] samples = mixture.sample(n, 1);
        double[] mean = mixture.mean();
        for (int i = 0; i < 3; i++) {
            int a = i;
            hasMean(Arrays.stream(samples).mapToDouble(x -> x[a]).toArray(), mean[a]);
            for (int j = 0; j <= i; j++) {
                int b = j;
                hasMean(
                        Arrays.stream(samples)
                                .mapToDouble(x -> (x[a] - mean[a]) * (x[b] - mean[b]))
                                .toArray(),
                        mixture.covariance()[a][b]);
            }
        }
    }

    private static void hasMean(double[] numbers, double expected) {
        double mean = Arrays.stream(numbers).average().orElseThrow();
        double squares =
                Arrays.stream(numbers).map(a -> (a - mean) * (a - mean)).sum();
        assertThat(mean).isCloseTo(expected, within(4 * Math.sqrt(squares) / numbers.length));
    }

    @Test
    void aSampleIsTheSameHoweverManyAreDrawn() {
        GaussianMixture mixture = PlanarSets.mixture();
        double[][] many = mixture.sample(100, 7);
        assertThat(mixture.sample(10, 7)).isDeepEqualTo(Arrays.copyOf(many, 10));
        assertThat(mixture.sample(10, 8)[0]).isNotEqualTo(many[0]);
    }

    /** Components of one width: far away one has it all, and pulls with −(x − μ)/s². */
    @Test
    void farFromEverythingTheNearestComponentPulls() {
        GaussianMixture mixture = GaussianMixture.of(
                new double[] {1, 3},
                List.of(Gaussian.isotropic(new double[] {-1, 0}, 0.1), Gaussian.isotropic(new double[] {1, 0}, 0.1)));
        for (double far : new double[] {1e2, 1e5, 1e10}) {
            double[] x = {far, far};
            assertThat(mixture.score(x)[0]).isCloseTo(-(far - 1) * 100, within(1e-12 * far * 100));
            assertThat(mixture.score(x)[1]).isCloseTo(-far * 100, within(1e-12 * far * 100));
            assertThat(mixture.jacobianTrace(x)).isCloseTo(-200, within(1e-9));
            assertThat(mixture.logDensity(x)).isFinite();
        }
    }

    @Test
    void wrongInputIsRefusedWithItsValues() {
        double[] origin = {0, 0};
        assertThatThrownBy(() -> Gaussian.of(origin, new double[][] {{1, 2}, {2, 1}}))
                .hasMessageContaining("positive definite")
                .hasMessageContaining("3.0");
        assertThatThrownBy(() -> Gaussian.of(origin, new double[][] {{1, 1}, {1, 1}}))
                .hasMessageContaining("positive definite");
        assertThatThrownBy(() -> Gaussian.of(origin, new double[][] {{1, 0.5}, {0.4, 1}}))
                .hasMessageContaining("symmetric")
                .hasMessageContaining("0.4");
        assertThatThrownBy(() -> Gaussian.of(origin, new double[][] {{1}})).hasMessageContaining("2×2");
        assertThatThrownBy(() -> Gaussian.of(new double[] {0, Double.NaN}, new double[][] {{1, 0}, {0, 1}}))
                .hasMessageContaining("number 1 is NaN");
        assertThatThrownBy(() -> Gaussian.isotropic(origin, 0)).hasMessageContaining("0.0");
        Gaussian gaussian = Gaussian.isotropic(origin, 1);
        assertThatThrownBy(() -> gaussian.perturbed(-1)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> gaussian.score(new double[3])).hasMessageContaining("got 3");
        assertThatThrownBy(() -> GaussianMixture.of(new double[] {1}, List.of()))
                .hasMessageContaining("1 weights and 0 components");
        assertThatThrownBy(() -> GaussianMixture.of(new double[] {1, 0}, List.of(gaussian, gaussian)))
                .hasMessageContaining("[1.0, 0.0]");
        assertThatThrownBy(() -> GaussianMixture.of(
                        new double[] {1, 1}, List.of(gaussian, Gaussian.isotropic(new double[3], 1))))
                .hasMessageContaining("component 1 has 3");
    }
}
