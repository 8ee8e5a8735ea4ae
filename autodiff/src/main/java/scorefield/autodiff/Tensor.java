package scorefield.autodiff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Gather;
import scorefield.autodiff.op.GroupNorm;
import scorefield.autodiff.op.Input;
import scorefield.autodiff.op.LogSumExp;
import scorefield.autodiff.op.MatMul;
import scorefield.autodiff.op.Max;
import scorefield.autodiff.op.Pad;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Random;
import scorefield.autodiff.op.Reshape;
import scorefield.autodiff.op.ScatterAdd;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.Softmax;
import scorefield.autodiff.op.Sum;
import scorefield.autodiff.op.SumPool;
import scorefield.autodiff.op.ToFloat;
import scorefield.autodiff.op.Transpose;
import scorefield.autodiff.op.UpsampleBilinear;
import scorefield.autodiff.op.UpsampleNearest;
import scorefield.autodiff.op.Variable;

/**
 * A node of a computation graph: an op, its inputs, and the shape and type of its result. It holds no numbers.
 *
 * <p>Tensors are immutable and are compared by identity. The methods make new nodes; nothing is computed until a {@link Device} compiles
 * and runs a {@link Program}. Binary methods broadcast as NumPy does: shapes are right-aligned, and an extent of 1 stretches.
 *
 * <p>In the comments on its methods, a tensor is called x, or a where there is a second one, b.
 */
public final class Tensor {

    private final Op op;
    private final List<Tensor> inputs;
    private final Shape shape;
    private final DType dtype;
    private final String name;

    /**
     * A node.
     *
     * @throws IllegalArgumentException if the inputs do not fit the op
     */
    public Tensor(Op op, List<Tensor> inputs) {
        this(op, inputs, "");
    }

    private Tensor(Op op, List<Tensor> inputs, String name) {
        this.op = op;
        this.inputs = List.copyOf(inputs);
        this.shape = op.shape(this.inputs);
        this.dtype = op.dtype(this.inputs);
        this.name = name;
    }

    private static Tensor node(Op op, Tensor... inputs) {
        return new Tensor(op, Arrays.asList(inputs));
    }

    // ---- leaves

    /** A leaf that is fed at each run. */
    public static Tensor input(String name, Shape shape, DType dtype) {
        return new Tensor(new Input(shape, dtype), List.of(), name);
    }

    /** A leaf of type {@link DType#FLOAT} that is fed at each run. */
    public static Tensor input(String name, Shape shape) {
        return input(name, shape, DType.FLOAT);
    }

    /** A leaf that lives on the device from run to run and is updated by programs. */
    public static Tensor variable(String name, Shape shape, DType dtype) {
        return new Tensor(new Variable(shape, dtype), List.of(), name);
    }

    /** A leaf of type {@link DType#FLOAT} that lives on the device from run to run and is updated by programs. */
    public static Tensor variable(String name, Shape shape) {
        return variable(name, shape, DType.FLOAT);
    }

    /** A leaf whose numbers are part of the program. */
    public static Tensor constant(Values values) {
        return node(new Constant(values));
    }

    /** A constant number. */
    public static Tensor scalar(double value) {
        return constant(Values.scalar(value));
    }

    /** The same number everywhere. */
    public static Tensor fill(Shape shape, double value) {
        return scalar(value).broadcastTo(shape);
    }

    /** Zero everywhere. */
    public static Tensor zeros(Shape shape) {
        return fill(shape, 0);
    }

    /**
     * Standard normal numbers from Philox4x32-10, by Box and Muller's transform.
     *
     * @param state INT[4], or INT[5] for a part of a tensor, as in {@link Random}
     * @param stream a different number for each random tensor of a program
     */
    public static Tensor randomNormal(Shape shape, Tensor state, int stream) {
        return node(new Random(Random.Distribution.NORMAL, shape, stream), state);
    }

    /** Numbers from Philox4x32-10, uniform on the open interval (0, 1). See {@link #randomNormal}. */
    public static Tensor randomUniform(Shape shape, Tensor state, int stream) {
        return node(new Random(Random.Distribution.UNIFORM, shape, stream), state);
    }

    // ---- properties

