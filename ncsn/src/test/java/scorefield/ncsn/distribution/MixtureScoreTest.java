package scorefield.ncsn.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;

class MixtureScoreTest {

    private static final int N = 17;

    static List<Named<Supplier<Device>>> openCl() {
        return TestDevices.openCl();
    }

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** Points and noise levels as the device sees them: rounded to floats, so that the host can be asked at the very same places. */
    private record Batch(double[] x, double[] sigma) {

        static Batch random(Random random, int d) {
            double[] x = new double[N * d];
            double[] sigma = new double[N];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) (4 * (2 * random.nextDouble() - 1));
            }
            for (int i = 0; i < N; i++) {
                sigma[i] = i == 0 ? 0 : (float) Math.exp(Math.log(0.01) + random.nextDouble() * Math.log(500));
            }
            return new Batch(x, sigma);
        }

        double[] point(int n, int d) {
            return Arrays.copyOfRange(x, n * d, (n + 1) * d);
        }
    }

    /** The score, the log-density, and the log-density's gradient. */
    private static List<Values> run(Device device, GaussianMixture mixture, Batch batch) {
        int d = mixture.dimension();
        Tensor x = Tensor.input("x", Shape.of(batch.x.length / d, d));
        Tensor sigma = Tensor.input("sigma", Shape.of(batch.sigma.length));
        MixtureScore graph = new MixtureScore(mixture);
        Tensor logDensity = graph.logDensity(x, sigma);
        Tensor score = graph.score(x, sigma);
        try (Executable executable =
                device.compile(Program.fetching(score, logDensity, Gradients.of(logDensity.sum(), x)))) {
            return executable.run(
                    Map.of(x, Values.of(x.shape(), batch.x), sigma, Values.of(sigma.shape(), batch.sigma)));
        }
    }

    private static void agrees(Device device, GaussianMixture mixture, Batch batch, double epsilon) {
        int d = mixture.dimension();
        int terms = d * mixture.components().size();
        List<Values> results = run(device, mixture, batch);
        for (int n = 0; n < batch.sigma.length; n++) {
            double[] x = batch.point(n, d);
            GaussianMixture perturbed = mixture.perturbed(batch.sigma[n]);
            Slope slope = Slope.at(perturbed, x);
            assertThat(results.get(1).get(n))
                    .isCloseTo(perturbed.logDensity(x), within(slope.ofLogDensity(terms, epsilon)));
            double[] score = perturbed.score(x);
            for (int i = 0; i < d; i++) {
                assertThat(results.get(0).get(n * d + i)).isCloseTo(score[i], within(slope.ofScore(terms, epsilon)));
                assertThat(results.get(2).get(n * d + i)).isCloseTo(score[i], within(slope.ofScore(terms, epsilon)));
            }
        }
    }

    @Property(tries = 50)
    void onTheReferenceItIsTheHostsScoreAndTheLogDensitysGradient(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int d, @ForAll @IntRange(min = 1, max = 5) int k) {
        Random random = new Random(seed);
        try (Device device = new ReferenceDevice()) {
            agrees(device, RandomMixtures.of(random, d, k), Batch.random(random, d), Math.ulp(1.0));
        }
    }

    /** Three shapes, several mixtures of each: a device compiles its kernels once for a shape. */
    @ParameterizedTest
    @MethodSource("openCl")
    void onOpenClTheSameInSinglePrecision(Supplier<Device> opened) {
        Random random = new Random(11);
        try (Device device = opened.get()) {
            for (int[] shape : new int[][] {{1, 3}, {2, 5}, {7, 2}}) {
                for (int repeat = 0; repeat < 3; repeat++) {
                    GaussianMixture mixture = RandomMixtures.of(random, shape[0], shape[1]);
                    agrees(device, mixture, Batch.random(random, shape[0]), Math.ulp(1f));
                }
            }
        }
    }

    /** x of 10¹², where y²/v is 10²⁶: every density is 0 in any precision, and yet the score points home. */
    @ParameterizedTest
    @MethodSource("devices")
    void farFromEverythingTheScoreIsFiniteAndPointsBack(Supplier<Device> opened) {
        GaussianMixture mixture = GaussianMixture.of(
                new double[] {1, 3},
                List.of(Gaussian.isotropic(new double[] {-1, 0}, 0.1), Gaussian.isotropic(new double[] {1, 0}, 0.1)));
        float far = 1e12f;
        Batch batch = new Batch(new double[] {far, far, -far, 0, 0, 3}, new double[] {0, 0.1f, 0});
        try (Device device = opened.get()) {
            List<Values> results = run(device, mixture, batch);
            double[] expected = {-far / 0.01, -far / 0.01, far / 0.02, 0, 50, -300};
            // At (0, 3) both components are equally near: responsibilities ¼ and ¾. Log-densities of −450 are rounded
            // by 3·10⁻⁵.
            for (int i = 0; i < expected.length; i++) {
                double tolerance = i < 4 ? 1e-6 * far / 0.01 : 4 * 3e-5 * 100;
                assertThat(results.get(0).get(i)).isCloseTo(expected[i], within(tolerance));
            }
            for (int n = 0; n < 3; n++) {
                assertThat(results.get(1).get(n)).isFinite().isNegative();
            }
        }
    }

    @Test
    void samplesMayHaveAnyShapeThatHoldsTheirNumbers() {
        GaussianMixture mixture = RandomMixtures.of(new Random(2), 6, 2);
        MixtureScore graph = new MixtureScore(mixture);
        Tensor images = Tensor.fill(Shape.of(3, 2, 1, 3), 0.5);
        Tensor sigma = Tensor.fill(Shape.of(3), 0.5);
        Tensor score = graph.score(images, sigma);
        assertThat(score.shape()).isEqualTo(images.shape());
        double[] expected = mixture.perturbed(0.5).score(new double[] {0.5, 0.5, 0.5, 0.5, 0.5, 0.5});
        try (Device device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(score))) {
            double[] found = executable.run(Map.of()).get(0).doubles();
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i % 6], within(1e-12));
            }
        }
        assertThatThrownBy(() -> graph.score(Tensor.fill(Shape.of(3, 5), 0), sigma))
                .hasMessageContaining("6 dimensions")
                .hasMessageContaining("3×5");
        assertThatThrownBy(() -> graph.logDensity(images, Tensor.scalar(1))).hasMessageContaining("sigma of N");
    }
}
