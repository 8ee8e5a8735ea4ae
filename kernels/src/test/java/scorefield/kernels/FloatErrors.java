package scorefield.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.autodiff.op.GroupNorm;
import scorefield.autodiff.op.GroupNormInputGradient;
import scorefield.autodiff.op.GroupNormScaleGradient;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.MatMul;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.ScatterAdd;
import scorefield.autodiff.op.Sum;
import scorefield.autodiff.op.SumPool;
import scorefield.autodiff.op.UpsampleBilinear;
import scorefield.autodiff.op.UpsampleBilinearGradient;

/**
 * How far from the exact numbers a correct single-precision device may be: a tolerance derived from the computation itself.
 *
 * <p>With u = 2⁻²⁴, an op of float arithmetic returns y·(1 + δ) with |δ| ≤ k·u for a small k that the OpenCL specification gives (an
 * operation of +, −, × has k = 1, a library function up to 16). A sum of n products returns y + √n·u·Σ|terms| at most, up to a small
 * factor (Higham &amp; Mary 2019, "A new approach to probabilistic rounding error analysis"; the worst case has n in place of √n).
 * Moving numbers about is exact. How such errors grow on their way through a graph is its conditioning, which no formula knows; so the
 * graph is evaluated in double precision a few times with errors of just that size and random signs put into every node. The
 * tolerance for a tensor is {@value #SAFETY} times the greatest deviation that this caused anywhere in it.
 */
public final class FloatErrors {

    private static final double U = 0x1p-24;
    private static final int DRAWS = 4;
    private static final int SAFETY = 2;
    /** A bound, in units of u, for any chain of a few operations and library functions. */
    private static final double FEW = 8;
    /** OpenCL's bound for pow, in units in the last place. */
    private static final double POWER = 32;
    /** Box and Muller's transform: the angle 2πu₁ has an absolute error, whatever its cosine is. */
    private static final double NORMAL_NUMBERS = 64;
    /** Below the smallest normal float a device may flush to zero. */
    private static final double TINY = 0x1p-126;

    private final List<Tensor> order;
    private final Map<Tensor, Values> feeds;
    private final Random random = new Random(5);

    private FloatErrors(List<Tensor> tensors, Map<Tensor, Values> feeds) {
        this.order = Tensor.order(tensors);
        this.feeds = feeds;
    }