    /** The op that computes this tensor from its inputs. */
    public Op op() {
        return op;
    }

    /** The tensors that this one is computed from, in the order in which the op takes them; not to be changed. */
    public List<Tensor> inputs() {
        return inputs;
    }

    /** One of the {@link #inputs}, from 0. */
    public Tensor input(int index) {
        return inputs.get(index);
    }

    /** The extents of the result. */
    public Shape shape() {
        return shape;
    }

    /** The type of the result's numbers. */
    public DType dtype() {
        return dtype;
    }

    /** The given name, or an empty string. */
    public String name() {
        return name;
    }

    /** A new node with the same op and inputs and a name, which errors and listings show. */
    public Tensor named(String newName) {
        return new Tensor(op, inputs, newName);
    }

    /** A new node with the same op and name and other inputs: for rewriting a graph. */
    public Tensor withInputs(List<Tensor> newInputs) {
        return new Tensor(op, newInputs, name);
    }

    /** A new node with the same numbers. */
    public Tensor copy() {
        return node(new Reshape(shape), this);
    }

    /** Everything that the given tensors are computed from, themselves included, each after its inputs. */
    public static List<Tensor> order(Collection<Tensor> roots) {
        List<Tensor> order = new ArrayList<>();
        Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        // Depth first with an explicit stack: a graph with gradients of gradients is deeper than a thread's stack.
        Deque<Tensor> path = new ArrayDeque<>();
        Deque<Integer> next = new ArrayDeque<>();
        for (Tensor root : roots) {
            if (seen.add(root)) {
                path.push(root);
                next.push(0);
            }
            while (!path.isEmpty()) {
                Tensor node = path.peek();
                int k = next.pop();
                if (k == node.inputs.size()) {
                    order.add(path.pop());
                    continue;
                }
                next.push(k + 1);
                Tensor input = node.inputs.get(k);
                if (seen.add(input)) {
                    path.push(input);
                    next.push(0);
                }
            }
        }
        return order;
    }

    @Override
    public String toString() {
        return (name.isEmpty() ? op.label() : name) + " " + dtype + " " + shape;
    }

    // ---- pointwise arithmetic

    private Tensor binary(Pointwise pointwise, Tensor other) {
        Shape common = Shape.broadcast(pointwise.label(), shape, other.shape);
        return node(pointwise, broadcastTo(common), other.broadcastTo(common));
    }

    /** a + b. */
    public Tensor plus(Tensor other) {
        return binary(Pointwise.ADD, other);
    }

    /** a + b for a number b. */
    public Tensor plus(double other) {
        return plus(scalar(other));
    }

    /** a − b. */
    public Tensor minus(Tensor other) {
        return binary(Pointwise.SUBTRACT, other);
    }

    /** a − b for a number b. */
    public Tensor minus(double other) {
        return minus(scalar(other));
    }

    /** a·b, element by element. For the product of matrices see {@link #matmul(Tensor)}. */
    public Tensor times(Tensor other) {
        return binary(Pointwise.MULTIPLY, other);
    }

    /** a·b for a number b. */
    public Tensor times(double other) {
        return times(scalar(other));
    }

    /** a/b, element by element. */
    public Tensor over(Tensor other) {
        return binary(Pointwise.DIVIDE, other);
    }

    /** a/b for a number b. */
    public Tensor over(double other) {
        return over(scalar(other));
    }

    /** a^b, element by element; a must be positive where b is not a whole number. */
    public Tensor pow(Tensor exponent) {
        return binary(Pointwise.POWER, exponent);
    }

    /** xⁿ for a constant n. Where n is a small whole number, all derivatives are right at 0 as well. */
    public Tensor pow(double exponent) {
        if (exponent == 0) {
            return fill(shape, 1);
        }
        if (exponent == 1) {
            return this;
        }
        return exponent == 2 ? square() : pow(scalar(exponent));
    }

    /** The greater of a and b, element by element; where both are equal, the cotangent goes to a. Over an axis see {@link #max(int...)}. */
    public Tensor maximum(Tensor other) {
        return binary(Pointwise.MAXIMUM, other);
    }

