package scorefield.ncsn.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;

class AnnealedDenoisingTest {

    private static final int N = 20_000;
    private static final int D = 6;

    private final Random random = new Random(3);

    private Values normal(Shape shape, double deviation) {
        double[] numbers = new double[shape.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = deviation * random.nextGaussian();
        }
        return Values.of(shape, numbers);
    }

    /** Each sample's loss, for data N(0, spread²I) of shape N×2×3 and one noise level. */
    private double[] losses(Objective objective, ScoreFunction score, double spread, double level) {
        Tensor x = Tensor.input("x", Shape.of(N, 2, 3));
        Tensor z = Tensor.input("z", x.shape());
        Tensor sigma = Tensor.fill(Shape.of(N), level);
        Tensor loss = objective.perSample(score, x, sigma, Draws.given(z));
        assertThat(loss.shape()).isEqualTo(Shape.of(N));
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(loss))) {
            return executable
                    .run(Map.of(x, normal(x.shape(), spread), z, normal(z.shape(), 1)))
                    .get(0)
                    .doubles();
        }
    }

    /** The score of N(0, variance·I) with noise σ added. */
    private static ScoreFunction gaussian(double variance) {
        return (x, sigma) ->
                x.over(sigma.square().plus(variance).reshape(-1, 1, 1)).negate();
    }

    private static void meanIs(double[] numbers, double expected) {
        double mean = 0;
        double square = 0;
        for (double number : numbers) {
            mean += number / numbers.length;
            square += number * number / numbers.length;
        }
        double error = Math.sqrt((square - mean * mean) / numbers.length);
        assertThat(mean).isCloseTo(expected, within(4.5 * error));
    }

    @Test
    void aScoreOfZeroCostsHalfTheDimensionAtEveryLevel() {
        ScoreFunction zero = (x, sigma) -> Tensor.zeros(x.shape());
        meanIs(losses(new AnnealedDenoising(), zero, 0.5, 0.01), D / 2.0);
        meanIs(losses(new AnnealedDenoising(), zero, 0.5, 10), D / 2.0);
    }

    /**
     * For s = −x̃/t, x̃ = x + σz, x ~ N(0, ς²): σs + z = −(σ/t)·x + (1 − σ²/t)·z has variance σ²ς²/t² + (1 − σ²/t)² a dimension. With the
     * true t = ς² + σ² that is ς²/(ς²+σ²).
     */
    @ParameterizedTest
    @CsvSource({"0.5, 0.05, 0.25", "0.5, 0.5, 0.25", "0.5, 4, 0.25", "0.5, 0.5, 0.1", "0.5, 0.5, 3"})
    void aGaussiansLossIsItsClosedForm(double spread, double level, double modelled) {
        double t = modelled + level * level;
        double a = level * spread / t;
        double b = 1 - level * level / t;
        double expected = D / 2.0 * (a * a + b * b);
        if (modelled == spread * spread) {
            assertThat(expected).isCloseTo(D / 2.0 * modelled / t, within(1e-12));
        }
        meanIs(losses(new AnnealedDenoising(), gaussian(modelled), spread, level), expected);
    }

    @Test
    void theTrueScoreCostsLeast() {
        // The same random numbers for all three, so a difference is not the sampling's.
        double truth = mean(0.25);
        assertThat(truth).isLessThan(mean(0.2)).isLessThan(mean(0.3));
    }

    private double mean(double modelled) {
        random.setSeed(5);
        double[] losses = losses(new AnnealedDenoising(), gaussian(modelled), 0.5, 0.4);
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum / N;
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "3"})
    void anotherPowerWeightsLevelsDifferently(double power) {
        double level = 0.3;
        double expected = D / 2.0 * 0.25 / (0.25 + level * level) * Math.pow(level, power - 2);
        meanIs(losses(new AnnealedDenoising(power), gaussian(0.25), 0.5, level), expected);
    }

    @Test
    void theLossIsTheMeanOverSamplesOfTheSumOverDimensions() {
        Shape shape = Shape.of(2, 2);
        Tensor x = Tensor.constant(Values.of(shape, 1.0, 2, 3, 4));
        Tensor z = Tensor.constant(Values.of(shape, 1.0, -1, 0.5, 0));
        Tensor sigma = Tensor.constant(Values.of(Shape.of(2), 2.0, 1));
        // s = x̃, with x̃ = (3, 0) and (3.5, 4): σs + z is (7, −1) and (4, 4).
        Tensor loss = new AnnealedDenoising().loss((perturbed, s) -> perturbed, x, sigma, Draws.given(z));
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(loss))) {
            assertThat(executable.run(Map.of()).get(0).item()).isCloseTo((50 + 32) / 2.0 / 2, within(1e-12));
        }
    }
}
