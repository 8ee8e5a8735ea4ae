package scorefield.autodiff;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.op.Leaf;

/**
 * Which part of a computation each node of a graph is: a node with a name is the part of that name, together with the nameless nodes that
 * only lead up to it.
 *
 * <p>{@linkplain Gradients Differentiation} names what it adds after the part that it passes back through: the cotangents that
 * {@code conv1} gives to its inputs and its weights are the part {@code ∇conv1}. So a profile can say what a layer costs on the way
 * forward and on the way back, and the graph is the only book that is kept.
 */
public final class Layers {

    /** Before the name of a layer that is passed back through. */
    public static final String BACKWARD = "∇";

    private final Map<Tensor, String> names = new IdentityHashMap<>();

    private Layers(List<Tensor> order) {
        for (Tensor node : order) {
            if (!node.name().isEmpty() && !(node.op() instanceof Leaf)) {
                claim(node, node.name());
            }
        }
    }

    /** The parts of a graph whose nodes are given in the order of computation. */
    public static Layers of(List<Tensor> order) {
        return new Layers(order);
    }

    /** The parts of a program: what leads up to a variable's new value alone is the part that is called after the variable. */
    public static Layers of(Program program) {
        Layers layers = new Layers(program.order());
        program.updates().forEach((variable, value) -> layers.claim(value, variable.name()));
        return layers;
    }

    /** Gives a node its name, and the same to all nameless ones that lead up to it and that nobody has claimed before. */
    private void claim(Tensor node, String name) {
        Deque<Tensor> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            Tensor next = open.pop();
            boolean mine = next == node || next.name().isEmpty();
            if (mine && !(next.op() instanceof Leaf) && names.putIfAbsent(next, name) == null) {
                open.addAll(next.inputs());
            }
        }
    }

    /** The name of the part that a node belongs to; empty where it leads up to nothing that has a name. */
    public String nameOf(Tensor node) {
        return names.getOrDefault(node, "");
    }
}