    /** The greater of a and a number b. */
    public Tensor maximum(double other) {
        return maximum(scalar(other));
    }

    /** The smaller of a and b, element by element; where both are equal, the cotangent goes to a. */
    public Tensor minimum(Tensor other) {
        return binary(Pointwise.MINIMUM, other);
    }

    /** The smaller of a and a number b. */
    public Tensor minimum(double other) {
        return minimum(scalar(other));
    }

    /** 1 where a &lt; b, else 0. Its derivative is zero. */
    public Tensor lessThan(Tensor other) {
        return binary(Pointwise.LESS, other);
    }

    /** 1 where a ≤ b, else 0. Its derivative is zero. */
    public Tensor lessOrEqual(Tensor other) {
        return binary(Pointwise.LESS_OR_EQUAL, other);
    }

    /** 1 where a &gt; b, else 0. Its derivative is zero. */
    public Tensor greaterThan(Tensor other) {
        return other.lessThan(this);
    }

    /** 1 where both are equal, else 0. Its derivative is zero. */
    public Tensor equalTo(Tensor other) {
        return binary(Pointwise.EQUAL, other);
    }

    /** {@code a} where the condition is not 0, {@code b} elsewhere. */
    public static Tensor select(Tensor condition, Tensor a, Tensor b) {
        Shape common = Shape.broadcast(
                Pointwise.SELECT.label(), condition.shape, Shape.broadcast(Pointwise.SELECT.label(), a.shape, b.shape));
        return node(Pointwise.SELECT, condition.broadcastTo(common), a.broadcastTo(common), b.broadcastTo(common));
    }

    /** −x. */
    public Tensor negate() {
        return node(Pointwise.NEGATE, this);
    }

    /** |x|; the derivative at 0 is 0. */
    public Tensor abs() {
        return node(Pointwise.ABS, this);
    }

    /** −1, 0 or 1. Its derivative is zero. */
    public Tensor sign() {
        return node(Pointwise.SIGN, this);
    }

    /** 1 where x is finite, 0 where it is infinite or NaN. Its derivative is zero. */
    public Tensor isFinite() {
        return node(Pointwise.IS_FINITE, this);
    }

    /** A scalar: 1 if any element is infinite or NaN, else 0. */
    public Tensor anyNotFinite() {
        return scalar(1).minus(isFinite()).max();
    }

    /** eˣ. */
    public Tensor exp() {
        return node(Pointwise.EXP, this);
    }

    /** eˣ − 1, accurate near 0. */
    public Tensor expm1() {
        return node(Pointwise.EXPM1, this);
    }

    /** The natural logarithm. */
    public Tensor log() {
        return node(Pointwise.LOG, this);
    }

    /** √x. */
    public Tensor sqrt() {
        return node(Pointwise.SQRT, this);
    }

    /** sin x, x in radians. */
    public Tensor sin() {
        return node(Pointwise.SIN, this);
    }

    /** cos x, x in radians. */
    public Tensor cos() {
        return node(Pointwise.COS, this);
    }

    /** tanh x. */
    public Tensor tanh() {
        return node(Pointwise.TANH, this);
    }

    /** 1/(1+e⁻ˣ). */
    public Tensor sigmoid() {
        return node(Pointwise.SIGMOID, this);
    }

    /** log(1+eˣ), without overflow. */
    public Tensor softplus() {
        return node(Pointwise.SOFTPLUS, this);
    }

    /** x². */
    public Tensor square() {
        return times(this);
    }

    /** x·sigmoid(x), also called swish. */
    public Tensor silu() {
        return times(sigmoid());
    }

    /** x where positive, else 0; the derivative at 0 is 0. */
    public Tensor relu() {
        return select(lessOrEqual(scalar(0)), scalar(0), this); // so that NaN stays NaN
    }

    /** x where positive, else eˣ−1. */
    public Tensor elu() {
        return select(scalar(0).lessThan(this), this, minimum(0).expm1());
    }

    /** Integers or bytes as floating-point numbers. */
    public Tensor toFloat() {
        return node(new ToFloat(), this);
    }

    // ---- reductions

    private int[] allAxes() {
        return IntStream.range(0, shape.rank()).toArray();
    }

