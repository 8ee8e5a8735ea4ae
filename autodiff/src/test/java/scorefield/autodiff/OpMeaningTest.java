package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.autodiff.op.LogSumExp;
import scorefield.autodiff.op.Pointwise;

/** What the ops compute, against numbers worked out by hand and against their formulas in plain loops. */
class OpMeaningTest {

    private static Tensor vector(double... numbers) {
        return Tensor.constant(Values.of(Shape.of(numbers.length), numbers));
    }

    private static Tensor matrix(int rows, int columns, double... numbers) {
        return Tensor.constant(Values.of(Shape.of(rows, columns), numbers));
    }

    private static Tensor image(int h, int w, double... numbers) {
        return Tensor.constant(Values.of(Shape.of(1, h, w, 1), numbers));
    }

    private static void assertNumbers(Tensor tensor, double... expected) {
        assertThat(Reference.evaluate(tensor).doubles()).containsExactly(expected, offset(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "ADD, 5, 2, 7",
        "SUBTRACT, 5, 2, 3",
        "MULTIPLY, 5, 2, 10",
        "DIVIDE, 5, 2, 2.5",
        "POWER, 5, 2, 25",
        "POWER, 4, -0.5, 0.5",
        "MAXIMUM, 5, 2, 5",
        "MINIMUM, 5, 2, 2",
        "LESS, 2, 5, 1",
        "LESS, 5, 5, 0",
        "LESS_OR_EQUAL, 5, 5, 1",
        "LESS_OR_EQUAL, 6, 5, 0",
        "EQUAL, 5, 5, 1",
        "EQUAL, 5, 2, 0"
    })
    void functionsOfTwoNumbers(Pointwise f, double a, double b, double expected) {
        assertNumbers(new Tensor(f, List.of(vector(a), vector(b))), expected);
    }

    @ParameterizedTest
    @CsvSource({
        "NEGATE, 3, -3",
        "ABS, -3, 3",
        "SIGN, -3, -1",
        "SIGN, 0, 0",
        "IS_FINITE, 3, 1",
        "IS_FINITE, NaN, 0",
        "IS_FINITE, -Infinity, 0",
        "EXP, 1, 2.718281828459045",
        "EXPM1, 1e-12, 1e-12",
        "LOG, 2.718281828459045, 1",
        "SQRT, 9, 3",
        "SIN, 1.5707963267948966, 1",
        "COS, 3.141592653589793, -1",
        "TANH, 0.5493061443340549, 0.5",
        "SIGMOID, 1.0986122886681098, 0.75",
        "SIGMOID, -800, 0",
        "SOFTPLUS, 0, 0.6931471805599453",
        "SOFTPLUS, 800, 800",
        "SOFTPLUS, -800, 0"
    })
    void functionsOfOneNumber(Pointwise f, double a, double expected) {
        assertNumbers(new Tensor(f, List.of(vector(a))), expected);
    }

    @Test
    void selectTakesTheSecondWhereTheFirstIsNotZero() {
        assertNumbers(Tensor.select(vector(1, 0, -2), vector(1, 2, 3), vector(4, 5, 6)), 1, 5, 3);
    }

    @Test
    void composedFunctions() {
        double sigmoidOf2 = 1 / (1 + Math.exp(-2));
        assertNumbers(vector(-2, 0, 2).silu(), -2 * (1 - sigmoidOf2), 0, 2 * sigmoidOf2);
        assertNumbers(vector(-2, 0, 2).relu(), 0, 0, 2);
        assertNumbers(vector(-2, 0, 2).elu(), Math.exp(-2) - 1, 0, 2);
        assertNumbers(vector(-2, 0, 2).square(), 4, 0, 4);
        assertNumbers(vector(1, 5).greaterThan(vector(3, 3)), 0, 1);
    }

    @Test
    void broadcastingAlignsToTheRight() {
        assertNumbers(matrix(2, 3, 1, 2, 3, 4, 5, 6).plus(vector(10, 20, 30)), 11, 22, 33, 14, 25, 36);
        assertNumbers(matrix(2, 3, 1, 2, 3, 4, 5, 6).times(matrix(2, 1, 1, -1)), 1, 2, 3, -4, -5, -6);
        assertNumbers(vector(1, 2).broadcastTo(Shape.of(2, 2)), 1, 2, 1, 2);
    }

    @Test
    void reductions() {
        Tensor x = matrix(2, 3, 1, 2, 3, 4, 5, 9);
        assertNumbers(x.sum(), 24);
        assertNumbers(x.sum(0), 5, 7, 12);
        assertNumbers(x.sum(-1), 6, 18);
        assertNumbers(x.mean(1), 2, 6);
        assertNumbers(x.max(0), 4, 5, 9);
        assertThat(x.sumKeep(0).shape()).isEqualTo(Shape.of(1, 3));
        assertThat(x.sum(0).shape()).isEqualTo(Shape.of(3));
        assertThat(x.sum().shape()).isEqualTo(Shape.SCALAR);
    }

    @Test
    void softmaxAndLogSumExp() {
        Tensor x = matrix(2, 3, 0, Math.log(2), Math.log(5), 0, 0, Math.log(2));
        assertNumbers(x.softmax(1), 0.125, 0.25, 0.625, 0.25, 0.25, 0.5);
        assertNumbers(x.softmax(0), 0.5, 2 / 3.0, 5 / 7.0, 0.5, 1 / 3.0, 2 / 7.0);
        assertNumbers(x.logSumExp(-1), Math.log(8), Math.log(4));
        assertThat(x.softmax(-1).shape()).isEqualTo(Shape.of(2, 3));
        assertThat(x.logSumExp(0).shape()).isEqualTo(Shape.of(3));
        assertThat(new Tensor(new LogSumExp(0), List.of(x)).shape()).isEqualTo(Shape.of(1, 3));
    }

    @Test
    void softmaxAndLogSumExpDoNotOverflow() {
        assertNumbers(vector(1e6, 1e6, -1e6).softmax(0), 0.5, 0.5, 0);
        assertNumbers(vector(-1e6, -1e6).softmax(0), 0.5, 0.5);
        assertNumbers(vector(1000, 1000).logSumExp(0), 1000 + Math.log(2));
        assertNumbers(vector(-1000, -1000).logSumExp(0), -1000 + Math.log(2));
        assertNumbers(vector(3, Double.NEGATIVE_INFINITY).softmax(0), 1, 0);
        assertNumbers(vector(3, Double.NEGATIVE_INFINITY).logSumExp(0), 3);
    }

    @Test
    void movements() {
        Tensor x = matrix(2, 3, 1, 2, 3, 4, 5, 6);
        assertNumbers(x.transpose(1, 0), 1, 4, 2, 5, 3, 6);
        assertNumbers(x.slice(1, 1, 3), 2, 3, 5, 6);
        assertNumbers(vector(1, 2).pad(0, 1, 2), 0, 1, 2, 0, 0);
        assertNumbers(Tensor.concatenate(1, List.of(x, matrix(2, 1, 7, 8))), 1, 2, 3, 7, 4, 5, 6, 8);
        assertThat(x.reshape(3, -1).shape()).isEqualTo(Shape.of(3, 2));
        // The permutation says where each axis of the result comes from.
        assertThat(Tensor.zeros(Shape.of(2, 3, 5)).transpose(2, 0, 1).shape()).isEqualTo(Shape.of(5, 2, 3));
    }

    @Test
    void tables() {
        Tensor indices = Tensor.constant(Values.of(Shape.of(3), new int[] {1, 0, 1}));
        assertNumbers(matrix(2, 2, 1, 2, 3, 4).gather(indices), 3, 4, 1, 2, 3, 4);
        assertNumbers(matrix(3, 2, 1, 2, 3, 4, 5, 6).scatterAdd(indices, 3), 3, 4, 6, 8, 0, 0);
    }

    @Test
    void bytesAreUnsigned() {
        Tensor bytes = Tensor.constant(Values.of(Shape.of(3), new byte[] {0, 127, (byte) 200}));
        assertNumbers(bytes.toFloat(), 0, 127, 200);
    }

    @Test
    void matrixProduct() {
        Tensor a = matrix(2, 3, 1, 2, 3, 4, 5, 6);
        Tensor b = matrix(3, 2, 7, 8, 9, 10, 11, 12);
        assertNumbers(a.matmul(b), 58, 64, 139, 154);
        assertNumbers(a.transpose(1, 0).matmul(b, true, false), 58, 64, 139, 154);
        assertNumbers(a.matmul(b.transpose(1, 0), false, true), 58, 64, 139, 154);
    }

    @Test
    void matrixProductsOfABatch() {
        Tensor a = Tensor.constant(Values.of(Shape.of(2, 1, 2), 1.0, 2.0, 3.0, 4.0));
        Tensor b = Tensor.constant(Values.of(Shape.of(2, 2, 2), 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0));
        assertNumbers(a.matmul(b), 7, 10, 43, 50);
        assertNumbers(a.matmul(b, false, true), 5, 11, 39, 53);
        assertNumbers(a.matmul(matrix(2, 1, 10, 1)), 12, 34);
        assertNumbers(matrix(1, 2, 10, 1).matmul(b), 13, 24, 57, 68);
        assertThat(Tensor.zeros(Shape.of(4, 1, 2, 3))
                        .matmul(Tensor.zeros(Shape.of(5, 7, 3)), false, true)
                        .shape())
                .isEqualTo(Shape.of(4, 5, 2, 7));
    }

    @Test
    void convolutionIsCrossCorrelationOnImagesPaddedWithZeros() {
        Tensor x = image(2, 2, 1, 2, 3, 4);
        Tensor w = Tensor.constant(Values.of(Shape.of(2, 2, 1, 1), 1.0, 10.0, 100.0, 1000.0));
        assertNumbers(x.conv2d(w, 1, 0), 4321);
        assertNumbers(x.conv2d(w, 1, 1), 1000, 2100, 200, 3010, 4321, 402, 30, 43, 4);
        assertNumbers(x.conv2d(w, 2, 1), 1000, 200, 30, 4);
    }

    /** The formula of its Javadoc, term by term, on several channels and a kernel that is not square. */
    @Test
    void convolutionIsItsFormula() {
        int stride = 2;
        int padding = 1;
        Shape xs = Shape.of(2, 6, 5, 3);
        Shape ws = Shape.of(3, 2, 3, 4);
        double[] x = LinearMap.normal(xs, new Random(1));
        double[] w = LinearMap.normal(ws, new Random(2));
        Tensor y = Tensor.constant(Values.of(xs, x)).conv2d(Tensor.constant(Values.of(ws, w)), stride, padding);
        assertThat(y.shape()).isEqualTo(Shape.of(2, 3, 3, 4));
        double[] actual = Reference.evaluate(y).doubles();
        for (int k = 0; k < actual.length; k++) {
            int o = k % 4;
            int j = k / 4 % 3;
            int i = k / 12 % 3;
            int n = k / 36;
            double expected = 0;
            for (int a = 0; a < 3; a++) {
                for (int b = 0; b < 2; b++) {
                    int row = i * stride + a - padding;
                    int column = j * stride + b - padding;
                    for (int c = 0; c < 3 && row >= 0 && row < 6 && column >= 0 && column < 5; c++) {
                        expected += x[((n * 6 + row) * 5 + column) * 3 + c] * w[((a * 2 + b) * 3 + c) * 4 + o];
                    }
                }
            }
            assertThat(actual[k]).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void groupNormTakesEachImagesGroupsOfNeighbouringChannels() {
        // Two images of one pixel, four channels, two groups: (1, 3), (10, 50); (−2, 2), (7, 7).
        Tensor x = Tensor.constant(Values.of(Shape.of(2, 1, 1, 4), 1.0, 3.0, 10.0, 50.0, -2.0, 2.0, 7.0, 7.0));
        Tensor scale = vector(1, 1, 2, 2);
        Tensor shift = vector(0, 0, 0, 5);
        double epsilon = 5;
        double a = 1 / Math.sqrt(1 + epsilon);
        double b = 2 * 20 / Math.sqrt(400 + epsilon);
        double c = 2 / Math.sqrt(4 + epsilon);
        assertNumbers(x.groupNorm(scale, shift, 2, epsilon), -a, a, -b, 5 + b, -c, c, 0, 5);
    }

    @Test
    void groupNormWithSiluIsSiluOfGroupNorm() {
        Tensor x = LinearMap.constant(Shape.of(2, 3, 3, 6), 1);
        Tensor scale = LinearMap.constant(Shape.of(6), 2);
        Tensor shift = LinearMap.constant(Shape.of(6), 3);
        assertNumbers(
                x.groupNormSilu(scale, shift, 3, 1e-5),
                Reference.evaluate(x.groupNorm(scale, shift, 3, 1e-5).silu()).doubles());
    }

    @Test
    void resizing() {
        Tensor x = image(1, 2, 1, 5);
        assertNumbers(x.upsampleNearest(2), 1, 1, 5, 5, 1, 1, 5, 5);
        // Centres at −¼, ¼, ¾, 1¼ of the input, kept within the image.
        assertNumbers(x.upsampleBilinear(2), 1, 2, 4, 5, 1, 2, 4, 5);
        assertNumbers(image(2, 2, 1, 2, 3, 4).sumPool(2), 10);
        assertNumbers(image(2, 4, 1, 2, 3, 4, 5, 6, 7, 8).averagePool(2), 3.5, 5.5);
    }

    @Test
    void equalMaximaShareTheCotangent() {
        Tensor x = vector(1, 3, 3);
        assertNumbers(Gradients.of(x.max(), x), 0, 0.5, 0.5);
    }

    @Test
    void ofTwoEqualArgumentsTheFirstGetsTheCotangent() {
        Tensor a = vector(1, 2);
        Tensor b = vector(1, 3);
        assertNumbers(Gradients.of(a.maximum(b).sum(), a), 1, 0);
        assertNumbers(Gradients.of(a.maximum(b).sum(), b), 0, 1);
        assertNumbers(Gradients.of(a.minimum(b).sum(), a), 1, 1);
        assertNumbers(Gradients.of(a.minimum(b).sum(), b), 0, 0);
    }

    /** Powers with constant exponents are polynomials at 0 as well: no 0·∞ on the way. */
    @Test
    void derivativesOfConstantPowersAtZero() {
        for (int exponent = 0; exponent <= 3; exponent++) {
            Tensor x = Tensor.scalar(0);
            Tensor y = x.pow(exponent);
            double factorial = 1;
            for (int order = 0; order <= 4; order++) {
                factorial *= Math.max(1, order);
                assertNumbers(y, order == exponent ? factorial : 0);
                y = Gradients.of(y, x);
            }
        }
    }
}
