package scorefield.ncsn.onnx;

import static scorefield.ncsn.onnx.OnnxGraph.attribute;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.TensorProto.DataType;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Gather;
import scorefield.autodiff.op.GroupNorm;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.MatMul;
import scorefield.autodiff.op.Max;
import scorefield.autodiff.op.Pad;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Reshape;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.Softmax;
import scorefield.autodiff.op.Sum;
import scorefield.autodiff.op.SumPool;
import scorefield.autodiff.op.ToFloat;
import scorefield.autodiff.op.Transpose;
import scorefield.autodiff.op.UpsampleBilinear;
import scorefield.autodiff.op.UpsampleNearest;

/**
 * How each op is written in ONNX, opset 17 (ONNX, "Operators"). An op that is not in the table is replaced by its {@linkplain Op#lowered
 * lowering}; one that has none cannot be exported. These are the ops that only a gradient contains, and random numbers.
 *
 * <p>ONNX puts the channels of images before their pixels. The ops on images are written between two transpositions, which ONNX Runtime
 * removes where they meet.
 */
final class OnnxOps {

    /** The version of ONNX's operators. */
    static final int OPSET = 17;

    /** Axes of N×H×W×C in the order N×C×H×W. */
    private static final int[] CHANNELS_FIRST = {0, 3, 1, 2};

    private static final int[] CHANNELS_LAST = {0, 2, 3, 1};

    /** Writes a node, and returns the name of its value. */
    @FunctionalInterface
    private interface Form<T extends Op> {
        String write(T op, Tensor node, OnnxGraph graph);
    }

    private static final Map<Class<? extends Op>, Form<?>> FORMS = Map.ofEntries(
            form(
                    Broadcast.class,
                    (op, node, graph) ->
                            graph.node(node, "Expand", List.of(graph.input(node, 0), graph.shapeToExpand(node)))),
            form(
                    Concatenate.class,
                    (op, node, graph) -> graph.node(node, "Concat", graph.inputs(node), attribute("axis", op.axis()))),
            form(Conv2d.class, OnnxOps::convolution),
            form(Conv2dInputGradient.class, OnnxOps::transposedConvolution),
            form(
                    Gather.class,
                    (op, node, graph) -> graph.node(node, "Gather", graph.inputs(node), attribute("axis", 0))),
            form(GroupNorm.class, OnnxOps::groupNorm),
            form(MatMul.class, OnnxOps::product),
            form(Max.class, OnnxOps::max),
            form(Pad.class, OnnxOps::pad),
            form(Pointwise.class, OnnxOps::pointwise),
            form(
                    Reshape.class,
                    (op, node, graph) ->
                            graph.node(node, "Reshape", List.of(graph.input(node, 0), graph.shapeToReshape(node)))),
            form(Slice.class, OnnxOps::slice),
            form(
                    Softmax.class,
                    (op, node, graph) -> graph.node(node, "Softmax", graph.inputs(node), attribute("axis", op.axis()))),
            form(
                    Sum.class,
                    (op, node, graph) -> graph.node(
                            node,
                            "ReduceSum",
                            List.of(
                                    graph.input(node, 0),
                                    graph.ints(op.axes().stream()
                                            .mapToLong(axis -> axis)
                                            .toArray())),
                            attribute("keepdims", 1),
                            attribute("noop_with_empty_axes", 1))),
            form(SumPool.class, OnnxOps::sumPool),
            form(ToFloat.class, (op, node, graph) -> cast(node, graph.input(node, 0), DataType.FLOAT, graph)),
            form(
                    Transpose.class,
                    (op, node, graph) -> graph.transposed(
                            node,
                            graph.input(node, 0),
                            op.permutation().stream().mapToInt(axis -> axis).toArray())),
            form(
                    UpsampleBilinear.class,
                    (op, node, graph) -> resize(
                            node,
                            op.factor(),
                            graph,
                            attribute("mode", "linear"),
                            attribute("coordinate_transformation_mode", "half_pixel"))),
            form(
                    UpsampleNearest.class,
                    (op, node, graph) -> resize(
                            node,
                            op.factor(),
                            graph,
                            attribute("mode", "nearest"),
                            attribute("nearest_mode", "floor"),
                            attribute("coordinate_transformation_mode", "asymmetric"))));

    private OnnxOps() {}

    private static <T extends Op> Map.Entry<Class<? extends Op>, Form<?>> form(Class<T> op, Form<T> form) {
        return Map.entry(op, form);
    }

    /** Whether an op has a form of its own: its class, or for the constants of an enum the enum. */
    static boolean writes(Op op) {
        return FORMS.containsKey(kind(op));
    }

    private static Class<?> kind(Op op) {
        return op instanceof Enum<?> constant ? constant.getDeclaringClass() : op.getClass();
    }

    /** Writes a node whose op has a form, and returns the name of its value. */
    @SuppressWarnings("unchecked") // the table pairs each class with its own form
    static String write(Tensor node, OnnxGraph graph) {
        return ((Form<Op>) FORMS.get(kind(node.op()))).write(node.op(), node, graph);
    }

