package scorefield.autodiff;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Leaf;

/**
 * An op's {@linkplain Op#lowered lowering} as a function: a graph with one fresh leaf for each input of a node.
 *
 * <p>In the node's own graph, one input may be computed from another, or two may be the same tensor. There, a derivative with respect to an
 * input would follow every path to it. With fresh leaves it follows only those through this input, which is what a vector-Jacobian product
 * is; and the walk ends at the leaves instead of going on through all that the inputs are computed from.
 *
 * @param node the node whose op is lowered
 * @param arguments the leaves, in the order of the node's inputs
 * @param result the lowering, computed from the arguments
 */
record Lowering(Tensor node, List<Tensor> arguments, Tensor result) {

    /**
     * The lowering of a node's op.
     *
     * @param rule the rule that the op does not state, for the error
     * @throws UnsupportedOperationException if the op has no lowering
     * @throws IllegalStateException if the lowering is not one: see {@link Op#lowered}
     */
    static Lowering of(Tensor node, String rule) {
        String op = node.op().label();
        List<Tensor> arguments = IntStream.range(0, node.inputs().size())
                .mapToObj(i -> Tensor.input(
                        "input " + i, node.input(i).shape(), node.input(i).dtype()))
                .toList();
        Tensor result = node.op()
                .lowered(node.withInputs(arguments))
                .orElseThrow(() -> new UnsupportedOperationException(
                        op + ": has neither its own " + rule + " nor a lowering; override " + rule + " or lowered"));
        if (!result.shape().equals(node.shape()) || result.dtype() != node.dtype()) {
            throw new IllegalStateException(op + ": its lowering is " + result.dtype() + " " + result.shape()
                    + ", but its result is " + node.dtype() + " " + node.shape() + "; make them equal");
        }
        for (Tensor part : Tensor.order(List.of(result))) {
            if (part.op().equals(node.op())) {
                throw new IllegalStateException(
                        op + ": its lowering contains the op itself; write it with other ops, or override " + rule);
            }
            if (part.op() instanceof Leaf && !(part.op() instanceof Constant) && !arguments.contains(part)) {
                throw new IllegalStateException(
                        op + ": its lowering reads " + part + "; make it an input of the op, or a constant");
            }
        }
        return new Lowering(node, arguments, result);
    }

    /** The result's numbers, row-major, given the arguments'. */
    double[] evaluate(double[][] in) {
        Map<Tensor, Values> feeds = new HashMap<>();
        for (int i = 0; i < in.length; i++) {
            feeds.put(arguments.get(i), ReferenceDevice.values(arguments.get(i), in[i]));
        }
        try (ReferenceDevice device = new ReferenceDevice();
                Executable program = device.compile(Program.fetching(result))) {
            return program.run(feeds).get(0).doubles();
        }
    }

    /** The cotangent of one of the node's inputs, given the node's cotangent. */
    Tensor vjp(int input, Tensor cotangent) {
        if (arguments.get(input).dtype() != DType.FLOAT) {
            return Gradients.NONE;
        }
        Tensor incoming = Tensor.input("cotangent", cotangent.shape());
        Tensor gradient =
                Gradients.vjp(result, incoming, List.of(arguments.get(input))).get(0);
        Map<Tensor, Tensor> actual = new IdentityHashMap<>();
        actual.put(incoming, cotangent);
        IntStream.range(0, arguments.size()).forEach(i -> actual.put(arguments.get(i), node.input(i)));
        for (Tensor part : Tensor.order(List.of(gradient))) {
            actual.computeIfAbsent(
                    part, p -> p.withInputs(p.inputs().stream().map(actual::get).toList()));
        }
        return actual.get(gradient);
    }
}