    /** An axis as a non-negative number. An error names the operation. */
    private int axis(String operation, int axis) {
        if (axis < -shape.rank() || axis >= shape.rank()) {
            throw new IllegalArgumentException(operation + ": " + this + " has no axis " + axis);
        }
        return shape.axis(axis);
    }

    private List<Integer> sorted(String operation, int[] axes) {
        return Arrays.stream(axes)
                .map(axis -> axis(operation, axis))
                .sorted()
                .distinct()
                .boxed()
                .toList();
    }

    private Tensor drop(List<Integer> axes, Tensor reduced) {
        return reduced.reshape(Shape.of(IntStream.range(0, shape.rank())
                .filter(axis -> !axes.contains(axis))
                .map(shape::dim)
                .toArray()));
    }

    /** The sum of all numbers, a scalar. */
    public Tensor sum() {
        return sum(allAxes());
    }

    /** The sum over some axes, which the result no longer has. */
    public Tensor sum(int... axes) {
        return drop(sorted("Sum", axes), sumKeep(axes));
    }

    /** The sum over some axes, which the result has with extent 1. */
    public Tensor sumKeep(int... axes) {
        return node(new Sum(sorted("Sum", axes)), this);
    }

    /** The mean of all numbers, a scalar. */
    public Tensor mean() {
        return mean(allAxes());
    }

    /** The mean over some axes, which the result no longer has. */
    public Tensor mean(int... axes) {
        return drop(sorted("Sum", axes), meanKeep(axes));
    }

    /** The mean over some axes, which the result has with extent 1. */
    public Tensor meanKeep(int... axes) {
        Tensor sum = sumKeep(axes);
        return sum.times((double) sum.shape.size() / shape.size());
    }

    /** The greatest of all numbers, a scalar. */
    public Tensor max() {
        return max(allAxes());
    }

    /** The greatest number over some axes, which the result no longer has. */
    public Tensor max(int... axes) {
        return drop(sorted("Max", axes), maxKeep(axes));
    }

    /** The greatest number over some axes, which the result has with extent 1. */
    public Tensor maxKeep(int... axes) {
        return node(new Max(sorted("Max", axes)), this);
    }

    /** log Σeˣ along one axis, which the result no longer has, without overflow; see {@link LogSumExp}. */
    public Tensor logSumExp(int axis) {
        int positive = axis("LogSumExp", axis);
        return drop(List.of(positive), node(new LogSumExp(positive), this));
    }

    /** eˣ/Σeˣ along one axis, without overflow; see {@link Softmax}. */
    public Tensor softmax(int axis) {
        return node(new Softmax(axis("Softmax", axis)), this);
    }

    // ---- movement

    /** This tensor repeated along new leading axes and along axes of extent 1. */
    public Tensor broadcastTo(Shape target) {
        return shape.equals(target) ? this : node(new Broadcast(target), this);
    }

    /** The same numbers in the same order under another shape. */
    public Tensor reshape(Shape target) {
        return shape.equals(target) ? this : node(new Reshape(target), this);
    }

    /** The same numbers in the same order under another shape; one extent may be −1 and is computed. */
    public Tensor reshape(int... dims) {
        int open = Arrays.stream(dims).boxed().toList().indexOf(-1);
        if (open < 0) {
            return reshape(Shape.of(dims));
        }
        int[] full = dims.clone();
        full[open] = 1;
        int known = Shape.of(full).size();
        if (shape.size() % known != 0) {
            throw new IllegalArgumentException("Reshape: " + this + " cannot become " + Arrays.toString(dims));
        }
        full[open] = shape.size() / known;
        return reshape(Shape.of(full));
    }

    /** Axes in another order: axis i of the result is axis {@code permutation[i]} of this. */
    public Tensor transpose(int... permutation) {
        return node(new Transpose(Arrays.stream(permutation).boxed().toList()), this);
    }

    /** The part from {@code from} (inclusive) to {@code to} (exclusive) along one axis. */
    public Tensor slice(int axis, int from, int to) {
        int positive = axis("Slice", axis);
        return from == 0 && to == shape.dim(positive) ? this : node(new Slice(positive, from, to), this);
    }

