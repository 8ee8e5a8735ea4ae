package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

/** Inpainting and colouring of three numbers that are normal and correlated, so that everything is known in closed form. */
class KnownPartTest {

    private static final double MEAN = 0.5;
    private static final double VARIANCE = 0.09;
    private static final double CORRELATION = 0.6;
    private static final int N = 2000;

    private static final double[] LUMA = {0.2126, 0.7152, 0.0722};

    /** Short: far from the conditional distribution, and exactly as far as the recursion of the moments says. */
    private static final SamplingPlan SHORT = plan(NoiseLevels.geometric(1, 0.1, 4), 3, true);

    /** Long: so that what the chains lag behind is below a standard error of N samples. */
    private static final SamplingPlan LONG = plan(NoiseLevels.geometric(1, 0.02, 20), 100, true);

    private static SamplingPlan plan(NoiseLevels levels, int steps, boolean denoise) {
        return new SamplingPlan(levels, steps, 0.2 * levels.smallest() * levels.smallest(), denoise);
    }

    /**
     * One linear constraint w·x = value on three numbers along an axis of N×1×3×1 or N×1×1×3.
     *
     * @param weights w
     * @param sample the shape of one sample
     */
    private record Case(String name, double[] weights, double value, Shape sample, KnownPart known) {

        static Case pixel() {
            Shape sample = Shape.of(1, 3, 1);
            boolean[] known = {true, false, false};
            return new Case(
                    "a known pixel",
                    new double[] {1, 0, 0},
                    0.9,
                    sample,
                    new KnownPixels(Values.of(sample, 0.9, -3, 7), known));
        }

        static Case luminance() {
            return new Case(
                    "known luminance",
                    LUMA,
                    0.9,
                    Shape.of(1, 1, 3),
                    new KnownLuminance(Values.of(Shape.of(1, 1, 1), 0.9)));
        }

        Shape batch() {
            return sample.times(N);
        }

        /** The score of the perturbed normal distribution: −(p·(d − mean d) + q·mean d), p and q the two eigenvalues of Λ(σ). */
        ScoreFunction score() {
            int axis = sample.dim(1) == 3 ? 2 : 3;
            return (x, sigma) -> {
                Tensor square = sigma.square().reshape(-1, 1, 1, 1);
                Tensor d = x.minus(MEAN);
                Tensor mean = d.meanKeep(axis);
                return d.minus(mean)
                        .over(square.plus(eigenvalue(false)))
                        .plus(mean.over(square.plus(eigenvalue(true))))
                        .negate();
            };
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static double eigenvalue(boolean ofTheMean) {
        return VARIANCE * (ofTheMean ? 1 + 2 * CORRELATION : 1 - CORRELATION);
    }

    /** Σ + σ²I, or its inverse. */
    private static double[][] matrix(double sigma, boolean inverse) {
        double p = eigenvalue(false) + sigma * sigma;
        double q = eigenvalue(true) + sigma * sigma;
        if (inverse) {
            p = 1 / p;
            q = 1 / q;
        }
        double[][] matrix = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                matrix[i][j] = (i == j ? p : 0) + (q - p) / 3;
            }
        }
        return matrix;
    }

    static List<Arguments> cases() {
        return on(TestDevices.all());
    }

    /** Two thousand steps are seconds in plain Java; that it takes the same steps is what the short plan shows. */
    static List<Arguments> fastCases() {
        return on(TestDevices.openCl());
    }

