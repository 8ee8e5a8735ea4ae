package scorefield.autodiff;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.op.Leaf;

/**
 * Assigns the nodes of a graph to layers: a named node forms the layer of that name, with the unnamed nodes that it is computed from. Where
 * several named nodes are computed from an unnamed one, it belongs to the first of them in the order of computation.
 *
 * <p>{@linkplain Gradients Differentiation} names the nodes that it adds after the layer that it differentiates: the cotangents that
 * {@code conv1} passes to its inputs and its weights form the layer {@code ∇conv1}. So a profile can say what a layer costs in the forward
 * and in the backward pass, and needs no other record of it than the graph.
 */
public final class Layers {

    /** The prefix of a layer's name in the backward pass. */
    public static final String BACKWARD = "∇";

    private final Map<Tensor, String> names = new IdentityHashMap<>();

    private Layers(List<Tensor> order) {
        for (Tensor node : order) {
            if (!node.name().isEmpty() && !(node.op() instanceof Leaf)) {
                claim(node, node.name());
            }
        }
    }

    /** The layers of a graph whose nodes are given in the order of computation. */
    public static Layers of(List<Tensor> order) {
        return new Layers(order);
    }

    /** The layers of a program: what has no layer yet and a variable's new value is computed from is called after the variable. */
    public static Layers of(Program program) {
        Layers layers = new Layers(program.order());
        program.updates().forEach((variable, value) -> layers.claim(value, variable.name()));
        return layers;
    }

    /** Assigns a layer to a node and to all unnamed nodes that it is computed from and that have no layer yet. */
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

    /** The name of a node's layer; empty if no named node is computed from it. */
    public String nameOf(Tensor node) {
        return names.getOrDefault(node, "");
    }
}
