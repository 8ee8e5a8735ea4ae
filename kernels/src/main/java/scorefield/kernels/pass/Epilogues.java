package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Leaf;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Absorption;
import scorefield.kernels.family.Computation;

/**
 * The third pass: where only one node reads a result, the result's own kernel may compute that node as well, while the numbers are still
 * in registers.
 *
 * <p>A convolution's kernel can add to its result: a layer's bias, the conditioning of a residual block, its skip connection and, among
 * the gradients, the sum of the cotangents that meet where a tensor was used twice. Each saves writing and reading a whole tensor once.
 * An addend that a fused kernel would compute on the fly stays with that kernel: to add it here it would have to be stored first, unless
 * another op wants it in memory as well.
 */
final class Epilogues implements Pass {

    private final Program original;
    private final Program program;
    private final Map<Tensor, Tensor> replacements = new IdentityHashMap<>();
    private final Map<Tensor, Integer> uses = new IdentityHashMap<>();

    /** What some op with a kernel of its own, or a fetch, wants in memory. */
    private final Set<Tensor> stored = Collections.newSetFromMap(new IdentityHashMap<>());

    /** For a node that another's kernel computes, that node; both of the original program. */
    private final Map<Tensor, Tensor> absorbing = new IdentityHashMap<>();

    /** For a node whose kernel computes the node that reads it, that reader; both of the original program. */
    private final Map<Tensor, Tensor> readers = new IdentityHashMap<>();

    /** For people: what absorbed what. */
    private final List<String> absorbed = new ArrayList<>();

    /** Rewrites a simplified program. */
    public Epilogues(Program original) {
        this.original = original;
        List<Tensor> order = original.order();
        for (Tensor node : order) {
            node.inputs().forEach(this::use);
            if (Families.computation(node).orElse(null) instanceof Computation.Launched) {
                node.inputs().forEach(input -> stored.add(Families.source(input)));
            }
        }
        original.fetches().forEach(fetch -> stored.add(Families.source(fetch)));
        original.fetches().forEach(this::use);
        original.updates().values().forEach(this::use);
        order.forEach(node -> replacements.put(node, rewritten(node)));
        program = Rewriting.of(original, replacements::get);
    }

    /** The program with epilogues. */
    public Program program() {
        return program;
    }

    /** The node that computes a node of the original program, alone or with others. */
    Tensor became(Tensor node) {
        Tensor last = node;
        while (readers.containsKey(last)) {
            last = readers.get(last);
        }
        return replacements.get(last);
    }

    /** For people: what was done with a node of the original program, if anything. */
    Optional<String> did(Tensor node) {
        if (absorbing.containsKey(node)) {
            return Optional.of(
                    "the kernel of " + absorbing.get(node) + " computes it while its numbers are in registers");
        }
        return Optional.ofNullable(readers.get(node))
                .map(reader -> "its kernel goes on to compute " + reader + " while its numbers are in registers");
    }

    private void use(Tensor tensor) {
        uses.merge(tensor, 1, Integer::sum);
    }

    private Tensor rewritten(Tensor node) {
        if (node.op() instanceof Leaf) {
            return node;
        }
        Tensor consumer = Rewriting.withInputs(
                node, node.inputs().stream().map(replacements::get).toList());
        for (int k = 0; k < node.inputs().size(); k++) {
            Tensor input = consumer.input(k);
            if (uses.get(node.input(k)) == 1 && !(input.op() instanceof Leaf)) {
                Optional<Tensor> result =
                        Families.of(input.op()).absorbed(input, consumer, k, new Context(node, consumer));
                if (result.isPresent()) {
                    absorbing.put(node, node.input(k));
                    readers.put(node.input(k), node);
                    absorbed.add(input.op().label() + " " + input.name() + ": "
                            + node.op().label());
                    // It is the absorbing op that costs: the layer that it belongs to keeps it.
                    return result.get().named(input.name().isEmpty() ? node.name() : input.name());
                }
            }
        }
        return consumer;
    }

    /** What families see of this pass. */
    private final class Context implements Absorption {
        private final Tensor node;
        private final Tensor consumer;

        /**
         * About the inputs of a consumer.
         *
         * @param node the consumer as it was
         * @param consumer the same with inputs that have their epilogues
         */
        Context(Tensor node, Tensor consumer) {
            this.node = node;
            this.consumer = consumer;
        }

        @Override
        public boolean isStored(int input) {
            return stored.contains(Families.throughReshapes(node.input(input)))
                    || !Families.isFusable(throughReshapes(consumer.input(input)));
        }

        @Override
        public boolean isConstant(Tensor tensor) {
            return Families.constantOf(tensor).isPresent();
        }

        @Override
        public Tensor throughReshapes(Tensor tensor) {
            return Families.throughReshapes(tensor);
        }
    }

    @Override
    public String report() {
        StringBuilder text = new StringBuilder("%d of %d nodes are computed in another's epilogue%n"
                .formatted(absorbed.size(), original.order().size()));
        absorbed.forEach(line -> text.append("        %s%n".formatted(line)));
        return text.toString();
    }
}
