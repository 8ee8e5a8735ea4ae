package scorefield.kernels.pass;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import scorefield.autodiff.Op;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Leaf;
import scorefield.kernels.families.Families;

/**
 * The first pass: what no family computes is replaced by its {@linkplain Op#lowered lowering}. So every op runs on OpenCL from the day it
 * is written, and kernels of its own only ever make it faster.
 */
final class Lower implements Pass {

    private final Map<Tensor, Tensor> replacements = new IdentityHashMap<>();
    private final Map<String, Integer> lowered = new TreeMap<>();
    private final Program program;

    /**
     * Lowers a program.
     *
     * @throws IllegalArgumentException if an op has neither a family nor a lowering
     */
    public Lower(Program original) {
        original.order().forEach(this::replacement);
        program = Rewriting.of(original, this::replacement);
    }

    /** The program, of ops that families have and of leaves. */
    public Program program() {
        return program;
    }

    /** What a node of the original program was replaced by; itself where it stayed. */
    Tensor became(Tensor node) {
        return replacements.get(node);
    }

    /** For people: what was done with a node of the original program, if anything. */
    Optional<String> did(Tensor node) {
        return node.op() instanceof Leaf || Families.compute(node)
                ? Optional.empty()
                : Optional.of("has no kernels: written with other ops, of which the last is "
                        + became(node).op().label());
    }

    private Tensor replacement(Tensor node) {
        Tensor known = replacements.get(node);
        if (known == null) {
            known = rewritten(node);
            replacements.put(node, known);
            replacements.put(known, known);
        }
        return known;
    }

    private Tensor rewritten(Tensor node) {
        if (node.op() instanceof Leaf) {
            return node;
        }
        List<Tensor> inputs = node.inputs().stream().map(this::replacement).toList();
        Tensor same = Rewriting.withInputs(node, inputs);
        if (Families.compute(same)) {
            return same;
        }
        Tensor result = replacement(lowering(same));
        return result.name().isEmpty() && !node.name().isEmpty() && !inputs.contains(result)
                ? result.named(node.name())
                : result;
    }

    private Tensor lowering(Tensor node) {
        String label = node.op().label();
        Tensor result = node.op()
                .lowered(node)
                .orElseThrow(() -> new IllegalArgumentException("OpenCL devices cannot compute the op " + label
                        + ": override Op.lowered to write it with other ops, or add it to a family of kernels"));
        if (!result.shape().equals(node.shape()) || result.dtype() != node.dtype()) {
            throw new IllegalArgumentException("the lowering of the op " + label + " is " + result.dtype() + " "
                    + result.shape() + ", but its result is " + node.dtype() + " " + node.shape()
                    + ": correct Op.lowered");
        }
        lowered.merge(label, 1, Integer::sum);
        return result;
    }

    @Override
    public String report() {
        if (lowered.isEmpty()) {
            return "every op has kernels%n".formatted();
        }
        StringBuilder text = new StringBuilder("written with other ops:%n".formatted());
        lowered.forEach((op, count) -> text.append("%6d  %s%n".formatted(count, op)));
        return text.toString();
    }
}
