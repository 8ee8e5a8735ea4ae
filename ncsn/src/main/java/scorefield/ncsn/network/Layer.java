package scorefield.ncsn.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.MatMul;

/**
 * One layer of a network, with its cost for one sample.
 *
 * <p>Layers are derived from the network's graph: a layer is a named node together with the unnamed nodes that lead
 * only to it.
 *
 * @param name as in checkpoints, without {@code .weight}
 * @param output the shape of its result, without the batch
 * @param parameters the number of its parameters
 * @param multiplyAdds the multiply-adds of its convolutions and matrix products; other ops are not counted
 */
public record Layer(String name, Shape output, int parameters, long multiplyAdds) {

    /** The layers of a network in the order in which they are computed. */
    public static List<Layer> of(ScoreNetwork network) {
        Map<String, Parameter> parameters = new HashMap<>();
        network.parameters().list().forEach(parameter -> parameters.put(parameter.name(), parameter));
        int[] dims = network.sample().dims();
        int[] batch = new int[dims.length + 1];
        batch[0] = 1;
        System.arraycopy(dims, 0, batch, 1, dims.length);
        Tensor score = network.score(
                network.parameters()
                        .weights(Tensor.input(
                                "weights", Shape.of(network.parameters().size()))),
                Tensor.input("x", Shape.of(batch)),
                Tensor.input("sigma", Shape.of(1)));

        List<Layer> layers = new ArrayList<>();
        Set<Tensor> counted = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Tensor node : Tensor.order(List.of(score))) {
            if (node.name().isEmpty() || node.op() instanceof Leaf || parameters.containsKey(node.name())) {
                continue;
            }
            int learned = 0;
            long multiplyAdds = 0;
            Deque<Tensor> open = new ArrayDeque<>(List.of(node));
            while (!open.isEmpty()) {
                Tensor part = open.pop();
                if (!counted.add(part)) {
                    continue;
                }
                Parameter parameter = parameters.get(part.name());
                if (parameter != null) {
                    learned += parameter.size();
                    continue;
                }
                multiplyAdds += multiplyAdds(part);
                open.addAll(part.inputs());
            }
            int[] shape = node.shape().dims();
            Shape output = Shape.of(Arrays.copyOfRange(shape, Math.min(1, shape.length), shape.length));
            layers.add(new Layer(node.name(), output, learned, multiplyAdds));
        }
        return layers;
    }

    private static long multiplyAdds(Tensor node) {
        if (node.op() instanceof Conv2d) {
            return (long) node.shape().size() * node.input(1).shape().range(0, 3);
        }
        if (node.op() instanceof MatMul matMul) {
            return (long) node.shape().size() * matMul.inner(node);
        }
        return 0;
    }
}