    /**
     * The graph with lowerings in place of the ops that have no form.
     *
     * @throws IllegalArgumentException if an op has neither
     */
    static OnnxGraph.Built lowered(OnnxGraph.Built built) {
        Map<Tensor, Tensor> replacements = new IdentityHashMap<>();
        for (Tensor node : Tensor.order(List.of(built.result()))) {
            replacements.put(node, replacement(node, replacements));
        }
        return new OnnxGraph.Built(built.inputs(), replacements.get(built.result()));
    }

    private static Tensor replacement(Tensor node, Map<Tensor, Tensor> replacements) {
        if (node.op() instanceof Leaf) {
            return node;
        }
        List<Tensor> inputs = node.inputs().stream().map(replacements::get).toList();
        Tensor same = inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
        if (writes(node.op())) {
            return same;
        }
        Tensor lowering = node.op()
                .lowered(same)
                .orElseThrow(() -> new IllegalArgumentException("ONNX has no form of the op "
                        + node.op().label() + " (" + node + "), and it has no lowering; leave it out of the network"));
        inputs.forEach(input -> replacements.put(input, input));
        for (Tensor part : Tensor.order(List.of(lowering))) {
            if (!replacements.containsKey(part)) {
                replacements.put(part, replacement(part, replacements));
            }
        }
        return replacements.get(lowering);
    }

    // ---- elementwise

    private static String pointwise(Pointwise op, Tensor node, OnnxGraph graph) {
        List<String> in = graph.operands(node);
        return switch (op) {
            case ADD -> graph.node(node, "Add", in);
            case SUBTRACT -> graph.node(node, "Sub", in);
            case MULTIPLY -> graph.node(node, "Mul", in);
            case DIVIDE -> graph.node(node, "Div", in);
            case POWER -> graph.node(node, "Pow", in);
            case MAXIMUM -> graph.node(node, "Max", in);
            case MINIMUM -> graph.node(node, "Min", in);
            case LESS -> truth(node, graph.node(node, "Less", in), graph);
            case LESS_OR_EQUAL -> truth(node, graph.node(node, "LessOrEqual", in), graph);
            case EQUAL -> truth(node, graph.node(node, "Equal", in), graph);
            case NEGATE -> graph.node(node, "Neg", in);
            case ABS -> graph.node(node, "Abs", in);
            case SIGN -> graph.node(node, "Sign", in);
            case IS_FINITE -> {
                String not =
                        graph.node(node, "Or", List.of(graph.node(node, "IsInf", in), graph.node(node, "IsNaN", in)));
                yield truth(node, graph.node(node, "Not", List.of(not)), graph);
            }
            case EXP -> graph.node(node, "Exp", in);
            case EXPM1 -> expm1(node, in.get(0), graph);
            case LOG -> graph.node(node, "Log", in);
            case SQRT -> graph.node(node, "Sqrt", in);
            case SIN -> graph.node(node, "Sin", in);
            case COS -> graph.node(node, "Cos", in);
            case TANH -> graph.node(node, "Tanh", in);
            case SIGMOID -> graph.node(node, "Sigmoid", in);
            case SOFTPLUS -> graph.node(node, "Softplus", in);
            case SELECT ->
                graph.node(node, "Where", List.of(cast(node, in.get(0), DataType.BOOL, graph), in.get(1), in.get(2)));
        };
    }

    /** A condition as 1 or 0. */
    private static String truth(Tensor node, String condition, OnnxGraph graph) {
        return cast(node, condition, DataType.FLOAT, graph);
    }

    private static String cast(Tensor node, String value, DataType type, OnnxGraph graph) {
        return graph.node(node, "Cast", List.of(value), attribute("to", type.getNumber()));
    }

    /** eᵃ − 1; for |a| &lt; 1, where the difference loses digits, 2t/(1 − t) with t = tanh(a/2). */
    private static String expm1(Tensor node, String a, OnnxGraph graph) {
        String one = graph.floats(1);
        String difference = graph.node(node, "Sub", List.of(graph.node(node, "Exp", List.of(a)), one));
        String t = graph.node(node, "Tanh", List.of(graph.node(node, "Mul", List.of(a, graph.floats(0.5)))));
        String quotient = graph.node(
                node, "Div", List.of(graph.node(node, "Add", List.of(t, t)), graph.node(node, "Sub", List.of(one, t))));
        String small = graph.node(node, "Less", List.of(graph.node(node, "Abs", List.of(a)), one));
        return graph.node(node, "Where", List.of(small, quotient, difference));
    }

    // ---- reductions

    private static String max(Max op, Tensor node, OnnxGraph graph) {
        int[] axes = op.axes().stream().mapToInt(axis -> axis).toArray();
        return axes.length == 0 // no axis at all would mean every axis
                ? graph.node(node, "Identity", graph.inputs(node))
                : graph.node(node, "ReduceMax", graph.inputs(node), attribute("axes", axes), attribute("keepdims", 1));
    }

    // ---- movement

    private static String slice(Slice op, Tensor node, OnnxGraph graph) {
        graph.requireFixed(node, op.axis());
        return graph.node(
                node,
                "Slice",
                List.of(graph.input(node, 0), graph.ints(op.from()), graph.ints(op.to()), graph.ints(op.axis())));
    }

