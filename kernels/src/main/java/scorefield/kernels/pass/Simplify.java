package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import scorefield.autodiff.DType;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Leaf;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Simplification;

/**
 * The second pass: the same program with less to compute.
 *
 * <p>Equal computations become one node (differentiation makes many of them), arithmetic on constants is done now, and operations that
 * change nothing go. What else is simpler, the op's family knows. Only rewritings that keep infinities and NaN as they are: x·0 stays,
 * since a NaN must not be hidden.
 */
final class Simplify implements Pass {

    /** Equal keys mean equal numbers: an op is a value, and its inputs have already been made unique. */
    private record Key(Object op, List<Integer> inputs) {}

    private final Program original;
    private final Program program;
    private final Map<Tensor, Tensor> replacements = new IdentityHashMap<>();

    /** For a tensor of the new program, the first in the order of computation that became it. */
    private final Map<Tensor, Tensor> firsts = new IdentityHashMap<>();

    private final Map<Key, Tensor> unique = new HashMap<>();
    private final Map<Tensor, Integer> numbers = new IdentityHashMap<>();

    /** For a tensor of the original program, the nodes that read it. */
    private final Map<Tensor, List<Tensor>> readers = new IdentityHashMap<>();

    /** Simplifies a program whose ops all have families. */
    public Simplify(Program original) {
        this.original = original;
        for (Tensor node : original.order()) {
            node.inputs()
                    .forEach(input -> readers.computeIfAbsent(input, i -> new ArrayList<>())
                            .add(node));
        }
        Simplification context = new Context();
        for (Tensor node : original.order()) {
            Tensor result = rewritten(node, context);
            replacements.put(node, result);
            firsts.putIfAbsent(result, node);
        }
        program = Rewriting.of(original, replacements::get);
    }

    /** The simplified program. */
    public Program program() {
        return program;
    }

    /** What a node of the original program was replaced by; itself where it stayed. */
    Tensor became(Tensor node) {
        return replacements.get(node);
    }

    /** For people: what was done with a node of the original program, if anything. */
    Optional<String> did(Tensor node) {
        Tensor result = became(node);
        if (node.op() instanceof Leaf) {
            return Optional.empty();
        }
        OptionalDouble number = Families.constantOf(result);
        if (number.isPresent()) {
            return Optional.of("its numbers are known before the program runs: " + number.getAsDouble());
        }
        if (node.inputs().stream().map(replacements::get).anyMatch(input -> input == result)) {
            return Optional.of("changes nothing: " + result + " takes its place");
        }
        Tensor first = firsts.get(result);
        if (first != node) {
            return Optional.of("computes the same as another node: " + first);
        }
        return result.op().equals(node.op())
                ? Optional.empty()
                : Optional.of("became " + result.op().label());
    }

    private Tensor rewritten(Tensor node, Simplification context) {
        if (node.op() instanceof Constant constant
                && node.dtype() == DType.FLOAT
                && node.shape().size() == 1) {
            return context.constant(node.shape(), constant.values().get(0));
        }
        if (node.op() instanceof Leaf) {
            return node;
        }
        List<Tensor> inputs = node.inputs().stream().map(replacements::get).toList();
        Optional<Tensor> simple = Families.of(node.op()).simplified(node, inputs, context);
        return simple.orElseGet(() -> context.shared(Rewriting.withInputs(node, inputs)));
    }

    private Key key(Tensor node) {
        Object op = node.op() instanceof Constant constant
                ? List.of(node.shape(), constant.values().get(0))
                : node.op();
        return new Key(op, node.inputs().stream().map(this::number).toList());
    }

    private int number(Tensor node) {
        return numbers.computeIfAbsent(node, n -> numbers.size());
    }

    /** What families see of this pass. */
    private final class Context implements Simplification {

        @Override
        public Tensor shared(Tensor node) {
            return unique.computeIfAbsent(key(node), k -> node);
        }

        @Override
        public Tensor constant(Shape shape, double value) {
            Tensor scalar = shared(Tensor.scalar(value));
            return shape.rank() == 0 ? scalar : shared(scalar.broadcastTo(shape));
        }

        @Override
        public OptionalDouble constantOf(Tensor tensor) {
            return Families.constantOf(tensor);
        }

        @Override
        public List<Tensor> readers(Tensor tensor) {
            return readers.getOrDefault(tensor, List.of());
        }
    }

    @Override
    public String report() {
        return Rewriting.report(original, program);
    }
}
