package scorefield.kernels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import scorefield.autodiff.DType;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * A program made from a list of small instructions, each of which makes one more tensor from those before it.
 *
 * <p>Every tensor's shape broadcasts with one common shape of rank 3, so that any two tensors can meet. Numbers stay moderate: factors
 * are bounded and sums are scaled. Conditions are taken of inputs alone, whose numbers are the same on every device; a condition of
 * computed numbers could rightly come out either way. So in a graph that is differentiated, where |x| and max(x, y) would bring such conditions,
 * smooth functions stand in their places.
 */
public final class RandomGraph {

    /**
     * Makes one tensor.
     *
     * @param op which way
     * @param a the first operand
     * @param b the second operand
     * @param k an axis, an amount: whatever the way needs
     */
    public record Instruction(int op, int a, int b, int k) {}

    private final Shape common;
    private final List<Tensor> pool = new ArrayList<>();
    private final List<Tensor> variables = new ArrayList<>();
    private final Tensor selector;
    private final Tensor rows;
    /** The weights of a convolution. */
    private final Tensor kernel;

    private final boolean smooth;
    private final Map<Tensor, Values> leaves = new LinkedHashMap<>();
    private final Program program;

    /** A graph that is not differentiated but for parts of it. */
    public RandomGraph(
            Shape common, List<Instruction> instructions, List<Integer> fetches, List<Integer> updates, long seed) {
        this(common, instructions, fetches, updates, seed, 0);
    }

    /**
     * A graph, and its derivatives.
     *
     * @param order how often it is differentiated: 0, 1 or 2 times, by a variable, an input and a convolution's weights
     */
    public RandomGraph(
            Shape common,
            List<Instruction> instructions,
            List<Integer> fetches,
            List<Integer> updates,
            long seed,
            int order) {
        this.common = common;
        this.smooth = order > 0;
        Random random = new Random(seed);
        selector = normal(Tensor.input("selector", common), random);
        pool.add(selector);
        pool.add(normal(Tensor.input("row", Shape.of(common.dim(2))), random));
        pool.add(normal(Tensor.input("column", common.with(0, 1).with(2, 1)), random));
        pool.add(normal(Tensor.input("scalar", Shape.SCALAR), random));
        Tensor image = Tensor.input("image", common, DType.BYTE);
        byte[] bytes = new byte[common.size()];
        random.nextBytes(bytes);
        leaves.put(image, Values.of(common, bytes));
        pool.add(image.toFloat().over(255));
        rows = Tensor.input("rows", Shape.of(common.dim(0)), DType.INT);
        leaves.put(
                rows,
                Values.of(
                        rows.shape(),
                        random.ints(common.dim(0), 0, common.dim(0)).toArray()));
        int channels = common.dim(2);
        kernel = normal(Tensor.input("kernel", Shape.of(3, 3, channels, channels)), random);
        pool.add(Tensor.fill(common, 0.5));
        for (Shape shape : List.of(common, common, common.with(1, 1))) {
            Tensor variable = normal(Tensor.variable("v" + variables.size(), shape), random);
            variables.add(variable);
            pool.add(variable);
        }
        instructions.forEach(instruction -> pool.add(make(instruction)));
        Map<Tensor, Tensor> updated = new LinkedHashMap<>();
        for (int i = 0; i < updates.size(); i++) {
            Tensor variable = variables.get(i % variables.size());
            updated.put(variable, fit(pick(updates.get(i)), variable.shape()));
        }
        List<Tensor> fetched = new ArrayList<>(fetches.stream().map(this::pick).toList());
        Tensor whole = Tensor.scalar(0);
        for (Tensor tensor : fetched) {
            whole = whole.plus(tensor.sin().sum());
        }
        List<Tensor> by = List.of(variables.get(0), pool.get(1), kernel);
        for (int i = 0; i < order; i++) {
            List<Tensor> gradients = Gradients.of(whole, by);
            fetched.addAll(gradients);
            whole = Tensor.scalar(0);
            for (Tensor gradient : gradients) {
                whole = whole.plus(gradient.sin().sum());
            }
        }
        program = new Program(fetched, updated);
    }

    public Program program() {
        return program;
    }

    /** Numbers for all inputs and variables. */
    public Map<Tensor, Values> leaves() {
        return leaves;
    }

