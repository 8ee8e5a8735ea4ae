package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

class PreconditioningTest {

    private static final double MEAN = 0.14;
    private static final double DEVIATION = 0.31;
    private static final Preconditioning EDM = new Preconditioning(MEAN, DEVIATION);
    private static final double[] SIGMAS = {0.01, 0.1, 0.31, 2, 40};

    private static double[] evaluate(Tensor tensor) {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(tensor))) {
            return executable.run(Map.of()).get(0).doubles();
        }
    }

    private static Tensor column(double... numbers) {
        return Tensor.constant(Values.of(Shape.of(numbers.length, 1), numbers));
    }

    /** The paper's formulas in its own order: c_in, c_skip, c_out, then the score from the denoiser. */
    @Test
    void theScoreIsTheDenoisers() {
        double[] x = {0.2, -0.4, 1, 3, -20};
        double[] f = {1, -0.5, 0.3, 2, -1};
        double[] inputs = evaluate(EDM.input(column(x), column(SIGMAS)));
        double[] scores = evaluate(EDM.score(column(f), column(x), column(SIGMAS)));
        for (int i = 0; i < x.length; i++) {
            double square = SIGMAS[i] * SIGMAS[i];
            double total = square + DEVIATION * DEVIATION;
            double skip = DEVIATION * DEVIATION / total;
            double out = SIGMAS[i] * DEVIATION / Math.sqrt(total);
            double denoised = MEAN + skip * (x[i] - MEAN) + out * f[i];
            assertThat(inputs[i]).isCloseTo((x[i] - MEAN) / Math.sqrt(total), within(1e-12));
            double expected = (denoised - x[i]) / square;
            assertThat(scores[i]).isCloseTo(expected, within(1e-9 * Math.abs(expected)));
        }
    }

    /** The three requirements that the paper derives the coefficients from (appendix B.6), for data with mean μ and deviation σ_d. */
    @Test
    void theLayersInputAndTargetHaveUnitVariance() {
        int n = 200_000;
        Random random = new Random(1);
        for (double sigma : SIGMAS) {
            double total = sigma * sigma + DEVIATION * DEVIATION;
            double skip = DEVIATION * DEVIATION / total;
            double out = sigma * DEVIATION / Math.sqrt(total);
            double[] perturbed = new double[n];
            double target = 0;
            for (int i = 0; i < n; i++) {
                double clean = DEVIATION * random.nextGaussian();
                perturbed[i] = MEAN + clean + sigma * random.nextGaussian();
                target += Math.pow((clean - skip * (perturbed[i] - MEAN)) / out, 2) / n;
            }
            double[] input = evaluate(EDM.input(column(perturbed), Tensor.fill(Shape.of(n, 1), sigma)));
            double variance = 0;
            for (double number : input) {
                variance += number * number / n;
            }
            // The variance of n squares of unit normal numbers is 2/n.
            double error = 4.5 * Math.sqrt(2.0 / n);
            assertThat(variance).isCloseTo(1, within(error));
            assertThat(target).isCloseTo(1, within(error));
        }
    }

    /** conv_out is initialised to zero, so the first score is that of N(μ, σ_d²I) perturbed with N(0, σ²I). */
    @Test
    void trainingBeginsWithAGaussian() {
        UNet network = new UNet(new UNetSettings(8, List.of(1, 2), 1), 4, 4, 1, 0, EDM);
        Shape batch = Shape.of(3, 4, 4, 1);
        double[] x = new Random(2).doubles(batch.size(), -1, 2).toArray();
        double[] sigmas = {0.05, 0.5, 9};
        Tensor flat = Tensor.constant(Values.of(
                Shape.of(network.parameters().size()), network.parameters().initial(3)));
        double[] score = evaluate(network.score(
                network.parameters().weights(flat),
                Tensor.constant(Values.of(batch, x)),
                Tensor.constant(Values.of(Shape.of(3), sigmas))));
        for (int i = 0; i < score.length; i++) {
            double sigma = sigmas[i / 16];
            double expected = -(x[i] - MEAN) / (DEVIATION * DEVIATION + sigma * sigma);
            assertThat(score[i]).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
        }
    }

    /** The same weights and F: the parametrisations differ by input and output only. */
    @Test
    void ncsnIsNcsnv2TimesSigma() {
        MlpSettings settings = new MlpSettings(8, 2);
        Mlp ncsn = new Mlp(settings, 2, Mlp.NCSN);
        Mlp ncsnv2 = new Mlp(settings, 2);
        double[] weights =
                new Random(5).doubles(ncsn.parameters().size(), -1, 1).toArray();
        Tensor flat = Tensor.constant(Values.of(Shape.of(weights.length), weights));
        Tensor x = Tensor.constant(Values.of(Shape.of(2, 2), 0.1, 0.2, -3, 4));
        Tensor sigma = Tensor.constant(Values.of(Shape.of(2), 0.1, 5.0));
        double[] first = evaluate(ncsn.score(ncsn.parameters().weights(flat), x, sigma));
        double[] second = evaluate(ncsnv2.score(ncsnv2.parameters().weights(flat), x, sigma));
        for (int i = 0; i < first.length; i++) {
            double expected = first[i] / (i < 2 ? 0.1 : 5);
            assertThat(second[i]).isCloseTo(expected, within(1e-9 * Math.abs(expected)));
        }
    }

    @Test
    void dataOfNoSpreadAreRefused() {
        assertThatThrownBy(() -> new Preconditioning(0, 0))
                .hasMessage(
                        "the data's mean must be finite and their deviation positive; got mean 0.0 and deviation 0.0");
    }
}
