package scorefield.kernels.pass;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;

/** What the passes that rewrite a program have in common. */
final class Rewriting {

    private Rewriting() {}

    /** The program with each tensor replaced. */
    static Program of(Program program, UnaryOperator<Tensor> replacement) {
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        program.updates().forEach((variable, value) -> updates.put(variable, replacement.apply(value)));
        return new Program(program.fetches().stream().map(replacement).toList(), updates);
    }

    /** The node with other inputs; itself where they are its own. */
    static Tensor withInputs(Tensor node, List<Tensor> inputs) {
        return inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
    }

    /** How the number of nodes changed, in all and for each op. */
    static String report(Program before, Program after) {
        Map<String, Integer> changes = new TreeMap<>();
        before.order().forEach(node -> changes.merge(node.op().label(), -1, Integer::sum));
        after.order().forEach(node -> changes.merge(node.op().label(), 1, Integer::sum));
        StringBuilder text = new StringBuilder("%d nodes became %d%n"
                .formatted(before.order().size(), after.order().size()));
        changes.forEach((op, change) -> {
            if (change != 0) {
                text.append("%+6d  %s%n".formatted(change, op));
            }
        });
        return text.toString();
    }
}
