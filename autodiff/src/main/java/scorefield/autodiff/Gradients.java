package scorefield.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import scorefield.autodiff.op.Constant;

/**
 * Reverse-mode differentiation: turns a graph into a larger graph.
 *
 * <p>Walking from the result back to the leaves, every node passes its cotangent to its inputs through its op's
 * {@linkplain Op#vjp vector-Jacobian product}; where a tensor is used more than once, the cotangents add up. The gradients are ordinary
 * tensors and can be differentiated again (Griewank &amp; Walther, <i>Evaluating Derivatives</i>, chapter 3).
 */
public final class Gradients {

    /**
     * Stands for the absence of a derivative: it is the cotangent of an index, of a random number's state, and of a comparison's arguments. It
     * never becomes part of a graph.
     */
    public static final Tensor NONE = new Tensor(new Constant(Values.scalar(0)), List.of());

    private Gradients() {}

    /**
     * The gradient of a scalar.
     *
     * @return for each tensor of {@code wrt} its gradient, of its shape; zero where the scalar does not depend on it
     */
    public static List<Tensor> of(Tensor scalar, List<Tensor> wrt) {
        if (scalar.shape().size() != 1) {
            throw new IllegalArgumentException("Gradients.of: needs one number to differentiate; got " + scalar
                    + "; sum it first, or use vjp with a cotangent");
        }
        return vjp(scalar, Tensor.fill(scalar.shape(), 1), wrt);
    }

    /** The gradient of a scalar with respect to one tensor. */
    public static Tensor of(Tensor scalar, Tensor wrt) {
        return of(scalar, List.of(wrt)).get(0);
    }

    /**
     * The vector-Jacobian product cotangentᵀ·∂y/∂w for each w of {@code wrt}.
     *
     * @param cotangent of the shape of {@code y}
     */
    public static List<Tensor> vjp(Tensor y, Tensor cotangent, List<Tensor> wrt) {
        if (!y.shape().equals(cotangent.shape())) {
            throw new IllegalArgumentException(
                    "Gradients.vjp: the cotangent of " + y + " must have its shape; got " + cotangent.shape());
        }
        requireFloat(y);
        wrt.forEach(Gradients::requireFloat);
        List<Tensor> order = Tensor.order(List.of(y));
        Set<Tensor> active = dependents(order, wrt);
        Layers layers = Layers.of(order);
        Map<Tensor, Tensor> cotangents = new IdentityHashMap<>();
        cotangents.put(y, cotangent);
        for (int i = order.size() - 1; i >= 0; i--) {
            Tensor node = order.get(i);
            Tensor incoming = cotangents.get(node);
            if (incoming == null || !active.contains(node)) {
                continue;
            }
            for (int k = 0; k < node.inputs().size(); k++) {
                Tensor input = node.inputs().get(k);
                if (!active.contains(input)) {
                    continue;
                }
                Tensor contribution = node.op().vjp(node, k, incoming);
                if (contribution != NONE) {
                    cotangents.merge(input, named(contribution, incoming, layers.nameOf(node)), Tensor::plus);
                }
            }
        }
        List<Tensor> result = new ArrayList<>();
        for (Tensor w : wrt) {
            Tensor gradient = cotangents.get(w);
            result.add(gradient == null ? Tensor.zeros(w.shape()) : gradient);
        }
        return result;
    }

    /** The cotangent that a layer computes, named after the layer; see {@link Layers}. One that it only passes on keeps its name. */
    private static Tensor named(Tensor contribution, Tensor incoming, String layer) {
        boolean passedOn = contribution == incoming || !contribution.name().isEmpty();
        return passedOn || layer.isEmpty() ? contribution : contribution.named(Layers.BACKWARD + layer);
    }

    private static void requireFloat(Tensor tensor) {
        if (tensor.dtype() != DType.FLOAT) {
            throw new IllegalArgumentException(tensor + " has no derivative; only FLOAT tensors have one");
        }
    }

    /** The tensors that depend on one of {@code wrt}: no cotangent is needed of the others. */
    private static Set<Tensor> dependents(List<Tensor> order, List<Tensor> wrt) {
        Set<Tensor> active = Collections.newSetFromMap(new IdentityHashMap<>());
        active.addAll(wrt);
        for (Tensor node : order) {
            if (node.dtype() == DType.FLOAT && node.inputs().stream().anyMatch(active::contains)) {
                active.add(node);
            }
        }
        return active;
    }
}