    private static List<Arguments> on(List<Named<Supplier<Device>>> devices) {
        List<Arguments> cases = new ArrayList<>();
        for (Named<Supplier<Device>> device : devices) {
            cases.add(Arguments.of(Case.pixel(), device));
            cases.add(Arguments.of(Case.luminance(), device));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aFewStepsHaveTheMomentsOfTheRecursion(Case given, Supplier<Device> opened) {
        Moments expected = new Moments(new double[] {0.5, 0.5, 0.5}, scaled(identity(), 1.0 / 12));
        for (int level = 0; level < SHORT.levels().count(); level++) {
            for (int t = 0; t < SHORT.stepsPerLevel(); t++) {
                double alpha = SHORT.alpha(level);
                expected = expected.imposed(given, SHORT.levels().sigma(level))
                        .moved(SHORT.levels().sigma(level), alpha / 2, alpha);
            }
        }
        double last = SHORT.levels().smallest();
        expected = expected.imposed(given, last).moved(last, last * last, 0).imposed(given, 0);
        try (Device device = opened.get();
                AnnealedLangevin sampler =
                        new AnnealedLangevin(device, given.score(), given.batch(), SHORT, given.known())) {
            expected.areThoseOf(sampler.sample(N, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("fastCases")
    void manyStepsHaveTheConditionalsMoments(Case given, Supplier<Device> opened) {
        // Σw/(wᵀΣw) is how the mean follows the known value; what of Σ that explains is gone.
        double[][] sigma = matrix(0, false);
        double[] covariances = times(sigma, given.weights());
        double scale = dot(given.weights(), covariances);
        double[] mean = new double[3];
        for (int i = 0; i < 3; i++) {
            mean[i] = MEAN + covariances[i] / scale * (given.value() - MEAN * sum(given.weights()));
            for (int j = 0; j < 3; j++) {
                sigma[i][j] -= covariances[i] * covariances[j] / scale;
            }
        }
        try (Device device = opened.get();
                AnnealedLangevin sampler =
                        new AnnealedLangevin(device, given.score(), given.batch(), LONG, given.known())) {
            new Moments(mean, sigma).areThoseOf(sampler.sample(N, 2));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsKnownComesOutAsItIs(Case given, Supplier<Device> opened) {
        for (boolean denoise : new boolean[] {false, true}) {
            try (Device device = opened.get();
                    AnnealedLangevin sampler = new AnnealedLangevin(
                            device,
                            given.score(),
                            given.batch(),
                            plan(SHORT.levels(), SHORT.stepsPerLevel(), denoise),
                            given.known())) {
                double[] samples = sampler.sample(N, 1).doubles();
                for (int n = 0; n < N; n++) {
                    double value = 0;
                    double size = 0;
                    for (int i = 0; i < 3; i++) {
                        value += given.weights()[i] * samples[3 * n + i];
                        size += Math.abs(samples[3 * n + i]) + 1;
                    }
                    if (given.weights()[0] == 1) {
                        assertThat((float) value).isEqualTo((float) given.value());
                    } else {
                        // A dozen roundings of single precision.
                        assertThat(value).isCloseTo(given.value(), within(12 * 0x1p-24 * size));
                    }
                }
            }
        }
    }

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** Colour, with a score in which every pixel depends on all others, so that anything that leaks shows everywhere. */
    @ParameterizedTest
    @MethodSource("devices")
    void whatIsUnderTheMaskIsNeverSeen(Supplier<Device> opened) {
        Shape sample = Shape.of(2, 3, 3);
        boolean[] known = {true, true, false, true, false, false};
        float[] image = new float[sample.size()];
        for (int i = 0; i < image.length; i++) {
            image[i] = i / 20f;
        }
        float[] original = inpainted(opened, sample, image, known);
        float[] others = image.clone();
        for (int i = 0; i < others.length; i++) {
            if (!known[i / 3]) {
                others[i] = i % 2 == 0 ? 1 - image[i] : Float.NaN;
            }
        }
        assertThat(inpainted(opened, sample, others, known)).isEqualTo(original);

        image[0] += 0.01f;
        float[] changed = inpainted(opened, sample, image, known);
        for (int i = 0; i < changed.length; i++) {
            if (!known[i % sample.size() / 3]) {
                assertThat(changed[i]).isNotEqualTo(original[i]);
            }
        }
    }

    private static float[] inpainted(Supplier<Device> opened, Shape sample, float[] image, boolean[] known) {
        ScoreFunction score = (x, sigma) -> {
            Tensor square = sigma.square().reshape(-1, 1, 1, 1);
            Tensor mean = x.meanKeep(1, 2, 3);
            return x.minus(mean.times(0.9)).over(square.plus(0.1)).negate();
        };
        try (Device device = opened.get();
                AnnealedLangevin sampler = new AnnealedLangevin(
                        device,
                        score,
                        sample.times(4),
                        SHORT,
                        new KnownPixels(Values.of(sample, image.clone()), known))) {
            return sampler.sample(4, 3).floats();
        }
    }

    @Test
    void luminanceIsTheWeightedSumOfTheColours() {
        Values grey = KnownLuminance.of(Values.of(Shape.of(1, 2, 3), 1, 0, 0, 0.5, 0.5, 0.5));
        assertThat(grey.shape()).isEqualTo(Shape.of(1, 2, 1));
        assertThat(grey.get(0)).isEqualTo(0.2126);
        assertThat(grey.get(1)).isCloseTo(0.5, within(1e-15));
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new KnownPixels(Values.of(Shape.of(1, 2, 1), 0f, 0f), new boolean[3]))
                .hasMessageContaining("a mask of 3 pixels")
                .hasMessageContaining("1×2×1");
        assertThatThrownBy(() -> new KnownLuminance(Values.of(Shape.of(1, 1, 3), 0f, 0f, 0f)))
                .hasMessageContaining("1×1×3");
        assertThatThrownBy(() -> KnownLuminance.of(Values.of(Shape.of(1, 1, 1), 0f)))
                .hasMessageContaining("H×W×3; got 1×1×1");
    }

    /** Mean and covariance of three numbers; every map here is linear, so they are all there is to know. */
    private record Moments(double[] mean, double[][] covariance) {

        /** After x − P·x + P·(y + σz), P = wwᵀ/‖w‖². */
        Moments imposed(Case given, double sigma) {
            double[] w = given.weights();
            double norm = dot(w, w);
            double[][] rest = identity();
            double[][] noise = new double[3][3];
            double[] shift = new double[3];
            for (int i = 0; i < 3; i++) {
                shift[i] = w[i] * given.value() / norm;
                for (int j = 0; j < 3; j++) {
                    rest[i][j] -= w[i] * w[j] / norm;
                    noise[i][j] = sigma * sigma * w[i] * w[j] / norm;
                }
            }
            return mapped(rest, shift, noise);
        }

        /** After x + along·s(x, σ) + √variance·z. */
        Moments moved(double sigma, double along, double variance) {
            double[][] precision = matrix(sigma, true);
            double[][] keep = identity();
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    keep[i][j] -= along * precision[i][j];
                }
            }
            double[] centre = {MEAN, MEAN, MEAN};
            double[] kept = times(keep, centre);
            for (int i = 0; i < 3; i++) {
                centre[i] -= kept[i];
            }
            return mapped(keep, centre, scaled(identity(), variance));
        }

        private Moments mapped(double[][] by, double[] shift, double[][] noise) {
            double[] newMean = times(by, mean);
            double[][] half = new double[3][];
            for (int i = 0; i < 3; i++) {
                newMean[i] += shift[i];
                half[i] = times(covariance, by[i]);
            }
            double[][] result = new double[3][3];
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    result[i][j] = dot(by[i], half[j]) + noise[i][j];
                }
            }
            return new Moments(newMean, result);
        }

        /** Within 4.5 standard errors of normal numbers' means and covariances, and a rounding where a variance is zero. */
        void areThoseOf(Values values) {
            double[] x = values.doubles();
            for (int i = 0; i < 3; i++) {
                double m = 0;
                for (int n = 0; n < N; n++) {
                    m += x[3 * n + i] / N;
                }
                assertThat(m)
                        .as("mean of number %d", i)
                        .isCloseTo(mean[i], within(1e-6 + 4.5 * Math.sqrt(covariance[i][i] / N)));
                for (int j = 0; j <= i; j++) {
                    double c = 0;
                    for (int n = 0; n < N; n++) {
                        c += (x[3 * n + i] - mean[i]) * (x[3 * n + j] - mean[j]) / N;
                    }
                    double error =
                            Math.sqrt((covariance[i][i] * covariance[j][j] + covariance[i][j] * covariance[i][j]) / N);
                    assertThat(c)
                            .as("covariance of numbers %d and %d", i, j)
                            .isCloseTo(covariance[i][j], within(1e-6 + 4.5 * error));
                }
            }
        }
    }

    private static double[][] identity() {
        return new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    }

    private static double[][] scaled(double[][] matrix, double by) {
        double[][] result = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                result[i][j] = by * matrix[i][j];
            }
        }
        return result;
    }

    private static double[] times(double[][] matrix, double[] vector) {
        return new double[] {dot(matrix[0], vector), dot(matrix[1], vector), dot(matrix[2], vector)};
    }

    private static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }

    private static double sum(double[] a) {
        return a[0] + a[1] + a[2];
    }
}