    private Tensor normal(Tensor leaf, Random random) {
        float[] numbers = new float[leaf.shape().size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        leaves.put(leaf, Values.of(leaf.shape(), numbers));
        return leaf;
    }

    /** Late tensors more often than early ones, so that graphs become deep. */
    private Tensor pick(int which) {
        int back = Math.min(which % pool.size(), which / 7 % pool.size());
        return pool.get(pool.size() - 1 - back);
    }

    /** A tensor brought to a shape that it broadcasts with. */
    private static Tensor fit(Tensor tensor, Shape shape) {
        int[] dims = IntStream.range(0, 3)
                .map(axis ->
                        axis < 3 - tensor.shape().rank() ? 1 : tensor.shape().dim(axis - 3))
                .toArray();
        int[] folded = IntStream.range(0, 3)
                .filter(axis -> shape.dim(axis) == 1 && dims[axis] > 1)
                .toArray();
        Tensor whole = tensor.reshape(dims);
        return (folded.length == 0 ? whole : whole.sumKeep(folded).times(0.1)).broadcastTo(shape);
    }

    private Tensor make(Instruction i) {
        Tensor a = pick(i.a);
        Tensor b = pick(i.b);
        int axis = i.k % 3;
        int extent = common.dim(axis);
        return switch (i.op) {
            case 0 -> a.plus(b);
            case 1 -> a.minus(b.times(0.5));
            case 2 -> a.times(b.sin());
            case 3 -> a.over(b.square().plus(1));
            case 4 -> smooth ? a.minus(b).softplus().plus(b) : a.maximum(b);
            case 5 -> (smooth ? a.minus(a.minus(b).softplus()) : a.minimum(b)).tanh();
            case 6 -> Tensor.select(selector.lessThan(Tensor.scalar(i.k / 10.0 - 0.5)), a, b);
            case 7 -> a.silu();
            case 8 -> a.sigmoid().log();
            case 9 -> (smooth ? a.square() : a.abs()).plus(0.1).sqrt();
            case 10 -> (smooth ? a.softplus() : a.softplus().elu()).negate();
            case 11 -> a.tanh().exp().times(b.cos());
            case 12 -> fit(a, common).sumKeep(axis).times(0.1);
            case 13 -> fit(a, common).sum(axis).times(0.1).reshape(common.with(axis, 1));
            case 14 -> a.sum().times(0.01);
            case 15 -> {
                Tensor along = fit(a, common);
                yield (smooth ? along.logSumExp(axis) : along.max(axis)).reshape(common.with(axis, 1));
            }
            case 16 -> fit(a, common).reshape(-1).sin().reshape(common);
            case 17 -> fit(a, common).transpose(2, 0, 1).times(2).transpose(1, 2, 0);
            case 18 -> fit(a, common).slice(axis, i.k % extent, i.k % extent + 1);
            case 19 -> fit(a, common).slice(axis, 0, (extent + 1) / 2).pad(axis, 0, extent / 2);
            case 20 -> {
                int cut = i.k % extent;
                yield cut == 0
                        ? Tensor.concatenate(axis, List.of(fit(b, common)))
                        : Tensor.concatenate(
                                axis,
                                List.of(
                                        fit(a, common).slice(axis, 0, cut),
                                        fit(b, common).slice(axis, cut, extent)));
            }
            case 21 -> fit(a, common).gather(rows);
            case 22 -> fit(a, common).scatterAdd(rows, common.dim(0));
            case 23 -> {
                Tensor flat = fit(a, common).reshape(common.dim(0) * common.dim(1), common.dim(2));
                Tensor other = fit(b, common).reshape(common.dim(0) * common.dim(1), common.dim(2));
                yield flat.matmul(other, false, true)
                        .times(0.1)
                        .matmul(flat)
                        .times(0.1)
                        .reshape(common);
            }
            case 24 -> Gradients.of(a.sin().sum(), pool.get(i.k % 4));
            case 25 -> Gradients.of(fit(a, common).times(fit(b, common)).tanh().sum(), variables.get(i.k % 3));
            case 26 -> a.copy();
            case 27 -> {
                // Halves of a variable, exchanged: what an update must not overwrite too soon.
                Tensor variable = fit(variables.get(i.b % 3), common);
                yield extent == 1
                        ? variable.times(2)
                        : Tensor.concatenate(
                                axis,
                                List.of(
                                        variable.slice(axis, extent / 2, extent).times(0.5),
                                        variable.slice(axis, 0, extent / 2).plus(0.25)));
            }
            case 28 -> fit(a, common).gather(Tensor.constant(Values.of(Shape.of(1), new int[] {i.k % common.dim(0)})));
            case 29 -> fit(a, common).broadcastTo(common);
            case 30 -> {
                // The weights depend on b, too: the gradient goes both ways.
                Tensor weights = kernel.times(b.sum().times(0.001).tanh().plus(1));
                yield image(a).conv2d(weights, 1, 1)
                        .times(0.3 / Math.sqrt(9 * common.dim(2)))
                        .reshape(common);
            }
            case 31 -> normalised(a, b, i.k);
            case 32 -> image(a).upsampleNearest(2).sin().averagePool(2).reshape(common);
            case 33 -> image(a).upsampleBilinear(2).tanh().sumPool(2).times(0.3).reshape(common);
            case 34 -> fit(a, common).softmax(axis).times(fit(b, common).cos());
            case 35 -> {
                // A product for each of the rows along the first axis.
                Tensor left = fit(a, common).tanh();
                yield left.matmul(fit(b, common).tanh(), false, true)
                        .times(0.1)
                        .matmul(left)
                        .times(0.1);
            }
            case 36 -> fit(a, common).logSumExp(axis).reshape(common.with(axis, 1));
            case 37 -> {
                Tensor once = Gradients.of(fit(a, common).tanh().square().sum(), variables.get(i.k % 3));
                yield Gradients.of(once.sin().sum(), variables.get(i.k / 3 % 3));
            }
            default -> throw new IllegalArgumentException("there is no way " + i.op);
        };
    }

    /** A tensor as one image: the first two axes are height and width, the last one the channels. */
    private Tensor image(Tensor tensor) {
        return fit(tensor, common).reshape(1, common.dim(0), common.dim(1), common.dim(2));
    }

    /** Group norm, with SiLU or without, of numbers that vary enough for it not to magnify what rounding left. */
    private Tensor normalised(Tensor a, Tensor b, int k) {
        int channels = common.dim(2);
        int groups = channels % 4 == 0 && k % 2 == 0 ? 4 : 1;
        Tensor images = fit(a, common).tanh().plus(selector).reshape(1, common.dim(0), common.dim(1), channels);
        Tensor scale = pool.get(1).plus(b.sum().times(0.001).tanh());
        Tensor shift = pool.get(1).sin();
        Tensor normed = k % 3 == 0
                ? images.groupNorm(scale, shift, groups, 0.1)
                : images.groupNormSilu(scale, shift, groups, 0.1);
        return normed.reshape(common);
    }

    /** How many ways {@link Instruction#op} chooses from. */
    public static final int OPS = 38;
}
