package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.DType;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Reshape;
import scorefield.autodiff.op.Sum;

/**
 * The first pass: the same program with less to compute.
 *
 * <p>Equal computations become one node (differentiation makes many of them), arithmetic on constants is done now, and operations that
 * change nothing go. A tensor that is summed over some axes, and over these and more, is read once: the larger sum takes the smaller one's
 * result. Neighbouring slices that are put one after the other again become one. Only rewritings that keep infinities and NaN as they are:
 * x·0 stays, since a NaN must not be hidden.
 */
public final class Simplify {

    /** Equal keys mean equal numbers: an op is a value, and its inputs have already been made unique. */
    private record Key(Object op, List<Integer> inputs) {}

    private final Map<Tensor, Tensor> replacements = new IdentityHashMap<>();
    private final Map<Key, Tensor> unique = new HashMap<>();
    private final Map<Tensor, Integer> numbers = new IdentityHashMap<>();

    /** For a tensor of the original program, the axes over which it is summed. */
    private final Map<Tensor, Set<List<Integer>>> summed = new IdentityHashMap<>();

    private Simplify() {}

    public static Program simplify(Program program) {
        Simplify pass = new Simplify();
        for (Tensor node : program.order()) {
            if (node.op() instanceof Sum sum) {
                pass.summed
                        .computeIfAbsent(node.input(0), x -> new LinkedHashSet<>())
                        .add(sum.axes());
            }
        }
        for (Tensor node : program.order()) {
            pass.replacements.put(node, pass.rewritten(node));
        }
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        program.updates().forEach((variable, value) -> updates.put(variable, pass.replacements.get(value)));
        return new Program(
                program.fetches().stream().map(pass.replacements::get).toList(), updates);
    }

    private Tensor rewritten(Tensor node) {
        if (node.op() instanceof Constant constant
                && node.dtype() == DType.FLOAT
                && node.shape().size() == 1) {
            return constant(node.shape(), constant.values().get(0));
        }
        if (node.op() instanceof Leaf) {
            return node;
        }
        List<Tensor> inputs = node.inputs().stream().map(replacements::get).toList();
        Tensor simple = simpler(node, inputs);
        return simple != null ? simple : shared(inputs.equals(node.inputs()) ? node : node.withInputs(inputs));
    }

    private Tensor shared(Tensor node) {
        Key key = new Key(
                node.op() instanceof Constant constant
                        ? List.of(node.shape(), constant.values().get(0))
                        : node.op(),
                node.inputs().stream().map(this::number).toList());
        return unique.computeIfAbsent(key, k -> node);
    }

    private int number(Tensor node) {
        return numbers.computeIfAbsent(node, n -> numbers.size());
    }

    /** A constant number of a shape: a scalar, broadcast. */
    private Tensor constant(Shape shape, double value) {
        Tensor scalar = shared(Tensor.scalar(value));
        return shape.rank() == 0 ? scalar : shared(scalar.broadcastTo(shape));
    }

    /** The number that a tensor holds everywhere, where that is known. */
    public static OptionalDouble constantOf(Tensor node) {
        if (node.op() instanceof Constant constant
                && node.dtype() == DType.FLOAT
                && node.shape().size() == 1) {
            return OptionalDouble.of(constant.values().get(0));
        }
        return node.op() instanceof Broadcast || node.op() instanceof Reshape
                ? constantOf(node.input(0))
                : OptionalDouble.empty();
    }

    private static boolean is(Tensor node, double value) {
        OptionalDouble constant = constantOf(node);
        return constant.isPresent() && constant.getAsDouble() == value;
    }

