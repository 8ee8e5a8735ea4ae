package scorefield.bench.peer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;
import scorefield.autodiff.Shape;

/**
 * Single operations with ND4J and oneDNN, in the layout in which its convolutions are fastest: images N×H×W×C, weights Cout×Cin×K×K.
 *
 * <p>It computes both gradients of a convolution with one op ({@code conv2d_bp}), which is much faster than its op for the input gradient
 * alone; so the time of either gradient is the time of both. It has no group norm. Results go to preallocated memory.
 */
public final class Nd4jOperations implements OperationPeer {

    private static final int SAME = 1;
    private static final int NHWC = 1;
    private static final int OUT_IN_HEIGHT_WIDTH = 1;

    private final Map<String, INDArray> arrays = new HashMap<>();
    private @Nullable Operation operation;
    private Runnable once = () -> {};
    private List<INDArray> results = List.of();

    @Override
    public String describe() {
        return "ND4J 1.0.0-M2.1 with oneDNN (%s), %s threads"
                .formatted(
                        Loader.getPlatform() + System.getProperty("org.bytedeco.javacpp.platform.extension", ""),
                        System.getenv("OMP_NUM_THREADS"));
    }

    @Override
    public void prepare(Operation next) {
        results.forEach(INDArray::close);
        arrays.values().stream().filter(array -> !array.wasClosed()).forEach(INDArray::close);
        arrays.clear();
        operation = next;
        next.numbers().forEach((name, numbers) -> arrays.put(name, array(next, name, numbers)));
        switch (next.kind()) {
            case CONVOLUTION -> {
                INDArray y = made(next.y());
                results = List.of(y);
                executing(convolution("conv2d", next, List.of(get("x"), get("w")), List.of(y)));
            }
            case INPUT_GRADIENT, WEIGHT_GRADIENT -> {
                INDArray dx = made(next.x());
                INDArray dw = get("w").ulike();
                results = List.of(dx, dw);
                executing(
                        convolution("conv2d_bp", next, List.of(get("x"), get("w"), get("cotangent")), List.of(dx, dw)));
            }
            case UPSAMPLE -> {
                INDArray y = made(next.y());
                results = List.of(y);
                executing(DynamicCustomOp.builder("upsampling2d")
                        .addInputs(get("x"))
                        .addOutputs(y)
                        .addIntegerArguments(2, 2, 0) // not N×C×H×W
                        .build());
            }
            case ADAM -> {
                results = List.of(get("x"), get("mean"), get("meanSquare"), get("average"));
                INDArray update = get("gradient").ulike();
                INDArray gradient = get("gradient");
                once = () -> {
                    Nd4j.exec(new AdamUpdater(
                            gradient,
                            get("meanSquare"),
                            get("mean"),
                            update,
                            get("meanSquare"),
                            get("mean"),
                            Peer.LEARNING_RATE,
                            Peer.BETA1,
                            Peer.BETA2,
                            Peer.EPSILON,
                            0));
                    get("x").subi(update);
                    get("average").muli(Peer.AVERAGE).addi(get("x").mul(1 - Peer.AVERAGE));
                };
            }
            case NORM_SILU, NORM_SILU_GRADIENT -> throw new IllegalArgumentException("ND4J has no group norm: " + next);
        }
    }

    private void executing(CustomOp op) {
        once = () -> Nd4j.exec(op);
    }

    private static CustomOp convolution(String name, Operation of, List<INDArray> inputs, List<INDArray> outputs) {
        int k = of.kernel();
        return DynamicCustomOp.builder(name)
                .addInputs(inputs.toArray(INDArray[]::new))
                .addOutputs(outputs.toArray(INDArray[]::new))
                .addIntegerArguments(k, k, 1, 1, 0, 0, 1, 1, SAME, NHWC, OUT_IN_HEIGHT_WIDTH)
                .build();
    }

    private INDArray get(String name) {
        INDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalStateException("there are no numbers called " + name);
        }
        return array;
    }

    private static INDArray made(Shape shape) {
        return Nd4j.zeros(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
    }

    /** Converts from this project's layout: weights K×K×Cin×Cout. */
    private static INDArray array(Operation of, String name, float[] numbers) {
        Shape shape = switch (name) {
            case "w" -> of.weights();
            case "cotangent" -> of.y();
            default -> of.x();
        };
        if (shape.rank() != 4) {
            return Nd4j.createFromArray(numbers);
        }
        INDArray here = Nd4j.createFromArray(numbers).reshape(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
        return name.equals("w") ? here.permute(3, 2, 0, 1).dup('c') : here;
    }

    @Override
    public void repeat(int times) {
        for (int i = 0; i < times; i++) {
            once.run();
        }
    }

    @Override
    public float[] results() {
        if (operation == null) {
            throw new IllegalStateException("no operation was prepared; call prepare first");
        }
        return switch (operation.kind()) {
            case INPUT_GRADIENT -> floats(results.get(0));
            case WEIGHT_GRADIENT -> floats(results.get(1).permute(2, 3, 1, 0));
            default ->
                Numbers.joined(results.stream().map(Nd4jOperations::floats).toList());
        };
    }

    private static float[] floats(INDArray array) {
        return array.dup('c').data().asFloat();
    }

    @Override
    public void close() {
        // The process ends together with its only peer.
    }

    /** A process with this peer. */
    public static void main(String... arguments) throws Exception {
        PeerServer.serve(Nd4jOperations::new);
    }
}
