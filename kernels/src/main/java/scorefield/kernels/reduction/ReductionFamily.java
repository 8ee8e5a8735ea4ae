package scorefield.kernels.reduction;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Max;
import scorefield.autodiff.op.Sum;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.Rounding;
import scorefield.kernels.family.Simplification;
import scorefield.kernels.pointwise.PointwiseFamily;

/** {@link Sum} and {@link Max} over axes, by generated kernels. */
public final class ReductionFamily implements OpFamily {

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(Sum.class, Max.class);
    }

    @Override
    public Computation computation(Tensor node) {
        if (node.op() instanceof Sum sum) {
            return new Computation.Fold("sum", sum.axes(), "0.0f", (a, b) -> a + " + " + b, false);
        }
        if (node.op() instanceof Max max) {
            return new Computation.Fold("max", max.axes(), "-INFINITY", PointwiseFamily::greater, true);
        }
        throw incomplete(node);
    }

    @Override
    public Rounding rounding(Tensor node) {
        int terms = node.input(0).shape().size() / node.shape().size();
        if (node.op() instanceof Max || terms == 1) {
            return Rounding.exact();
        }
        if (node.op() instanceof Sum) {
            return Rounding.sum(terms);
        }
        throw incomplete(node);
    }

    /** A tensor that is summed over some axes, and over these and more, is read once: the larger sum takes the smaller one's result. */
    @Override
    public Optional<Tensor> simplified(Tensor node, List<Tensor> inputs, Simplification context) {
        if (!(node.op() instanceof Sum sum)) {
            return Optional.empty();
        }
        Tensor x = inputs.get(0);
        OptionalDouble value = context.constantOf(x);
        if (value.isPresent()) {
            int count = x.shape().size() / node.shape().size();
            return Optional.of(context.constant(node.shape(), value.getAsDouble() * count));
        }
        return node.shape().equals(x.shape()) ? Optional.of(x) : sumOfSums(node.input(0), x, sum.axes(), context);
    }

    /** The sum by way of one over fewer axes that the program needs anyway. */
    private static Optional<Tensor> sumOfSums(Tensor original, Tensor x, List<Integer> axes, Simplification context) {
        return context.readers(original).stream()
                .filter(reader -> reader.op() instanceof Sum)
                .map(reader -> ((Sum) reader.op()).axes())
                .filter(fewer -> fewer.size() < axes.size() && axes.containsAll(fewer))
                .max(Comparator.comparing(List::size))
                .map(fewer -> {
                    Tensor less = sumOfSums(original, x, fewer, context).orElseGet(() -> sum(x, fewer, context));
                    List<Integer> rest =
                            axes.stream().filter(axis -> !fewer.contains(axis)).toList();
                    return sum(less, rest, context);
                });
    }

    private static Tensor sum(Tensor x, List<Integer> axes, Simplification context) {
        return context.shared(new Tensor(new Sum(axes), List.of(x)));
    }
}
