package scorefield.kernels.families;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import scorefield.autodiff.DType;
import scorefield.autodiff.Op;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Leaf;
import scorefield.kernels.convolution.ConvolutionFamily;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.gather.GatherFamily;
import scorefield.kernels.groupnorm.GroupNormFamily;
import scorefield.kernels.matmul.MatMulFamily;
import scorefield.kernels.pointwise.PointwiseFamily;
import scorefield.kernels.random.RandomFamily;
import scorefield.kernels.reduction.ReductionFamily;
import scorefield.kernels.resample.ResampleFamily;
import scorefield.kernels.softmax.SoftmaxFamily;
import scorefield.kernels.strided.StridedFamily;

/** All families, one line each, and what passes, code generation and the tuner ask about a node. */
public final class Families {

    private static final List<OpFamily> ALL = List.of(
            new PointwiseFamily(),
            new ReductionFamily(),
            new StridedFamily(),
            new ConvolutionFamily(),
            new MatMulFamily(),
            new GroupNormFamily(),
            new SoftmaxFamily(),
            new ResampleFamily(),
            new GatherFamily(),
            new RandomFamily());

    private static final Map<Class<? extends Op>, OpFamily> BY_OP = new HashMap<>();

    static {
        for (OpFamily family : ALL) {
            for (Class<? extends Op> op : family.ops()) {
                OpFamily other = BY_OP.put(op, family);
                if (other != null) {
                    throw new IllegalStateException(op.getSimpleName() + " is in two families, "
                            + other.getClass().getSimpleName() + " and "
                            + family.getClass().getSimpleName() + "; remove it from one");
                }
            }
        }
    }

    private Families() {}

    /** Whether some family computes a node. */
    public static boolean compute(Tensor node) {
        OpFamily family = BY_OP.get(node.op().getClass());
        return family != null && family.computes(node);
    }

    /**
     * The family that has the op.
     *
     * @throws IllegalArgumentException if none has it, as with a leaf or an op that was not lowered
     */
    public static OpFamily of(Op op) {
        OpFamily family = BY_OP.get(op.getClass());
        if (family == null) {
            throw new IllegalArgumentException("no family of OpenCL kernels has the op " + op.label());
        }
        return family;
    }

    /** How a node is computed; empty for a leaf, whose numbers are given. */
    public static Optional<Computation> computation(Tensor node) {
        return node.op() instanceof Leaf
                ? Optional.empty()
                : Optional.of(of(node.op()).computation(node));
    }

    /** Whether a generated kernel may compute a node on the fly. */
    public static boolean isFusable(Tensor node) {
        return !(node.op() instanceof Leaf) && of(node.op()).computation(node).isFusable();
    }

    /** Whether a node repeats numbers of its input, which must lie in memory. */
    public static boolean isRepeated(Tensor node) {
        return is(node, Computation.Repeated.class);
    }

    /** Whether a node's numbers lie within its input's. */
    public static boolean isView(Tensor node) {
        return is(node, Computation.View.class);
    }

    private static boolean is(Tensor node, Class<? extends Computation> kind) {
        return !(node.op() instanceof Leaf) && kind.isInstance(of(node.op()).computation(node));
    }

    /** How a node folds axes of its input, if that is what it does. */
    public static Optional<Computation.Fold> fold(Tensor node) {
        return computation(node).filter(Computation.Fold.class::isInstance).map(Computation.Fold.class::cast);
    }

    /** How many elements into its input a view starts. */
    public static int viewOffset(Tensor view) {
        return ((Computation.View) of(view.op()).computation(view)).offset();
    }

    /** Whether a node is a view of all of its input: then its element i is element i of the input. */
    public static boolean isReshape(Tensor node) {
        return isView(node) && node.shape().size() == node.input(0).shape().size();
    }

    /** The tensor that has memory where this one lies: itself, or what it is a view of. */
    public static Tensor source(Tensor node) {
        Tensor tensor = node;
        while (isView(tensor)) {
            tensor = tensor.input(0);
        }
        return tensor;
    }

    /** Through reshapes, which leave element i element i, to the tensor that a fused kernel computes or loads. */
    public static Tensor throughReshapes(Tensor node) {
        Tensor tensor = node;
        while (isReshape(tensor)) {
            tensor = tensor.input(0);
        }
        return tensor;
    }

    /** The number that a tensor holds everywhere, where that is known. */
    public static OptionalDouble constantOf(Tensor node) {
        Tensor tensor = node;
        while (isRepeated(tensor) || isReshape(tensor)) {
            tensor = tensor.input(0);
        }
        return tensor.op() instanceof Constant constant
                        && tensor.dtype() == DType.FLOAT
                        && tensor.shape().size() == 1
                ? OptionalDouble.of(constant.values().get(0))
                : OptionalDouble.empty();
    }
}
