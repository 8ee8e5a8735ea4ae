package scorefield.kernels.family;

import java.util.Arrays;
import scorefield.autodiff.Tensor;

/**
 * The rounding of sums of products.
 *
 * @param terms how many products are added up to one number
 */
record SumRounding(int terms) implements Rounding {

    /**
     * The roundings of a sum of K products add up to a standard deviation of at most u·s·K/√2 (u = 2⁻²⁴, s that of one product), whatever
     * the order; s = 1/3 for numbers spread evenly from −1 to 1. Winograd's transforms magnify it about three times. Six times that does
     * not occur by chance: 6·3/(3√2) ≈ 4.
     */
    private static final double ROUNDINGS = 4;

    private static final int LEAST_TERMS = 16;

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
        return ROUNDINGS * U * Math.max(LEAST_TERMS, terms);
    }
}
