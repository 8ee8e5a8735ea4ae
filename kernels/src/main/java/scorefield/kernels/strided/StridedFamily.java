package scorefield.kernels.strided;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Pad;
import scorefield.autodiff.op.Reshape;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.Transpose;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.Rounding;
import scorefield.kernels.family.Simplification;

/**
 * What moves numbers without changing them. A {@link Reshape}, a {@link Slice} along the first axis that has more than one part, and a
 * {@link Transpose} in which only axes of extent 1 change places are views; other slices and transpositions, {@link Pad} and
 * {@link Concatenate} are copies ({@code strided.cl}; on a GPU {@code strided_gpu.cl}).
 */
public final class StridedFamily implements OpFamily {

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(Reshape.class, Slice.class, Pad.class, Concatenate.class, Transpose.class);
    }

    @Override
    public Computation computation(Tensor node) {
        if (isView(node)) {
            return new Computation.View(viewOffset(node));
        }
        if (node.op() instanceof Slice op) {
            return new Computation.Launched(out -> StridedKernels.slice(op, node, out));
        }
        if (node.op() instanceof Pad op) {
            return new Computation.Launched(out -> StridedKernels.pad(op, node, out));
        }
        if (node.op() instanceof Concatenate op) {
            return new Computation.Launched(out -> StridedKernels.concatenate(op, node, out));
        }
        if (node.op() instanceof Transpose op) {
            return new Computation.Launched(out -> StridedKernels.transpose(op, node, out));
        }
        throw incomplete(node);
    }

    private static boolean isView(Tensor node) {
        return node.op() instanceof Reshape
                || (node.op() instanceof Slice slice && node.input(0).shape().range(0, slice.axis()) == 1)
                || (node.op() instanceof Transpose transpose && keepsOrder(transpose, node));
    }

    /** Whether only axes of extent 1 change places. */
    private static boolean keepsOrder(Transpose op, Tensor node) {
        Shape from = node.input(0).shape();
        int[] moved = op.permutation().stream()
                .mapToInt(Integer::intValue)
                .filter(axis -> from.dim(axis) > 1)
                .toArray();
        return IntStream.range(1, moved.length).allMatch(i -> moved[i - 1] < moved[i]);
    }

    private static int viewOffset(Tensor view) {
        if (view.op() instanceof Slice slice) {
            Shape whole = view.input(0).shape();
            return slice.from() * whole.range(slice.axis() + 1, whole.rank());
        }
        return 0;
    }

    @Override
    public Rounding rounding(Tensor node) {
        return Rounding.exact();
    }

    /** Two slices that share a tensor out: the first part, then all the rest. */
    @Override
    public boolean areSiblings(Tensor first, Tensor second) {
        return first.op() instanceof Slice a
                && second.op() instanceof Slice b
                && a.axis() == b.axis()
                && a.from() == 0
                && a.to() == b.from()
                && b.to() == first.input(0).shape().dim(a.axis());
    }

    /** The parts of a concatenation along the outermost axis lie one after the other in the whole. */
    @Override
    public OptionalInt inputInPlace(Tensor node, int input) {
        if (!(node.op() instanceof Concatenate op) || node.shape().range(0, op.axis()) != 1) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(node.inputs().subList(0, input).stream()
                .mapToInt(part -> part.shape().size())
                .sum());
    }

    @Override
    public Optional<Tensor> simplified(Tensor node, List<Tensor> inputs, Simplification context) {
        if (node.op() instanceof Reshape) {
            return simplifiedReshape(node.shape(), inputs.get(0), context);
        }
        if (node.op() instanceof Concatenate && node.shape().rank() == 1) {
            List<Tensor> parts = joined(inputs, context);
            if (parts.size() < inputs.size()) {
                return Optional.of(
                        parts.size() == 1
                                ? parts.get(0)
                                : context.shared(Tensor.concatenate(0, parts).named(node.name())));
            }
        }
        return Optional.empty();
    }

    private static Optional<Tensor> simplifiedReshape(Shape shape, Tensor x, Simplification context) {
        OptionalDouble value = context.constantOf(x);
        if (value.isPresent()) {
            return Optional.of(context.constant(shape, value.getAsDouble()));
        }
        Tensor source = x.op() instanceof Reshape ? x.input(0) : x;
        if (source.shape().equals(shape)) {
            return Optional.of(source);
        }
        return source == x ? Optional.empty() : Optional.of(context.shared(source.reshape(shape)));
    }

    /** The vectors of a concatenation, with neighbours that are neighbours in one tensor as well made one. */
    private static List<Tensor> joined(List<Tensor> vectors, Simplification context) {
        List<Tensor> parts = new ArrayList<>();
        int i = 0;
        while (i < vectors.size()) {
            Tensor source = source(vectors.get(i));
            int start = offset(vectors.get(i));
            int end = start;
            int first = i;
            while (i < vectors.size() && source(vectors.get(i)) == source && offset(vectors.get(i)) == end) {
                end += vectors.get(i).shape().size();
                i++;
            }
            if (i == first + 1) {
                parts.add(vectors.get(first));
            } else {
                Tensor flat = source.shape().rank() == 1
                        ? source
                        : context.shared(source.reshape(source.shape().size()));
                parts.add(end - start == flat.shape().size() ? flat : context.shared(flat.slice(0, start, end)));
            }
        }
        return parts;
    }

    /** What a tensor is a view of, through all views. */
    private static Tensor source(Tensor tensor) {
        return isView(tensor) ? source(tensor.input(0)) : tensor;
    }

    /** How many elements into its source a tensor starts. */
    private static int offset(Tensor tensor) {
        return isView(tensor) ? viewOffset(tensor) + offset(tensor.input(0)) : 0;
    }
}
