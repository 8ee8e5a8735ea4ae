package scorefield.ncsn.onnx;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import scorefield.autodiff.DType;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Leaf;

/**
 * A graph of tensors as a graph of ONNX.
 *
 * <p>What is computed from constants alone, such as a parameter's part of the flat vector, is computed here and stored as numbers. Each
 * other node is written by its op's form in {@link OnnxOps}. INT tensors become {@code int64}, in which Python counts.
 */
final class OnnxGraph {

    /** The name of the free batch size. */
    static final String BATCH = "N";

    /** A graph for one batch size. */
    record Built(List<Tensor> inputs, Tensor result) {

        private List<Tensor> order() {
            List<Tensor> roots = new ArrayList<>(inputs);
            roots.add(result);
            return Tensor.order(roots);
        }
    }

    private record Numbers(TensorProto.DataType type, long[] dims, double[] numbers) {}

    private final GraphProto.Builder graph;
    private final BatchExtents extents;
    private final Tensor batchOf;
    /** The values that were written, or are numbers that nothing reads yet. */
    private final Map<Tensor, String> values = new IdentityHashMap<>();

    private final Map<String, Numbers> unread = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    private OnnxGraph(String name, Built small, BatchExtents extents) {
        this.graph = GraphProto.newBuilder().setName(name);
        this.extents = extents;
        this.batchOf = small.inputs().stream()
                .filter(input -> input.shape().rank() > 0 && extents.isFree(input, 0))
                .findFirst()
                .orElse(small.inputs().get(0));
    }

    /**
     * Writes a graph.
     *
     * @param result the name of its result
     * @param build makes it for a batch size; a graph that does not depend on it gets fixed extents
     * @throws IllegalArgumentException if the graph contains an op that has neither a form in ONNX nor a lowering, or depends on the batch
     *     size otherwise than in multiples of it
     */
    static GraphProto of(String name, String result, IntFunction<Built> build) {
        Built small = OnnxOps.lowered(build.apply(BatchExtents.SMALL));
        Built large = OnnxOps.lowered(build.apply(BatchExtents.LARGE));
        List<Tensor> order = small.order();
        OnnxGraph graph = new OnnxGraph(name, small, new BatchExtents(order, large.order()));
        graph.names.add(result);
        small.inputs().forEach(graph::input);
        graph.numbers(small);
        for (Tensor node : order) {
            // A broadcast is written where something needs it: most ops of ONNX broadcast by themselves.
            if (!graph.values.containsKey(node) && !(node.op() instanceof Broadcast)) {
                graph.write(node);
            }
        }
        graph.graph.addNode(NodeProto.newBuilder()
                .setOpType("Identity")
                .addInput(graph.read(graph.value(small.result())))
                .addOutput(result));
        graph.graph.addOutput(graph.described(result, small.result()));
        return graph.graph.build();
    }

    private void input(Tensor input) {
        names.add(input.name());
        values.put(input, input.name());
        graph.addInput(described(input.name(), input));
    }