    /** A tolerance for each of some tensors, given the numbers of the inputs and variables. */
    public static List<Double> tolerances(List<Tensor> tensors, Map<Tensor, Values> feeds) {
        FloatErrors errors = new FloatErrors(tensors, feeds);
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
                numbers[i] += numbers[i] == (float) numbers[i] ? 0 : sign() * U * numbers[i];
            }
        }
        return numbers;
    }

    private double[] evaluate(Tensor node, Map<Tensor, double[]> numbers, boolean perturb) {
        double[][] in = node.inputs().stream().map(numbers::get).toArray(double[][]::new);
        if (!perturb) {
            return node.op().evaluate(node, in);
        }
        if (isGroupNorm(node)) {
            return groupNorm(node, in);
        }
        double[] result = node.op().evaluate(node, in).clone();
        double[] errors = errors(node, in, result);
        for (int i = 0; i < result.length; i++) {
            result[i] += sign() * errors[i];
        }
        return result;
    }

    private int sign() {
        return random.nextBoolean() ? 1 : -1;
    }

    /** The size of the error that an op of its own adds to each of its results. */
    private static double[] errors(Tensor node, double[][] in, double[] result) {
        double[] errors = new double[result.length];
        int terms = terms(node);
        if (terms > 0) {
            double[][] absolute = new double[in.length][];
            for (int k = 0; k < in.length; k++) {
                // Indices stay as they are: they are not negative.
                absolute[k] = Arrays.stream(in[k]).map(Math::abs).toArray();
            }
            double[] sizes = node.op().evaluate(node, absolute);
            for (int i = 0; i < errors.length; i++) {
                errors[i] = Math.sqrt(terms) * U * sizes[i];
            }
        } else if (node.op() instanceof scorefield.autodiff.op.Random draw) {
            boolean normal = draw.distribution() == scorefield.autodiff.op.Random.Distribution.NORMAL;
            Arrays.fill(errors, normal ? NORMAL_NUMBERS * U : 0);
        } else if (node.op() instanceof Pointwise pointwise) {
            for (int i = 0; i < errors.length; i++) {
                errors[i] = units(pointwise) * U * Math.abs(result[i]);
            }
        }
        return errors;
    }

    /** How many products are added up to one number; 0 where nothing is. */
    private static int terms(Tensor node) {
        Shape from = node.inputs().isEmpty() ? Shape.SCALAR : node.input(0).shape();
        if (node.op() instanceof Sum) {
            int terms = from.size() / node.shape().size();
            return terms == 1 ? 0 : terms;
        } else if (node.op() instanceof MatMul product) {
            return from.dim(product.transposeA() ? 0 : 1);
        } else if (node.op() instanceof Conv2d) {
            return node.input(1).shape().range(0, 3);
        } else if (node.op() instanceof Conv2dInputGradient) {
            Shape w = node.input(1).shape();
            return w.dim(0) * w.dim(1) * w.dim(3);
        } else if (node.op() instanceof Conv2dWeightGradient) {
            return node.input(1).shape().range(0, 3);
        } else if (node.op() instanceof ScatterAdd) {
            return from.dim(0);
        } else if (node.op() instanceof SumPool pool) {
            return pool.factor() * pool.factor();
        } else if (node.op() instanceof UpsampleBilinear) {
            return 4;
        } else if (node.op() instanceof UpsampleBilinearGradient gradient) {
            return 4 * gradient.factor() * gradient.factor();
        }
        return 0;
    }

    private static double units(Pointwise f) {
        return switch (f) {
            case MAXIMUM, MINIMUM, LESS, LESS_OR_EQUAL, EQUAL, NEGATE, ABS, SIGN, IS_FINITE, SELECT -> 0;
            case ADD, SUBTRACT, MULTIPLY -> 1;
            case POWER -> POWER;
            default -> FEW;
        };
    }

    private static boolean isGroupNorm(Tensor node) {
        return node.op() instanceof GroupNorm
                || node.op() instanceof GroupNormInputGradient
                || node.op() instanceof GroupNormScaleGradient;
    }

    /** Sums over a group with arithmetic before and after: errors of that size in all it reads, and a few units in what comes out. */
    private double[] groupNorm(Tensor node, double[][] in) {
        Shape x = node.input(0).shape();
        double terms = x.range(1, 4);
        double[][] moved = new double[in.length][];
        for (int k = 0; k < in.length; k++) {
            moved[k] = in[k].clone();
            for (int i = 0; i < moved[k].length; i++) {
                moved[k][i] *= 1 + sign() * Math.sqrt(terms) * U;
            }
        }
        double[] result = node.op().evaluate(node, moved);
        double largest = largest(result);
        if (node.op() instanceof GroupNormInputGradient gradient) {
            // h − mean(h) − … is the difference of larger numbers: of nothing but those where a group has one element.
            double h = largest(in[1]) * largest(in[3]);
            largest = Math.max(largest, h / Math.sqrt(leastVariance(x, gradient.groups(), in[0]) + gradient.epsilon()));
        }
        for (int i = 0; i < result.length; i++) {
            result[i] += sign() * FEW * U * largest;
        }
        return result;
    }

    private static double largest(double[] numbers) {
        return Arrays.stream(numbers).map(Math::abs).max().orElseThrow();
    }

    /** The least variance of any group. */
    private static double leastVariance(Shape x, int groups, double[] numbers) {
        Tensor images = Tensor.constant(Values.of(x, numbers));
        Tensor grouped = images.reshape(x.dim(0), x.dim(1) * x.dim(2), groups, -1);
        Tensor variance = grouped.minus(grouped.meanKeep(1, 3)).square().mean(1, 3);
        return Arrays.stream(Reference.evaluate(variance).doubles()).min().orElseThrow();
    }
}
