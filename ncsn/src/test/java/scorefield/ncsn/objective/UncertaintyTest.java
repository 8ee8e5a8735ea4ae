package scorefield.ncsn.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.Parameters;

class UncertaintyTest {

    /** The data: N(0, ς²), in one dimension. */
    private static final double SPREAD = 0.7;

    /** At these 16 noise levels the 16 features are orthogonal: ln σ takes the middles of 16 equal parts of their period. */
    private static final double[] SIGMAS = new double[16];

    static {
        Arrays.setAll(SIGMAS, i -> Math.exp(i - 7.5));
    }

    private final Parameters parameters = new Parameters();
    private final Uncertainty uncertainty;
    private final Tensor flat = Tensor.input("weights", Shape.of(16));

    UncertaintyTest() {
        Uncertainty.addTo(parameters);
        uncertainty = Uncertainty.in(parameters).orElseThrow();
    }

    /** The features by their formula. */
    private static double[] features(double sigma) {
        double[] features = new double[16];
        for (int k = 0; k < 8; k++) {
            features[k] = Math.cos(k * Math.PI / 8 * Math.log(sigma)) / Math.sqrt(8);
            features[8 + k] = Math.sin((k + 1) * Math.PI / 8 * Math.log(sigma)) / Math.sqrt(8);
        }
        return features;
    }

    /** The weights with which u takes given values at {@link #SIGMAS}. */
    private static double[] weightsFor(double[] u) {
        double[] weights = new double[16];
        double[] squares = new double[16];
        for (int i = 0; i < 16; i++) {
            double[] features = features(SIGMAS[i]);
            for (int f = 0; f < 16; f++) {
                weights[f] += features[f] * u[i];
                squares[f] += features[f] * features[f];
            }
        }
        Arrays.setAll(weights, f -> weights[f] / squares[f]);
        return weights;
    }