    /** Zeros added before and after along one axis. */
    public Tensor pad(int axis, int before, int after) {
        return before == 0 && after == 0 ? this : node(new Pad(axis("Pad", axis), before, after), this);
    }

    /** Tensors one after the other along one axis. */
    public static Tensor concatenate(int axis, List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("Concatenate: needs at least one tensor");
        }
        Tensor first = parts.get(0);
        return parts.size() == 1 ? first : new Tensor(new Concatenate(first.axis("Concatenate", axis)), parts);
    }

    /** Rows of this tensor (its slices along axis 0), by their INT indices. */
    public Tensor gather(Tensor indices) {
        return node(new Gather(), this, indices);
    }

    /**
     * The adjoint of {@link #gather}: a tensor of {@code rows} rows in which row i is the sum of those rows of this whose index is i.
     */
    public Tensor scatterAdd(Tensor indices, int rows) {
        return node(new ScatterAdd(rows), this, indices);
    }

    // ---- linear algebra and images

    /** The matrix product of …×M×K and …×K×N. The leading axes, a batch of matrices, broadcast. */
    public Tensor matmul(Tensor other) {
        return matmul(other, false, false);
    }

    /** The matrix product, each factor's matrices transposed first where asked. The leading axes, a batch of matrices, broadcast. */
    public Tensor matmul(Tensor other, boolean transposeThis, boolean transposeOther) {
        MatMul product = new MatMul(transposeThis, transposeOther);
        if (shape.rank() < 2 || other.shape.rank() < 2) {
            throw product.misfit("needs matrices", List.of(this, other));
        }
        if (shape.rank() > 2 && other.shape.rank() == 2 && !transposeThis) {
            // All rows meet the same matrix: one product of one large matrix.
            Tensor rows = reshape(-1, shape.dim(-1)).matmul(other, false, transposeOther);
            return rows.reshape(shape.with(-1, rows.shape.dim(-1)));
        }
        Shape batch = Shape.broadcast(
                product.label(), matrices(shape, Shape.of(1, 1)), matrices(other.shape, Shape.of(1, 1)));
        return node(product, broadcastTo(matrices(batch, shape)), other.broadcastTo(matrices(batch, other.shape)));
    }

    /** As many matrices as in a batch, of another one's extents. */
    private static Shape matrices(Shape batch, Shape matrix) {
        return batch.with(-2, matrix.dim(-2)).with(-1, matrix.dim(-1));
    }

    /** Cross-correlation of images N×H×W×Cin with weights kh×kw×Cin×Cout, on images padded with zeros on all four sides. */
    public Tensor conv2d(Tensor weights, int stride, int padding) {
        return node(new Conv2d(stride, padding), this, weights);
    }

    /** Group normalisation of N×H×W×C over each image's groups of channels; see {@link GroupNorm}. */
    public Tensor groupNorm(Tensor scale, Tensor shift, int groups, double epsilon) {
        return node(new GroupNorm(groups, epsilon, false), this, scale, shift);
    }

    /** Group normalisation followed by SiLU, in one op. */
    public Tensor groupNormSilu(Tensor scale, Tensor shift, int groups, double epsilon) {
        return node(new GroupNorm(groups, epsilon, true), this, scale, shift);
    }

    /** Each pixel of N×H×W×C repeated to a square of {@code factor}×{@code factor}. */
    public Tensor upsampleNearest(int factor) {
        return factor == 1 ? this : node(new UpsampleNearest(factor), this);
    }

    /** Bilinear interpolation of N×H×W×C to {@code factor} times the height and width; see {@link UpsampleBilinear}. */
    public Tensor upsampleBilinear(int factor) {
        return factor == 1 ? this : node(new UpsampleBilinear(factor), this);
    }

    /** The sum of each square of {@code factor}×{@code factor} pixels of N×H×W×C. */
    public Tensor sumPool(int factor) {
        return factor == 1 ? this : node(new SumPool(factor), this);
    }

    /** The mean of each square of {@code factor}×{@code factor} pixels of N×H×W×C. */
    public Tensor averagePool(int factor) {
        return sumPool(factor).times(1.0 / (factor * factor));
    }
}
