package scorefield.ncsn.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.Parametrisation;
import scorefield.ncsn.network.Preconditioning;

class LossWeightTest {

    /** The data: N(μ, ς²), in one dimension. σ_d differs from ς, so that preconditioning alone is not the answer. */
    private static final double MEAN = 0.4;

    private static final double SPREAD = 0.7;
    private static final double DATA_DEVIATION = 0.5;

    private static final double[] SIGMAS = {0.01, 0.2, 0.5, 1.3, 20};

    private static final Map<String, LossWeight> WEIGHTS = Map.of(
            "power 0", LossWeight.power(0),
            "power 2", LossWeight.power(2),
            "power 3", LossWeight.power(3),
            "edm", LossWeight.edm(DATA_DEVIATION),
            "soft min-SNR", LossWeight.softMinSnr(DATA_DEVIATION));

    private static final Map<String, Parametrisation> PARAMETRISATIONS =
            Map.of("ncsn", Mlp.NCSN, "ncsnv2", Mlp.NCSNV2, "edm", new Preconditioning(MEAN, DATA_DEVIATION));

    private static List<double[]> evaluate(List<Tensor> tensors) {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(tensors.toArray(Tensor[]::new)))) {
            return executable.run(Map.of()).stream().map(Values::doubles).toList();
        }
    }

    private static Tensor vector(double... numbers) {
        return Tensor.constant(Values.of(Shape.of(numbers.length), numbers));
    }

    private static double valueOf(LossWeight weight, double sigma) {
        return evaluate(List.of(weight.of(vector(sigma)).plus(vector(0.0)))).get(0)[0];
    }

    @Test
    void weightsAreTheirFormulas() {
        double variance = DATA_DEVIATION * DATA_DEVIATION;
        for (double sigma : SIGMAS) {
            double square = sigma * sigma;
            // As weights of the denoiser's error, λ_D = w/σ²: table 1 of the EDM paper.
            double edm = (square + variance) / (square * variance);
            assertThat(valueOf(WEIGHTS.get("edm"), sigma) / square).isCloseTo(edm, within(1e-9 * edm));
            assertThat(valueOf(WEIGHTS.get("soft min-SNR"), sigma) / square)
                    .isCloseTo(4 / (square + variance), within(1e-9 * 4 / (square + variance)));
            assertThat(valueOf(WEIGHTS.get("power 3"), sigma)).isCloseTo(sigma, within(1e-9 * sigma));
        }
        assertThat(valueOf(LossWeight.softMinSnr(0.3), 0.3)).isCloseTo(2, within(1e-12));
        assertThat(valueOf(LossWeight.edm(0.3), 0.3)).isCloseTo(2, within(1e-12));
    }

    static Stream<Arguments> combinations() {
        return WEIGHTS.keySet().stream()
                .flatMap(weight -> PARAMETRISATIONS.keySet().stream().map(form -> Arguments.of(weight, form)));
    }

    /**
     * For Gaussian data the true score is −(x̃−μ)/(ς²+σ²). F = a·input + b, with a and b of their own at each noise level, can be it with each
     * parametrisation. There the loss's gradient must vanish with each weight.
     *
     * <p>The four samples at each level have exactly the moments of x ~ N(μ, ς²) and z ~ N(0, 1) that the gradient depends on: means, variances
     * and covariance. So the sample's gradient is the expected one.
     */
    @ParameterizedTest
    @MethodSource("combinations")
    void theTrueScoreIsTheMinimiser(String weight, String form) {
        int n = 4 * SIGMAS.length;
        double[] x = new double[n];
        double[] z = new double[n];
        double[] sigma = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = MEAN + SPREAD * (i % 4 < 2 ? 1 : -1);
            z[i] = i % 2 == 0 ? 1 : -1;
            sigma[i] = SIGMAS[i / 4];
        }
        Parametrisation parametrisation = PARAMETRISATIONS.get(form);
        double[] a = new double[n];
        double[] b = new double[n];
        for (int i = 0; i < n; i++) {
            double[] truth = layers(form, sigma[i]);
            a[i] = truth[0];
            b[i] = truth[1];
        }
        Tensor slope = Tensor.constant(Values.of(Shape.of(n, 1), a)).times(Tensor.scalar(1));
        Tensor offset = Tensor.constant(Values.of(Shape.of(n, 1), b)).times(Tensor.scalar(1));
        Tensor losses = new AnnealedDenoising(WEIGHTS.get(weight))
                .perSample(
                        (perturbed, sigmas) -> {
                            Tensor level = sigmas.reshape(-1, 1);
                            Tensor input = parametrisation.input(perturbed, level);
                            return parametrisation.score(input.times(slope).plus(offset), perturbed, level);
                        },
                        Tensor.constant(Values.of(Shape.of(n, 1), x)),
                        vector(sigma),
                        Draws.given(Tensor.constant(Values.of(Shape.of(n, 1), z))));
        List<Tensor> gradients = Gradients.of(losses.sum(), List.of(slope, offset));
        List<Tensor> wanted = new ArrayList<>(gradients);
        wanted.add(losses);
        List<double[]> results = evaluate(wanted);
        for (int level = 0; level < SIGMAS.length; level++) {
            // The gradient with respect to a level's own a and b is the sum over its four samples.
            double[] gradient = new double[2];
            double[] magnitude = new double[2];
            double loss = 0;
            for (int i = 4 * level; i < 4 * level + 4; i++) {
                for (int k = 0; k < 2; k++) {
                    gradient[k] += results.get(k)[i];
                    magnitude[k] += Math.abs(results.get(k)[i]);
                }
                loss += results.get(2)[i] / 4;
            }
            for (int k = 0; k < 2; k++) {
                assertThat(magnitude[k]).isPositive();
                assertThat(gradient[k]).isCloseTo(0, within(1e-8 * magnitude[k]));
            }
            double square = SIGMAS[level] * SIGMAS[level];
            double least =
                    valueOf(WEIGHTS.get(weight), SIGMAS[level]) * SPREAD * SPREAD / (SPREAD * SPREAD + square) / 2;
            assertThat(loss).isCloseTo(least, within(1e-8 * least));
        }
    }

    /** a and b for which a·input + b gives the true score. */
    private static double[] layers(String form, double sigma) {
        double square = sigma * sigma;
        double t = SPREAD * SPREAD + square;
        double unit = Math.sqrt(1 + square);
        return switch (form) {
            case "ncsn" -> new double[] {-unit / t, MEAN / t};
            case "ncsnv2" -> new double[] {-sigma * unit / t, sigma * MEAN / t};
            default -> {
                double variance = DATA_DEVIATION * DATA_DEVIATION;
                yield new double[] {sigma / DATA_DEVIATION * (SPREAD * SPREAD - variance) / t, 0};
            }
        };
    }

    /** EDM's equation 8: with its weights and preconditioning, the loss is the plain squared error of F. */
    @Test
    void edmsLossIsTheLayersOwn() {
        int n = 6;
        int d = 5;
        Random random = new Random(4);
        double[] x = random.doubles(n * d).toArray();
        double[] z = random.doubles(n * d, -2, 2).toArray();
        double[] f = random.doubles(n * d, -2, 2).toArray();
        double[] sigma = {0.01, 0.1, 0.5, 1, 7, 50};
        Preconditioning edm = new Preconditioning(MEAN, DATA_DEVIATION);
        Shape shape = Shape.of(n, d);
        Tensor losses = new AnnealedDenoising(LossWeight.edm(DATA_DEVIATION))
                .perSample(
                        (perturbed, sigmas) ->
                                edm.score(Tensor.constant(Values.of(shape, f)), perturbed, sigmas.reshape(-1, 1)),
                        Tensor.constant(Values.of(shape, x)),
                        vector(sigma),
                        Draws.given(Tensor.constant(Values.of(shape, z))));
        double[] actual = evaluate(List.of(losses)).get(0);
        double variance = DATA_DEVIATION * DATA_DEVIATION;
        for (int i = 0; i < n; i++) {
            double total = sigma[i] * sigma[i] + variance;
            double skip = variance / total;
            double out = sigma[i] * DATA_DEVIATION / Math.sqrt(total);
            double expected = 0;
            for (int k = 0; k < d; k++) {
                double clean = x[i * d + k] - MEAN;
                double target = (clean - skip * (clean + sigma[i] * z[i * d + k])) / out;
                expected += Math.pow(f[i * d + k] - target, 2) / 2;
            }
            assertThat(actual[i]).isCloseTo(expected, within(1e-9 * expected));
        }
        assertThat(Arrays.stream(actual)).allMatch(loss -> loss > 0);
    }
}
