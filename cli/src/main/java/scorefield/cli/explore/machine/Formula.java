package scorefield.cli.explore.machine;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import scorefield.autodiff.Op;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Pointwise;
import scorefield.ncsn.text.Text;

/** A graph as a formula: {@code g · (1 − y · y)}, {@code Conv2dInputGradient(g, b)}. */
final class Formula {

    /** A formula of more ops than a person reads at a glance is only counted. */
    private static final int MOST_OPS = 40;

    /** In brackets where another operation follows; the greater number binds more tightly. */
    private static final Map<Op, Integer> PRECEDENCE = Map.of(
            Pointwise.ADD, 1,
            Pointwise.SUBTRACT, 1,
            Pointwise.MULTIPLY, 2,
            Pointwise.DIVIDE, 2,
            Pointwise.NEGATE, 2);

    private static final Map<Op, String> SIGN =
            Map.of(Pointwise.ADD, " + ", Pointwise.SUBTRACT, " − ", Pointwise.MULTIPLY, " · ", Pointwise.DIVIDE, " / ");

    private static final int ATOM = 3;

    private final Map<Tensor, String> names;

    /** @param names of the tensors at which the formula ends; compared by identity */
    private Formula(Map<Tensor, String> names) {
        this.names = names;
    }

    /**
     * Writes a graph.
     *
     * @param names of the tensors at which the formula ends; compared by identity
     */
    static String of(Tensor tensor, Map<Tensor, String> names) {
        Formula formula = new Formula(names);
        int ops = formula.ops(tensor, 0);
        return ops > MOST_OPS ? "a graph of more than " + MOST_OPS + " ops" : formula.text(tensor);
    }

    /** How many ops a formula has; what is used twice is written twice. */
    private int ops(Tensor tensor, int before) {
        if (names.containsKey(tensor) || before > MOST_OPS) {
            return before;
        }
        int count = before + 1;
        for (Tensor input : tensor.inputs()) {
            count = ops(input, count);
        }
        return count;
    }

    private String text(Tensor tensor) {
        String name = names.get(tensor);
        if (name != null) {
            return name;
        }
        Op op = tensor.op();
        if (op instanceof Constant constant && tensor.shape().size() == 1) {
            return Text.number(constant.values().get(0));
        }
        List<Tensor> inputs = tensor.inputs();
        if (op instanceof Broadcast && inputs.get(0).shape().size() == 1) {
            return text(inputs.get(0));
        }
        if (op == Pointwise.NEGATE) {
            return "−" + inner(inputs.get(0), ATOM);
        }
        if (SIGN.containsKey(op)) {
            int own = precedence(tensor);
            boolean swaps = op == Pointwise.ADD || op == Pointwise.MULTIPLY;
            return inner(inputs.get(0), own) + SIGN.get(op) + inner(inputs.get(1), swaps ? own : own + 1);
        }
        return op.label() + inputs.stream().map(this::text).collect(Collectors.joining(", ", "(", ")"));
    }

    private String inner(Tensor tensor, int needed) {
        return precedence(tensor) < needed ? "(" + text(tensor) + ")" : text(tensor);
    }

    private int precedence(Tensor tensor) {
        if (names.containsKey(tensor)) {
            return ATOM;
        }
        if (tensor.op() instanceof Broadcast && tensor.input(0).shape().size() == 1) {
            return precedence(tensor.input(0));
        }
        return PRECEDENCE.getOrDefault(tensor.op(), ATOM);
    }
}