    private static String pad(Pad op, Tensor node, OnnxGraph graph) {
        int rank = node.shape().rank();
        long[] pads = new long[2 * rank];
        pads[op.axis()] = op.before();
        pads[rank + op.axis()] = op.after();
        return graph.node(node, "Pad", List.of(graph.input(node, 0), graph.ints(pads)));
    }

    // ---- linear algebra and images

    private static String product(MatMul op, Tensor node, OnnxGraph graph) {
        String a = op.transposeA() ? transposedMatrices(node.input(0), node, 0, graph) : graph.input(node, 0);
        String b = op.transposeB() ? transposedMatrices(node.input(1), node, 1, graph) : graph.input(node, 1);
        return graph.node(node, "MatMul", List.of(a, b));
    }

    private static String transposedMatrices(Tensor matrices, Tensor node, int input, OnnxGraph graph) {
        int rank = matrices.shape().rank();
        int[] permutation = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            permutation[axis] = axis < rank - 2 ? axis : 2 * rank - 3 - axis;
        }
        return graph.transposed(node, graph.input(node, input), permutation);
    }

    private static String convolution(Conv2d op, Tensor node, OnnxGraph graph) {
        Shape w = node.input(1).shape();
        String result = graph.node(
                node,
                "Conv",
                List.of(channelsFirst(node, graph), weights(node, graph)),
                attribute("kernel_shape", w.dim(0), w.dim(1)),
                attribute("strides", op.stride(), op.stride()),
                attribute("pads", op.padding(), op.padding(), op.padding(), op.padding()));
        return channelsLast(node, result, graph);
    }

    /** The convolution's adjoint with respect to the images, also called a transposed convolution. */
    private static String transposedConvolution(Conv2dInputGradient op, Tensor node, OnnxGraph graph) {
        Shape g = node.input(0).shape();
        Shape w = node.input(1).shape();
        int[] rest = new int[2]; // the pixels at the end that the strides of the convolution do not reach
        for (int axis = 0; axis < 2; axis++) {
            int reached = (g.dim(1 + axis) - 1) * op.stride() - 2 * op.padding() + w.dim(axis);
            rest[axis] = node.shape().dim(1 + axis) - reached;
        }
        String result = graph.node(
                node,
                "ConvTranspose",
                List.of(channelsFirst(node, graph), weights(node, graph)),
                attribute("kernel_shape", w.dim(0), w.dim(1)),
                attribute("strides", op.stride(), op.stride()),
                attribute("pads", op.padding(), op.padding(), op.padding(), op.padding()),
                attribute("output_padding", rest));
        return channelsLast(node, result, graph);
    }

    /** kh×kw×Cin×Cout as Cout×Cin×kh×kw. */
    private static String weights(Tensor node, OnnxGraph graph) {
        return graph.transposed(node, graph.input(node, 1), 3, 2, 0, 1);
    }

    /** The first input, images, as N×C×H×W. */
    private static String channelsFirst(Tensor node, OnnxGraph graph) {
        return graph.transposed(node, graph.input(node, 0), CHANNELS_FIRST);
    }

    private static String channelsLast(Tensor node, String value, OnnxGraph graph) {
        return graph.transposed(node, value, CHANNELS_LAST);
    }

    /** Group norm is instance norm over all numbers of a group, in front of the scale and the shift of each channel. */
    private static String groupNorm(GroupNorm op, Tensor node, OnnxGraph graph) {
        Shape x = node.shape();
        int groups = op.groups();
        String rows = graph.node(node, "Reshape", List.of(channelsFirst(node, graph), graph.ints(0, groups, -1)));
        String normal = graph.node(
                node,
                "InstanceNormalization",
                List.of(rows, graph.fill(groups, 1), graph.fill(groups, 0)),
                attribute("epsilon", op.epsilon()));
        String images = graph.node(node, "Reshape", List.of(normal, graph.ints(-1, x.dim(3), x.dim(1), x.dim(2))));
        String last = channelsLast(node, images, graph);
        String scaled = graph.node(node, "Mul", List.of(last, graph.input(node, 1)));
        String u = graph.node(node, "Add", List.of(scaled, graph.input(node, 2)));
        return op.silu() ? graph.node(node, "Mul", List.of(u, graph.node(node, "Sigmoid", List.of(u)))) : u;
    }

    private static String sumPool(SumPool op, Tensor node, OnnxGraph graph) {
        int factor = op.factor();
        String means = graph.node(
                node,
                "AveragePool",
                List.of(channelsFirst(node, graph)),
                attribute("kernel_shape", factor, factor),
                attribute("strides", factor, factor));
        String sums = graph.node(node, "Mul", List.of(means, graph.floats((double) factor * factor)));
        return channelsLast(node, sums, graph);
    }

    private static String resize(Tensor node, int factor, OnnxGraph graph, onnx.Onnx.AttributeProto... attributes) {
        String larger = graph.node(
                node,
                "Resize",
                List.of(channelsFirst(node, graph), "", graph.floats(1, 1, factor, factor)),
                attributes);
        return channelsLast(node, larger, graph);
    }
}