    private ValueInfoProto described(String name, Tensor tensor) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int axis = 0; axis < tensor.shape().rank(); axis++) {
            TensorShapeProto.Dimension.Builder extent = shape.addDimBuilder();
            int multiple = extents.multiple(tensor, axis);
            if (multiple == 0) {
                extent.setDimValue(tensor.shape().dim(axis));
            } else {
                extent.setDimParam(multiple == 1 ? BATCH : multiple + "*" + BATCH);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type(tensor.dtype()).getNumber())
                                .setShape(shape)))
                .build();
    }

    private static TensorProto.DataType type(DType type) {
        return switch (type) {
            case FLOAT -> TensorProto.DataType.FLOAT;
            case INT -> TensorProto.DataType.INT64;
            case BYTE -> TensorProto.DataType.UINT8;
        };
    }

    /** Computes what depends on constants alone and is read by something else. */
    private void numbers(Built built) {
        List<Tensor> order = built.order();
        Set<Tensor> constant = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Tensor node : order) {
            boolean computable = node.op() instanceof Constant
                    // A broadcast would only be many copies of its numbers.
                    || !(node.op() instanceof Leaf || node.op() instanceof Broadcast)
                            && constant.containsAll(node.inputs());
            if (computable && !extents.isFree(node)) {
                constant.add(node);
            }
        }
        Set<Tensor> read = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Tensor node : order) {
            if (!constant.contains(node)) {
                node.inputs().stream().filter(constant::contains).forEach(read::add);
            }
        }
        if (constant.contains(built.result())) {
            read.add(built.result());
        }
        List<Tensor> wanted = order.stream().filter(read::contains).toList();
        if (!wanted.isEmpty()) {
            try (ReferenceDevice device = new ReferenceDevice();
                    Executable program = device.compile(new Program(wanted, Map.of()))) {
                List<Values> computed = program.run(Map.of());
                for (int i = 0; i < wanted.size(); i++) {
                    Tensor node = wanted.get(i);
                    long[] dims =
                            Arrays.stream(node.shape().dims()).asLongStream().toArray();
                    String name = node.name().isEmpty() ? "number" : node.name();
                    values.put(
                            node,
                            numbers(
                                    name,
                                    new Numbers(
                                            type(node.dtype()),
                                            dims,
                                            computed.get(i).doubles())));
                }
            }
        }
        // What only other constants are computed from has no value, and must not be written.
        constant.forEach(node -> values.putIfAbsent(node, ""));
    }

    private void write(Tensor node) {
        if (node.op() instanceof Leaf) {
            throw new IllegalArgumentException(
                    "a model reads only its inputs and constants; make " + node + " one of them");
        }
        values.put(node, OnnxOps.write(node, this));
    }

    // ---- for the forms of ops

    /** The value of a node's input. */
    String input(Tensor node, int index) {
        return value(node.input(index));
    }

    /** The values of all inputs of a node. */
    List<String> inputs(Tensor node) {
        return node.inputs().stream().map(this::value).toList();
    }

    /** The values of the inputs of an elementwise op. ONNX broadcasts as NumPy does, so broadcasts are left out where that gives the result's shape. */
    List<String> operands(Tensor node) {
        List<Tensor> sources = node.inputs().stream()
                .map(input -> input.op() instanceof Broadcast ? input.input(0) : input)
                .toList();
        Shape common = sources.stream()
                .map(Tensor::shape)
                .reduce(Shape.SCALAR, (a, b) -> Shape.broadcast(node.op().label(), a, b));
        return (common.equals(node.shape()) ? sources : node.inputs())
                .stream().map(this::value).toList();
    }

    private String value(Tensor tensor) {
        if (!values.containsKey(tensor)) {
            write(tensor);
        }
        return values.get(tensor);
    }

    /** Appends a node of ONNX, called after a tensor and its own type, and returns the name of its result. */
    String node(Tensor called, String type, List<String> inputs, AttributeProto... attributes) {
        String name = unique(called.name().isEmpty() ? type : called.name() + "/" + type);
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType(type)
                .addAllInput(inputs.stream().map(this::read).toList())
                .addOutput(name)
                .addAllAttribute(Arrays.asList(attributes)));
        return name;
    }

    /** A value with its axes in another order. Numbers are put into that order here. */
    String transposed(Tensor called, String value, int... permutation) {
        Numbers numbers = unread.get(value);
        if (numbers == null) {
            return node(called, "Transpose", List.of(value), attribute("perm", permutation));
        }
        long[] dims = Arrays.stream(permutation)
                .mapToLong(axis -> numbers.dims()[axis])
                .toArray();
        int[] from = Arrays.stream(numbers.dims()).mapToInt(Math::toIntExact).toArray();
        int[] own = Shape.of(from).strides();
        double[] moved = new double[numbers.numbers().length];
        int[] index = new int[dims.length];
        for (int i = 0; i < moved.length; i++) {
            int at = 0;
            for (int axis = 0; axis < index.length; axis++) {
                at += index[axis] * own[permutation[axis]];
            }
            moved[i] = numbers.numbers()[at];
            for (int axis = index.length - 1; axis >= 0 && ++index[axis] == dims[axis]; axis--) {
                index[axis] = 0;
            }
        }
        return numbers(value, new Numbers(numbers.type(), dims, moved));
    }

    /** A list of whole numbers as a value. */
    String ints(long... numbers) {
        return numbers(
                "list",
                new Numbers(
                        TensorProto.DataType.INT64,
                        new long[] {numbers.length},
                        Arrays.stream(numbers).asDoubleStream().toArray()));
    }

    /** Floating-point numbers as a value: a list, or one number alone as a scalar. */
    String floats(double... numbers) {
        long[] dims = numbers.length == 1 ? new long[0] : new long[] {numbers.length};
        return numbers("number", new Numbers(TensorProto.DataType.FLOAT, dims, numbers));
    }

    /** The same number so many times as a list. */
    String fill(int count, double number) {
        double[] numbers = new double[count];
        Arrays.fill(numbers, number);
        return numbers("list", new Numbers(TensorProto.DataType.FLOAT, new long[] {count}, numbers));
    }

    /** A tensor's extents as a list for Reshape, which computes one of them where it depends on the batch size. */
    String shapeToReshape(Tensor tensor) {
        long[] dims = new long[tensor.shape().rank()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = extents.isFree(tensor, axis) ? -1 : tensor.shape().dim(axis);
        }
        if (Arrays.stream(dims).filter(extent -> extent == -1).count() > 1) {
            throw new IllegalArgumentException("a model can compute one extent of a reshaped tensor; two of " + tensor
                    + " depend on the batch size");
        }
        return ints(dims);
    }

    /** A tensor's extents as a list for Expand, in which 1 stands for the extent that the input has. */
    String shapeToExpand(Tensor tensor) {
        Tensor from = tensor.input(0);
        int lead = tensor.shape().rank() - from.shape().rank();
        List<String> parts = new ArrayList<>();
        for (int axis = 0; axis < tensor.shape().rank(); axis++) {
            boolean same = axis >= lead
                    && from.shape().dim(axis - lead) == tensor.shape().dim(axis);
            int multiple = extents.multiple(tensor, axis);
            if (same || multiple == 0) {
                parts.add(ints(same ? 1 : tensor.shape().dim(axis)));
            } else {
                String batch =
                        node(tensor, "Shape", List.of(values.get(batchOf)), attribute("start", 0), attribute("end", 1));
                int own = extents.multiple(batchOf, 0);
                batch = own == 1 ? batch : node(tensor, "Div", List.of(batch, ints(own)));
                parts.add(multiple == 1 ? batch : node(tensor, "Mul", List.of(batch, ints(multiple))));
            }
        }
        return parts.isEmpty() ? ints() : node(tensor, "Concat", parts, attribute("axis", 0));
    }

    /** Refuses an op that takes a fixed part of an axis whose extent depends on the batch size. */
    void requireFixed(Tensor node, int axis) {
        if (extents.isFree(node.input(0), axis)) {
            throw new IllegalArgumentException("a model has a free batch size, so " + node
                    + " must not take a fixed part of axis " + axis + " of " + node.input(0));
        }
    }

    static AttributeProto attribute(String name, int... numbers) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(IntStream.of(numbers).asLongStream().boxed().toList())
                .build();
    }

    static AttributeProto attribute(String name, long number) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(number)
                .build();
    }

    static AttributeProto attribute(String name, double number) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) number)
                .build();
    }

    static AttributeProto attribute(String name, String text) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(text))
                .build();
    }

    // ---- names and numbers

    private String unique(String name) {
        String candidate = name;
        for (int i = 1; !names.add(candidate); i++) {
            candidate = name + "." + i;
        }
        return candidate;
    }

    private String numbers(String name, Numbers numbers) {
        String unique = unique(name);
        unread.put(unique, numbers);
        return unique;
    }

    /** Stores a value's numbers in the model once something reads them. */
    private String read(String value) {
        Numbers numbers = unread.remove(value);
        if (numbers != null) {
            graph.addInitializer(TensorProto.newBuilder()
                    .setName(value)
                    .setDataType(numbers.type().getNumber())
                    .addAllDims(Arrays.stream(numbers.dims()).boxed().toList())
                    .setRawData(raw(numbers)));
        }
        return value;
    }

    private static ByteString raw(Numbers numbers) {
        int count = numbers.numbers().length;
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(
                        count,
                        switch (numbers.type()) {
                            case FLOAT -> Float.BYTES;
                            case INT64 -> Long.BYTES;
                            default -> 1;
                        }))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double number : numbers.numbers()) {
            switch (numbers.type()) {
                case FLOAT -> bytes.putFloat((float) number);
                case INT64 -> bytes.putLong((long) number);
                default -> bytes.put((byte) (int) number);
            }
        }
        return ByteString.copyFrom(bytes.flip());
    }
}
