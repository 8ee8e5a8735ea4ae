package scorefield.kernels.family;

import java.util.Arrays;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Tensor;

/**
 * The rounding of sums of products.
 *
 * @param terms how many products are added up to one number
 * @param precision to which their factors are rounded
 */
record SumRounding(int terms, Precision precision) implements Rounding {

    /**
     * The roundings of a sum of K products add up to a standard deviation of at most u·s·K/√2 (u = 2⁻²⁴, s that of one product), whatever
     * the order; s = 1/3 for numbers spread evenly from −1 to 1. Winograd's transforms magnify it about three times. Six times that does
     * not occur by chance: 6·3/(3√2) ≈ 4.
     */
    private static final double ROUNDINGS = 4;

    /**
     * A factor that is rounded with a relative error of at most v changes a product by a standard deviation of at most v·s, two factors by
     * √2·v·s, and a sum of K products by √(2K)·v·s, as the errors are independent. Six times that, with s = 1/3, is 2√2·√K·v ≈ 3·√K·v.
     */
    private static final double ROUNDINGS_OF_FACTORS = 3;

    private static final int LEAST_TERMS = 16;

    @Override
    public double ofInputs(Tensor node) {
        return precision.unitRoundoff();
    }

    @Override
    public double[] ofResults(Tensor node, double[][] in, double[] result) {
        // Indices stay as they are: they are not negative.
        double[][] absolute = Arrays.stream(in)
                .map(numbers -> Arrays.stream(numbers).map(Math::abs).toArray())
                .toArray(double[][]::new);
        double[] sizes = node.op().evaluate(node, absolute);
        return Arrays.stream(sizes).map(size -> Math.sqrt(terms) * U * size).toArray();
    }

    @Override
    public double tolerance(Tensor node, double[][] in) {
        int most = Math.max(LEAST_TERMS, terms);
        return ROUNDINGS * U * most + ROUNDINGS_OF_FACTORS * precision.unitRoundoff() * Math.sqrt(most);
    }
}