    /** A simpler tensor with the same numbers, or null. */
    private Tensor simpler(Tensor node, List<Tensor> in) {
        if (node.op() instanceof Pointwise pointwise) {
            return pointwise(pointwise, node.shape(), in);
        }
        Tensor x = in.get(0);
        OptionalDouble value = constantOf(x);
        if (node.op() instanceof Reshape) {
            if (value.isPresent()) {
                return constant(node.shape(), value.getAsDouble());
            }
            Tensor source = x.op() instanceof Reshape ? x.input(0) : x;
            if (source.shape().equals(node.shape())) {
                return source;
            }
            return source == x ? null : shared(source.reshape(node.shape()));
        }
        if (node.op() instanceof Broadcast) {
            if (value.isPresent()) {
                return constant(node.shape(), value.getAsDouble());
            }
            if (x.shape().size() == node.shape().size()) {
                return x.shape().equals(node.shape()) ? x : shared(x.reshape(node.shape()));
            }
            return x.op() instanceof Broadcast ? shared(x.input(0).broadcastTo(node.shape())) : null;
        }
        if (node.op() instanceof Sum sum) {
            if (value.isPresent()) {
                int count = x.shape().size() / node.shape().size();
                return constant(node.shape(), value.getAsDouble() * count);
            }
            return node.shape().equals(x.shape()) ? x : sumOfSums(node.input(0), x, sum.axes());
        }
        if (node.op() instanceof Concatenate && node.shape().rank() == 1) {
            List<Tensor> parts = joined(in);
            return parts.size() == in.size()
                    ? null
                    : parts.size() == 1
                            ? parts.get(0)
                            : shared(Tensor.concatenate(0, parts).named(node.name()));
        }
        return null;
    }

    /** The sum by way of one over fewer axes that the program needs anyway, or null if there is none. */
    private @Nullable Tensor sumOfSums(Tensor original, Tensor x, List<Integer> axes) {
        return summed.get(original).stream()
                .filter(fewer -> fewer.size() < axes.size() && axes.containsAll(fewer))
                .max(Comparator.comparing(List::size))
                .map(fewer -> {
                    Tensor shorter = sumOfSums(original, x, fewer);
                    Tensor less = shorter != null ? shorter : sum(x, fewer);
                    return sum(
                            less,
                            axes.stream().filter(axis -> !fewer.contains(axis)).toList());
                })
                .orElse(null);
    }

    private Tensor sum(Tensor x, List<Integer> axes) {
        return shared(new Tensor(new Sum(axes), List.of(x)));
    }

    /** The vectors of a concatenation, with neighbours that are neighbours in one tensor as well made one. */
    private List<Tensor> joined(List<Tensor> vectors) {
        List<Tensor> parts = new ArrayList<>();
        int i = 0;
        while (i < vectors.size()) {
            Tensor source = Fusion.source(vectors.get(i));
            int start = Fusion.offset(vectors.get(i));
            int end = start;
            int first = i;
            while (i < vectors.size()
                    && Fusion.source(vectors.get(i)) == source
                    && Fusion.offset(vectors.get(i)) == end) {
                end += vectors.get(i).shape().size();
                i++;
            }
            if (i == first + 1) {
                parts.add(vectors.get(first));
            } else {
                Tensor flat = source.shape().rank() == 1
                        ? source
                        : shared(source.reshape(source.shape().size()));
                parts.add(end - start == flat.shape().size() ? flat : shared(flat.slice(0, start, end)));
            }
        }
        return parts;
    }

    private Tensor pointwise(Pointwise op, Shape shape, List<Tensor> in) {
        if (in.stream().allMatch(input -> constantOf(input).isPresent())) {
            double[][] numbers = in.stream()
                    .map(input -> new double[] {constantOf(input).getAsDouble()})
                    .toArray(double[][]::new);
            Tensor one = new Tensor(op, in.stream().map(i -> Tensor.scalar(0)).toList());
            return constant(shape, op.evaluate(one, numbers)[0]);
        }
        Tensor a = in.get(0);
        switch (op) {
            case ADD -> {
                return is(a, 0) ? in.get(1) : is(in.get(1), 0) ? a : null;
            }
            case SUBTRACT -> {
                return is(in.get(1), 0) ? a : null;
            }
            case MULTIPLY -> {
                return is(a, 1) ? in.get(1) : is(in.get(1), 1) ? a : null;
            }
            case DIVIDE -> {
                return is(in.get(1), 1) ? a : null;
            }
            case NEGATE -> {
                return a.op() == Pointwise.NEGATE ? a.input(0) : null;
            }
            case POWER -> {
                Tensor exponent = in.get(1);
                return is(exponent, 1)
                        ? a
                        : is(exponent, 2) ? shared(a.square()) : is(exponent, 0.5) ? shared(a.sqrt()) : null;
            }
            default -> {
                return null;
            }
        }
    }
}