    private List<double[]> evaluate(double[] weights, Tensor... tensors) {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(tensors))) {
            return executable.run(Map.of(flat, Values.of(flat.shape(), weights))).stream()
                    .map(Values::doubles)
                    .toList();
        }
    }

    private static Tensor vector(double... numbers) {
        return Tensor.constant(Values.of(Shape.of(numbers.length), numbers));
    }

    @Test
    void theWeighedLossIsItsFormula() {
        double[] weights = new Random(3).doubles(16, -2, 2).toArray();
        double[] sigmas = {0.01, 0.3, 1, 7, 50};
        double[] losses = {0, 1, 5, 0.2, 30};
        Tensor weighed = uncertainty.weigh(parameters.weights(flat), vector(sigmas), vector(losses), 6);
        double[] actual = evaluate(weights, weighed).get(0);
        for (int i = 0; i < sigmas.length; i++) {
            double u = 0;
            double[] features = features(sigmas[i]);
            for (int f = 0; f < 16; f++) {
                u += weights[f] * features[f];
            }
            assertThat(actual[i]).isCloseTo(losses[i] / Math.exp(u) + 3 * u, within(1e-5));
        }
        assertThat(evaluate(new double[16], weighed).get(0)).isEqualTo(losses);
        assertThat(Uncertainty.in(new Parameters())).isEmpty();
    }

    /**
     * Denoising losses of N(0, ς²) with the score −a·x̃, a for each sample, at {@link #SIGMAS}. The four samples at each level have exactly the
     * moments that the expected loss depends on.
     */
    private static Tensor losses(Tensor a) {
        int n = 4 * SIGMAS.length;
        double[] x = new double[n];
        double[] z = new double[n];
        Arrays.setAll(x, i -> SPREAD * (i % 4 < 2 ? 1 : -1));
        Arrays.setAll(z, i -> i % 2 == 0 ? 1 : -1);
        return new AnnealedDenoising()
                .perSample(
                        (perturbed, sigma) -> perturbed.times(a.reshape(-1, 1)).negate(),
                        Tensor.constant(Values.of(Shape.of(n, 1), x)),
                        vector(fourTimes(SIGMAS)),
                        Draws.given(Tensor.constant(Values.of(Shape.of(n, 1), z))));
    }

    private static double[] fourTimes(double[] numbers) {
        double[] repeated = new double[4 * numbers.length];
        Arrays.setAll(repeated, i -> numbers[i / 4]);
        return repeated;
    }

    /** The slopes of the scores of N(0, v) at {@link #SIGMAS}. */
    private static double[] slopes(double v) {
        return Arrays.stream(SIGMAS).map(sigma -> 1 / (v + sigma * sigma)).toArray();
    }

    /** E ℓ where the score is that of N(0, v) rather than N(0, ς²): see AnnealedDenoisingTest. */
    private static double expected(double v, double sigma) {
        double t = v + sigma * sigma;
        return Math.pow(sigma * SPREAD / t, 2) + Math.pow(1 - sigma * sigma / t, 2);
    }

    /** Whatever u is, the true score's gradient vanishes, and another's does not. */
    @Test
    void theTrueScoreIsTheMinimiserWhateverTheUncertainty() {
        double truth = SPREAD * SPREAD;
        for (double v : new double[] {truth, 0.3}) {
            Tensor a = vector(fourTimes(slopes(v))).times(Tensor.scalar(1));
            Tensor weighed = uncertainty.weigh(parameters.weights(flat), vector(fourTimes(SIGMAS)), losses(a), 1);
            double[] random = new Random(5).doubles(16, -2, 2).toArray();
            double[] gradient = evaluate(random, Gradients.of(weighed.sum(), a)).get(0);
            for (int level = 0; level < SIGMAS.length; level++) {
                double sum = 0;
                double magnitude = 0;
                for (int i = 4 * level; i < 4 * level + 4; i++) {
                    sum += gradient[i];
                    magnitude += Math.abs(gradient[i]);
                }
                assertThat(magnitude).isPositive();
                if (v == truth) {
                    assertThat(sum).isCloseTo(0, within(1e-8 * magnitude));
                } else {
                    assertThat(Math.abs(sum)).isGreaterThan(1e-7 * magnitude);
                }
            }
        }
    }

    /** u = ln E ℓ at every noise level: there the gradient vanishes, and any other u costs more. */
    @Test
    void forAFixedScoreTheBestUncertaintyIsTheLogarithmOfTheExpectedLoss() {
        double v = 0.3;
        double[] best = weightsFor(
                Arrays.stream(SIGMAS).map(s -> Math.log(expected(v, s))).toArray());
        Tensor weighed = uncertainty.weigh(
                parameters.weights(flat), vector(fourTimes(SIGMAS)), losses(vector(fourTimes(slopes(v)))), 1);
        Tensor gradient = Gradients.of(weighed.sum(), flat);
        List<double[]> atBest = evaluate(best, gradient, weighed.mean());
        Random random = new Random(7);
        for (int f = 0; f < 16; f++) {
            assertThat(atBest.get(0)[f]).isCloseTo(0, within(1e-5)); // the weights are fed as floats
            double[] other = best.clone();
            other[f] += random.nextBoolean() ? 0.1 : -0.1;
            List<double[]> nearby = evaluate(other, gradient, weighed.mean());
            assertThat(Math.abs(nearby.get(0)[f])).isGreaterThan(1e-2);
            assertThat(nearby.get(1)[0]).isGreaterThan(atBest.get(1)[0]);
        }
    }

    /** By gradient steps from u = 0, on noise levels between those of the other tests. */
    @Test
    void learningFindsIt() {
        double v = 0.3;
        double[] sigmas = new double[40];
        Arrays.setAll(sigmas, i -> Math.exp(-4.6 + 0.2 * i));
        double[] losses = Arrays.stream(sigmas).map(s -> expected(v, s) / 2).toArray();
        Tensor variable = Tensor.variable("uncertainty", flat.shape());
        Tensor loss = uncertainty
                .weigh(parameters.weights(variable), vector(sigmas), vector(losses), 1)
                .mean();
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(variable, variable.minus(Gradients.of(loss, variable).times(4)));
        try (ReferenceDevice device = new ReferenceDevice();
                Executable step = device.compile(new Program(List.of(), updates));
                Executable u = device.compile(
                        Program.fetching(uncertainty.of(parameters.weights(variable), vector(sigmas))))) {
            device.write(variable, Values.of(flat.shape(), new float[16]));
            for (int i = 0; i < 3000; i++) {
                step.run(Map.of());
            }
            double[] learned = u.run(Map.of()).get(0).doubles();
            List<Double> errors = new ArrayList<>();
            for (int i = 0; i < sigmas.length; i++) {
                errors.add(learned[i] - Math.log(expected(v, sigmas[i])));
            }
            assertThat(errors).allSatisfy(error -> assertThat(error).isCloseTo(0, within(0.05)));
        }
    }
}
