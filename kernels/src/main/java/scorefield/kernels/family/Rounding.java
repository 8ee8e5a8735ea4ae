package scorefield.kernels.family;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Tensor;

/**
 * How far from an op's exact results a correct single-precision kernel may be.
 *
 * <p>With u = 2⁻²⁴, float arithmetic returns y·(1 + δ) with |δ| ≤ k·u for a small k that the OpenCL specification gives (an operation of
 * +, −, × has k = 1, a library function up to 16). A sum of n products returns y + √n·u·Σ|terms| at most, up to a small factor (Higham
 * &amp; Mary 2019, "A new approach to probabilistic rounding error analysis"; the worst case has n in place of √n).
 */
public interface Rounding {

    /** The unit roundoff of single precision. */
    double U = 0x1p-24;

    /** The error of a function that is a few operations and library functions, relative to its result, in units of u. */
    double FEW = 8;

    /** How many times {@link #tolerance} draws errors, and the factor by which it exceeds the largest. */
    int DRAWS = 4;

    /** See {@link #DRAWS}. */
    int SAFETY = 2;

    /** The kernel moves numbers, or computes them without an error. */
    static Rounding exact() {
        return (node, in, result) -> new double[result.length];
    }

    /** Each result is off by so many units of itself. */
    static Rounding relative(double units) {
        return (node, in, result) ->
                Arrays.stream(result).map(y -> units * U * Math.abs(y)).toArray();
    }

    /** Each result is off by so many units of 1. */
    static Rounding absolute(double units) {
        return (node, in, result) -> {
            double[] errors = new double[result.length];
            Arrays.fill(errors, units * U);
            return errors;
        };
    }

    /** Each result is the sum of so many products (or numbers). */
    static Rounding sum(int terms) {
        return sum(terms, Precision.FLOAT32);
    }

    /** Each result is the sum of so many products, whose factors are rounded to a precision. */
    static Rounding sum(int terms, Precision precision) {
        return new SumRounding(terms, precision);
    }

    /**
     * The size of the error of each result.
     *
     * @param in the inputs' numbers, exact
     * @param result what the op computes of them, or, where {@link #ofInputs} is not 0, of numbers near them
     */
    double[] ofResults(Tensor node, double[][] in, double[] result);

    /** An error that counts as one in all that the op reads, relative to each number. */
    default double ofInputs(Tensor node) {
        return 0;
    }

    /** What a correct kernel might compute: the op's results with errors of this size and random signs. */
    default double[] perturbed(Tensor node, double[][] in, RandomGenerator signs) {
        double ofInputs = ofInputs(node);
        double[][] moved = in;
        if (ofInputs > 0) {
            moved = Arrays.stream(in)
                    .map(numbers -> Arrays.stream(numbers)
                            .map(x -> x * (1 + sign(signs) * ofInputs))
                            .toArray())
                    .toArray(double[][]::new);
        }
        double[] result = node.op().evaluate(node, moved).clone();
        double[] errors = ofResults(node, in, result);
        for (int i = 0; i < result.length; i++) {
            result[i] += sign(signs) * errors[i];
        }
        return result;
    }

    private static int sign(RandomGenerator signs) {
        return signs.nextBoolean() ? 1 : -1;
    }

    /**
     * How far any result of a correct kernel may be from the exact one.
     *
     * @param in the inputs' numbers, spread evenly from −1 to 1
     */
    default double tolerance(Tensor node, double[][] in) {
        double[] exact = node.op().evaluate(node, in);
        RandomGenerator signs = new SplittableRandom(5);
        double largest = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            double[] perturbed = perturbed(node, in, signs);
            for (int i = 0; i < exact.length; i++) {
                largest = Math.max(largest, Math.abs(perturbed[i] - exact[i]));
            }
        }
        return SAFETY * largest;
    }
}
