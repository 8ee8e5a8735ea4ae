package scorefield.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.DType;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/** The generator against its published test vectors, and its numbers against their distributions. All seeds are fixed. */
class RandomTest {

    private static final int MANY = 1 << 17;

    private static Values state(int seedLow, int seedHigh, int stepLow, int stepHigh) {
        return Values.of(Shape.of(4), new int[] {seedLow, seedHigh, stepLow, stepHigh});
    }

    private static double[] draw(Random.Distribution distribution, Shape shape, Values state, int stream) {
        Tensor input = Tensor.input("state", Shape.of(4), DType.INT);
        Tensor numbers = distribution == Random.Distribution.NORMAL
                ? Tensor.randomNormal(shape, input, stream)
                : Tensor.randomUniform(shape, input, stream);
        return Reference.evaluate(Map.of(input, state), numbers).doubles();
    }

    private static double[] normal(Values state, int stream) {
        return draw(Random.Distribution.NORMAL, Shape.of(MANY), state, stream);
    }

    private static double[] uniform(Values state, int stream) {
        return draw(Random.Distribution.UNIFORM, Shape.of(MANY), state, stream);
    }

    // ---- the generator

    /** The vectors of the Random123 distribution (Salmon et al. 2011), file kat_vectors, philox4x32 10. */
    @Test
    void philoxMatchesThePublishedVectors() {
        assertThat(Random.philox(new int[4], new int[2]))
                .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(Random.philox(new int[] {-1, -1, -1, -1}, new int[] {-1, -1}))
                .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(Random.philox(
                        new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, new int[] {0xa4093822, 0x299f31d0}))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    /** The counter of elements 4k to 4k+3 is (k, stream, step), the key is the seed. */
    @Test
    void aNumberIsAFunctionOfSeedStepStreamAndIndex() {
        Values state = state(0xa4093822, 0x299f31d0, 0x13198a2e, 0x03707344);
        double[] numbers = draw(Random.Distribution.UNIFORM, Shape.of(11), state, 5);
        for (int i = 0; i < numbers.length; i++) {
            int[] words =
                    Random.philox(new int[] {i / 4, 5, 0x13198a2e, 0x03707344}, new int[] {0xa4093822, 0x299f31d0});
            assertThat(numbers[i]).isEqualTo(((words[i % 4] >>> 9) + 0.5) / (1 << 23));
        }
    }

    @Test
    void normalNumbersFollowFromUniformOnesByBoxAndMuller() {
        Values state = state(1, 2, 3, 4);
        double[] u = draw(Random.Distribution.UNIFORM, Shape.of(8), state, 0);
        double[] z = draw(Random.Distribution.NORMAL, Shape.of(8), state, 0);
        for (int i = 0; i < 8; i += 2) {
            double radius = Math.sqrt(-2 * Math.log(u[i]));
            assertThat(z[i]).isCloseTo(radius * Math.cos(2 * Math.PI * u[i + 1]), within(1e-15));
            assertThat(z[i + 1]).isCloseTo(radius * Math.sin(2 * Math.PI * u[i + 1]), within(1e-15));
        }
    }

    @Test
    void theShapeDoesNotMatter() {
        Values state = state(1, 2, 3, 4);
        double[] flat = draw(Random.Distribution.NORMAL, Shape.of(105), state, 1);
        assertThat(draw(Random.Distribution.NORMAL, Shape.of(3, 5, 7), state, 1))
                .containsExactly(flat);
        // A shorter tensor is the longer one's beginning, also where its last four are cut.
        assertThat(draw(Random.Distribution.NORMAL, Shape.of(10), state, 1)).containsExactly(Arrays.copyOf(flat, 10));
    }

    /** A tensor in parts, wherever they begin within a counter's four numbers, is the tensor in one piece. */
    @Test
    void aPartHasTheNumbersOfTheWhole() {
        Tensor whole = Tensor.input("state", Shape.of(4), DType.INT);
        Tensor part = Tensor.input("state of a part", Shape.of(5), DType.INT);
        for (int row : new int[] {1, 2, 3, 4, 7}) {
            Shape all = Shape.of(9, row);
            double[] expected = Reference.evaluate(Map.of(whole, state(1, 2, 3, 4)), Tensor.randomNormal(all, whole, 1))
                    .doubles();
            for (int first = 0; first < 9; first++) {
                for (int rows = 1; first + rows <= 9; rows++) {
                    Values state = Values.of(Shape.of(5), new int[] {1, 2, 3, 4, first});
                    double[] drawn = Reference.evaluate(
                                    Map.of(part, state), Tensor.randomNormal(Shape.of(rows, row), part, 1))
                            .doubles();
                    assertThat(drawn).containsExactly(Arrays.copyOfRange(expected, first * row, (first + rows) * row));
                }
            }
        }
        assertThatThrownBy(() -> Tensor.randomNormal(Shape.SCALAR, part, 0)).hasMessageContaining("no rows");
    }

    // ---- the distributions

    @Test
    void uniformNumbersAreInsideTheOpenIntervalAndExactInSinglePrecision() {
        for (double u : uniform(state(7, 0, 0, 0), 0)) {
            assertThat(u).isGreaterThan(0).isLessThan(1).isEqualTo((float) u);
        }
    }

    @Test
    void uniformMoments() {
        double[] u = uniform(state(7, 0, 0, 0), 0);
        assertMoment(u, 1, 1.0 / 2, 1.0 / 3);
        assertMoment(u, 2, 1.0 / 3, 1.0 / 5);
        assertMoment(u, 3, 1.0 / 4, 1.0 / 7);
    }

    @Test
    void normalMoments() {
        double[] z = normal(state(7, 0, 0, 0), 0);
        assertMoment(z, 1, 0, 1);
        assertMoment(z, 2, 1, 3);
        assertMoment(z, 3, 0, 15);
        assertMoment(z, 4, 3, 105);
    }

    /** The mean of x^k is within four of its standard deviations, √((E x^2k − (E x^k)²)/n), of its expectation. */
    private static void assertMoment(double[] numbers, int k, double expected, double expectedSquare) {
        double mean = Arrays.stream(numbers).map(x -> Math.pow(x, k)).average().orElseThrow();
        double deviation = Math.sqrt((expectedSquare - expected * expected) / numbers.length);
        assertThat(mean).as("moment %d", k).isCloseTo(expected, within(4 * deviation));
    }

    @Test
    void uniformNumbersPassKolmogorovAndSmirnov() {
        double[] u = uniform(state(11, 0, 5, 0), 2);
        Arrays.sort(u);
        assertDistribution(u, u);
    }

    @Test
    void normalNumbersPassKolmogorovAndSmirnov() {
        double[] z = normal(state(11, 0, 5, 0), 2);
        Arrays.sort(z);
        assertDistribution(
                z, Arrays.stream(z).map(RandomTest::normalDistribution).toArray());
    }

    /**
     * √n times the greatest difference between the empirical and the true distribution function exceeds 1.95 with a probability of
     * 2·exp(−2·1.95²) = 0.001.
     *
     * @param sorted the numbers, ascending
     * @param probabilities the true distribution function at them
     */
    private static void assertDistribution(double[] sorted, double[] probabilities) {
        int n = sorted.length;
        double greatest = 0;
        for (int i = 0; i < n; i++) {
            greatest = Math.max(greatest, Math.abs(probabilities[i] - (double) i / n));
            greatest = Math.max(greatest, Math.abs(probabilities[i] - (i + 1.0) / n));
        }
        assertThat(Math.sqrt(n) * greatest).isLessThan(1.95);
    }

    /** Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia 2004, "Evaluating the normal distribution"). */
    private static double normalDistribution(double x) {
        double sum = x;
        double term = x;
        for (int k = 3; sum + term != sum; k += 2) {
            term *= x * x / k;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    // ---- independence

    @Test
    void neighboursAreUncorrelated() {
        double[] z = normal(state(3, 0, 0, 0), 0);
        for (int lag = 1; lag <= 8; lag++) {
            assertUncorrelated(Arrays.copyOf(z, z.length - lag), Arrays.copyOfRange(z, lag, z.length));
        }
    }

    @Test
    void streamsStepsAndSeedsAreUncorrelated() {
        double[] z = normal(state(3, 0, 0, 0), 0);
        assertUncorrelated(z, normal(state(3, 0, 0, 0), 1));
        assertUncorrelated(z, normal(state(3, 0, 1, 0), 0));
        assertUncorrelated(z, normal(state(3, 0, 0, 1), 0));
        assertUncorrelated(z, normal(state(4, 0, 0, 0), 0));
        assertUncorrelated(z, normal(state(3, 1, 0, 0), 0));
        // Nor are they the same numbers elsewhere: their squares would show dependence that their product hides.
        assertUncorrelated(squares(z), squares(normal(state(3, 0, 1, 0), 0)));
        assertUncorrelated(squares(z), squares(normal(state(3, 0, 0, 0), 1)));
    }

    private static double[] squares(double[] z) {
        return Arrays.stream(z).map(x -> (x * x - 1) / Math.sqrt(2)).toArray();
    }

    /** For independent numbers of mean 0 and variance 1, √n times the correlation is standard normal. */
    private static void assertUncorrelated(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        assertThat(sum / Math.sqrt(a.length)).isBetween(-4.0, 4.0);
    }
}
