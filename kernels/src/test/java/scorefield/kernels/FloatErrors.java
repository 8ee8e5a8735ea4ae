package scorefield.kernels;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Leaf;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Rounding;

/**
 * How far from the exact numbers a correct single-precision device may be: a tolerance derived from the computation itself.
 *
 * <p>What an op adds of its own, its {@link Rounding} says. How such errors grow on their way through a graph is its conditioning, which
 * no formula knows; so the graph is evaluated in double precision a few times with errors of just that size and random signs put into
 * every node. The tolerance for a tensor is {@value #SAFETY} times the greatest deviation that this caused anywhere in it.
 */
public final class FloatErrors {

    private static final int DRAWS = 4;
    private static final int SAFETY = 2;
    /** Below the smallest normal float a device may flush to zero. */
    private static final double TINY = 0x1p-126;

    private final List<Tensor> order;
    private final Map<Tensor, Values> feeds;
    private final Precision precision;
    private final Random random = new Random(5);

    private FloatErrors(List<Tensor> tensors, Map<Tensor, Values> feeds, Precision precision) {
        this.order = Tensor.order(tensors);
        this.feeds = feeds;
        this.precision = precision;
    }

    /** A tolerance for each of some tensors, given the numbers of the inputs and variables. */
    public static List<Double> tolerances(List<Tensor> tensors, Map<Tensor, Values> feeds) {
        return tolerances(tensors, feeds, Precision.FLOAT32);
    }

    /** The same where matrices are multiplied in a lower precision. */
    public static List<Double> tolerances(List<Tensor> tensors, Map<Tensor, Values> feeds, Precision precision) {
        FloatErrors errors = new FloatErrors(tensors, feeds, precision);
        Map<Tensor, double[]> exact = errors.evaluate(false);
        double[] tolerances = new double[tensors.size()];
        for (int draw = 0; draw < DRAWS; draw++) {
            Map<Tensor, double[]> perturbed = errors.evaluate(true);
            for (int k = 0; k < tolerances.length; k++) {
                double[] a = exact.get(tensors.get(k));
                double[] b = perturbed.get(tensors.get(k));
                for (int i = 0; i < a.length; i++) {
                    double deviation = Math.abs(a[i] - b[i]);
                    if (Double.isFinite(deviation)) {
                        tolerances[k] = Math.max(tolerances[k], deviation);
                    }
                }
            }
        }
        List<Double> result = new ArrayList<>();
        for (double tolerance : tolerances) {
            result.add(SAFETY * tolerance + TINY);
        }
        return result;
    }

    private Map<Tensor, double[]> evaluate(boolean perturb) {
        Map<Tensor, double[]> numbers = new IdentityHashMap<>();
        for (Tensor node : order) {
            numbers.put(node, node.op() instanceof Leaf ? leaf(node, perturb) : evaluate(node, numbers, perturb));
        }
        return numbers;
    }

    private double[] leaf(Tensor node, boolean perturb) {
        if (!(node.op() instanceof Constant constant)) {
            return feeds.get(node).doubles();
        }
        double[] numbers = constant.values().doubles();
        if (perturb) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] += numbers[i] == (float) numbers[i]
                        ? 0
                        : (random.nextBoolean() ? 1 : -1) * Rounding.U * numbers[i];
            }
        }
        return numbers;
    }

    private double[] evaluate(Tensor node, Map<Tensor, double[]> numbers, boolean perturb) {
        double[][] in = node.inputs().stream().map(numbers::get).toArray(double[][]::new);
        if (!perturb) {
            return node.op().evaluate(node, in);
        }
        return Families.compute(node)
                ? Families.of(node.op()).rounding(node, precision).perturbed(node, in, random)
                : lowered(node, numbers);
    }

    /** What no family computes rounds as its lowering does. */
    private double[] lowered(Tensor node, Map<Tensor, double[]> numbers) {
        Tensor lowering = node.op().lowered(node).orElseThrow();
        Map<Tensor, double[]> all = new IdentityHashMap<>(numbers);
        for (Tensor inner : Tensor.order(List.of(lowering))) {
            if (!all.containsKey(inner)) {
                all.put(inner, inner.op() instanceof Leaf ? leaf(inner, true) : evaluate(inner, all, true));
            }
        }
        return all.get(lowering);
    }
}
