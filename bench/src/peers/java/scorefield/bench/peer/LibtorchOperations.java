package scorefield.bench.peer;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;

/**
 * Single operations with libtorch. A gradient is autograd's backward pass from the cotangent: the graph is retained, and the forward pass
 * is not timed.
 */
public final class LibtorchOperations implements OperationPeer {

    private static final long[] ONES = {1, 1};

    private final torch.MemoryFormat format;
    private final LibtorchOps ops = new LibtorchOps();
    private final Map<String, Tensor> tensors = new HashMap<>();
    private @Nullable Operation operation;
    private @Nullable Tensor forward;
    private List<Tensor> results = List.of();
    private List<GenericList> lists = List.of();

    public LibtorchOperations(boolean channelsLast, int threads) {
        Loader.load(torch.class);
        torch.set_num_threads(threads);
        this.format = channelsLast ? torch.MemoryFormat.ChannelsLast : torch.MemoryFormat.Contiguous;
    }

    @Override
    public String describe() throws IOException {
        return LibtorchPeer.describe(format);
    }

    @Override
    public void prepare(Operation next) {
        tensors.values().forEach(Tensor::close);
        results.forEach(Tensor::close);
        tensors.clear();
        results = List.of();
        forward = null;
        operation = next;
        next.numbers().forEach((name, numbers) -> tensors.put(name, tensor(next, name, numbers)));
        if (next.kind() == Operation.Kind.ADAM) {
            // One tensor instead of PyTorch's list of parameters: this needs fewer calls than the network's hundreds.
            lists = List.of(
                    list("x"),
                    list("gradient"),
                    list("mean"),
                    list("meanSquare"),
                    LibtorchOps.list(List.of(Tensor.create(1f))), // the count of steps
                    list("average"));
        }
        if (isGradient(next.kind())) {
            List.of("x", "w", "scale", "shift").forEach(name -> {
                Tensor tensor = tensors.get(name);
                if (tensor != null) {
                    tensor.requires_grad_(true);
                }
            });
            forward = forward(next);
        }
    }

    private GenericList list(String name) {
        return LibtorchOps.list(List.of(get(name)));
    }

    private static boolean isGradient(Operation.Kind kind) {
        return kind == Operation.Kind.INPUT_GRADIENT
                || kind == Operation.Kind.WEIGHT_GRADIENT
                || kind == Operation.Kind.NORM_SILU_GRADIENT;
    }

    private Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalStateException("there are no numbers called " + name);
        }
        return tensor;
    }

    /** Converts from this project's layout: images N×H×W×C, weights K×K×Cin×Cout. */
    private Tensor tensor(Operation of, String name, float[] numbers) {
        Shape shape = switch (name) {
            case "w" -> of.weights();
            case "cotangent" -> of.y();
            case "scale", "shift" -> Shape.of(numbers.length);
            default -> of.x();
        };
        if (shape.rank() != 4) {
            return Tensor.create(numbers, numbers.length);
        }
        Tensor here = Tensor.create(numbers, shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
        return here.permute(name.equals("w") ? new long[] {3, 2, 0, 1} : new long[] {0, 3, 1, 2})
                .contiguous(format);
    }

    private Tensor forward(Operation of) {
        return switch (of.kind()) {
            case CONVOLUTION, INPUT_GRADIENT, WEIGHT_GRADIENT ->
                torch.conv2d(
                        get("x"),
                        get("w"),
                        new TensorOptional(),
                        ONES,
                        new long[] {of.kernel() / 2, of.kernel() / 2},
                        ONES,
                        1);
            case NORM_SILU, NORM_SILU_GRADIENT ->
                torch.silu(torch.group_norm(
                        get("x"),
                        of.groups(),
                        new TensorOptional(get("scale")),
                        new TensorOptional(get("shift")),
                        Operation.NORM_EPSILON,
                        true));
            case UPSAMPLE ->
                torch.upsample_nearest2d(
                        get("x"), 2L * of.x().dim(1), 2L * of.x().dim(2));
            case ADAM -> throw new IllegalStateException("Adam creates no new tensors");
        };
    }

    private List<Tensor> gradients(Operation of) {
        List<Tensor> wanted = switch (of.kind()) {
            case INPUT_GRADIENT -> List.of(get("x"));
            case WEIGHT_GRADIENT -> List.of(get("w"));
            default -> List.of(get("x"), get("scale"), get("shift"));
        };
        TensorVector found = torch.grad(
                new TensorVector(forward),
                new TensorVector(wanted.toArray(Tensor[]::new)),
                new TensorVector(get("cotangent")),
                new BoolOptional(true),
                false,
                false);
        List<Tensor> list = new ArrayList<>();
        for (long i = 0; i < found.size(); i++) {
            list.add(found.get(i));
        }
        return list;
    }

    private List<Tensor> once(Operation of) {
        if (isGradient(of.kind())) {
            return gradients(of);
        }
        try (NoGradGuard noGradients = new NoGradGuard()) {
            if (of.kind() == Operation.Kind.ADAM) {
                ops.adam(
                        lists.get(0),
                        lists.get(1),
                        lists.get(2),
                        lists.get(3),
                        LibtorchOps.list(List.of()),
                        lists.get(4));
                ops.lerp(lists.get(5), lists.get(0), 1 - Peer.AVERAGE);
                return List.of();
            }
            return List.of(forward(of));
        }
    }

    @Override
    public void repeat(int times) {
        Operation of = prepared();
        for (int i = 0; i < times; i++) {
            try (PointerScope scope = new PointerScope()) {
                once(of);
            }
        }
    }

    private Operation prepared() {
        if (operation == null) {
            throw new IllegalStateException("no operation was prepared; call prepare first");
        }
        return operation;
    }

    @Override
    public float[] results() {
        Operation of = prepared();
        try (PointerScope scope = new PointerScope()) {
            List<Tensor> found = of.kind() == Operation.Kind.ADAM
                    ? List.of(get("x"), get("mean"), get("meanSquare"), get("average"))
                    : once(of);
            return Numbers.joined(
                    found.stream().map(tensor -> floats(of, tensor)).toList());
        }
    }

    private static float[] floats(Operation of, Tensor tensor) {
        Tensor ours = tensor.detach();
        if (tensor.dim() == 4) {
            ours = of.kind() == Operation.Kind.WEIGHT_GRADIENT ? ours.permute(2, 3, 1, 0) : ours.permute(0, 2, 3, 1);
        }
        float[] numbers = new float[Math.toIntExact(tensor.numel())];
        FloatBuffer buffer = ours.contiguous().createBuffer();
        buffer.get(numbers);
        return numbers;
    }

    @Override
    public void close() {
        // The process ends together with its only peer.
    }

    /** A process with this peer: arguments are {@code nchw} or {@code channels-last}, and the number of threads. */
    public static void main(String... arguments) throws Exception {
        PeerServer.serve(
                () -> new LibtorchOperations(arguments[0].equals("channels-last"), Integer.parseInt(arguments[1])));
    }
}
