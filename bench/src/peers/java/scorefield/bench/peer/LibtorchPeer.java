package scorefield.bench.peer;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import scorefield.autodiff.Shape;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parameters;

/**
 * libtorch with oneDNN, as a C++ or Python program would use it: autograd, PyTorch's fused Adam, its gradient clipping, and a moving
 * average over lists of tensors. With bfloat16, the forward pass runs under autocast, as PyTorch recommends: convolutions and matrix
 * products take and give bfloat16, parameters and their gradients stay in single precision.
 */
public final class LibtorchPeer implements Peer {

    private final Workload workload;
    private final torch.MemoryFormat format;
    private final boolean bf16;
    private final Parameters layout;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final List<Tensor> averages = new ArrayList<>();
    private final LibtorchUNet network;
    private final Tensor x;
    private final Tensor sigma;
    private final Tensor z;
    private Tensor chains;

    private final LibtorchOps ops = new LibtorchOps();
    private final TensorVector parameterVector;
    private final GenericList parameterList;
    private final GenericList averageList;
    private final GenericList means;
    private final GenericList meanSquares;
    private final GenericList counts;

    private LibtorchPeer(Workload workload, boolean channelsLast, boolean bf16, int threads) {
        torch.set_num_threads(threads);
        torch.set_autocast_dtype(torch.DeviceType.CPU, torch.ScalarType.BFloat16);
        // A step uses each weight once, and the next step another weight: a cached cast would be wrong.
        torch.set_autocast_cache_enabled(false);
        this.bf16 = bf16;
        this.workload = workload;
        this.format = channelsLast ? torch.MemoryFormat.ChannelsLast : torch.MemoryFormat.Contiguous;
        this.layout = workload.network().parameters();
        Workload.Numbers numbers = workload.numbers();
        List<Tensor> zeros = new ArrayList<>();
        List<Tensor> moreZeros = new ArrayList<>();
        List<Tensor> steps = new ArrayList<>();
        for (Parameter parameter : layout.list()) {
            float[] disk = layout.toDisk(parameter, numbers.parameters());
            Tensor tensor = inFormat(Tensor.create(disk, longs(parameter.diskShape())));
            averages.add(tensor.clone());
            zeros.add(torch.zeros_like(tensor));
            moreZeros.add(torch.zeros_like(tensor));
            steps.add(Tensor.create(0f));
            parameters.put(parameter.name(), tensor.requires_grad_(true));
        }
        parameterVector = new TensorVector(parameters.values().toArray(Tensor[]::new));
        parameterList = LibtorchOps.list(parameters.values());
        averageList = LibtorchOps.list(averages);
        means = LibtorchOps.list(zeros);
        meanSquares = LibtorchOps.list(moreZeros);
        counts = LibtorchOps.list(steps);
        network = new LibtorchUNet(workload.settings(), parameters);
        x = images(numbers.x());
        z = images(numbers.z());
        sigma = Tensor.create(numbers.sigma(), workload.images());
        chains = x.clone();
    }

    private static long[] longs(Shape shape) {
        long[] dims = new long[shape.rank()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = shape.dim(axis);
        }
        return dims;
    }

    private Tensor inFormat(Tensor tensor) {
        return tensor.dim() == 4 ? tensor.contiguous(format) : tensor;
    }

    /** N×H×W×C numbers as a tensor N×C×H×W in this peer's memory format. */
    private Tensor images(float[] numbers) {
        return inFormat(Tensor.create(numbers, longs(workload.batch())).permute(0, 3, 1, 2));
    }

    private static float[] floats(Tensor tensor) {
        float[] numbers = new float[Math.toIntExact(tensor.numel())];
        FloatBuffer buffer = tensor.detach().contiguous().createBuffer();
        buffer.get(numbers);
        return numbers;
    }

    private float[] flat(Iterable<Tensor> tensors) {
        float[] flat = new float[layout.size()];
        int i = 0;
        for (Tensor tensor : tensors) {
            layout.fromDisk(layout.list().get(i++), floats(tensor), flat);
        }
        return flat;
    }

    /** s(x, σ), under autocast if that is asked for. */
    private Tensor score(Tensor x, Tensor sigma) {
        torch.set_autocast_enabled(torch.DeviceType.CPU, bf16);
        Tensor s = network.score(x, sigma);
        torch.set_autocast_enabled(torch.DeviceType.CPU, false);
        return s;
    }

    private Tensor loss() {
        Tensor spread = sigma.view(-1, 1, 1, 1);
        Tensor s = score(x.add(spread.mul(z)), sigma);
        return s.mul(spread).add(z).square().sum().mul(new Scalar(0.5 / workload.images()));
    }

    private List<Tensor> gradients() {
        return parameters.values().stream().map(Tensor::grad).toList();
    }

    private void forgetGradients() {
        parameters.values().forEach(parameter -> parameter.mutable_grad().reset());
    }

    @Override
    public String describe() throws IOException {
        return describe(format) + (bf16 ? ", autocast to bfloat16" : "");
    }

    static String describe(torch.MemoryFormat format) throws IOException {
        return "libtorch %s, oneDNN %s, %s, %d threads, %s"
                .formatted(
                        Loader.getVersion("org.bytedeco", "pytorch"),
                        torch.get_mkldnn_version()
                                .getString()
                                .replaceAll(".*v(\\d\\S*).*", "$1")
                                .strip(),
                        torch.get_cpu_capability().getString(),
                        torch.get_num_threads(),
                        format == torch.MemoryFormat.ChannelsLast ? "channels last" : "N×C×H×W");
    }

    @Override
    public Evaluation evaluate() {
        try (PointerScope scope = new PointerScope()) {
            Tensor loss = loss();
            loss.backward();
            Evaluation evaluation = new Evaluation(loss.item_float(), flat(gradients()));
            forgetGradients();
            return evaluation;
        }
    }

    @Override
    public float[] score() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGradients = new NoGradGuard()) {
            Tensor level = torch.full(new long[] {workload.images()}, new Scalar((float) SAMPLING_SIGMA));
            return floats(score(x, level).permute(0, 2, 3, 1));
        }
    }

    @Override
    public void train(int steps) {
        for (int i = 0; i < steps; i++) {
            try (PointerScope scope = new PointerScope()) {
                loss().backward();
                torch.clip_grad_norm_(parameterVector, CLIP);
                try (NoGradGuard noGradients = new NoGradGuard()) {
                    ops.add(counts, 1);
                    ops.adam(
                            parameterList,
                            LibtorchOps.list(gradients()),
                            means,
                            meanSquares,
                            LibtorchOps.list(List.of()),
                            counts);
                    ops.lerp(averageList, parameterList, 1 - AVERAGE);
                }
                forgetGradients();
            }
        }
    }

    @Override
    public float[] parameters() {
        try (PointerScope scope = new PointerScope()) {
            return flat(parameters.values());
        }
    }

    @Override
    public float[] average() {
        try (PointerScope scope = new PointerScope()) {
            return flat(averages);
        }
    }

    @Override
    public void sample(int steps) {
        for (int i = 0; i < steps; i++) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard noGradients = new NoGradGuard()) {
                Tensor level = torch.full(new long[] {workload.images()}, new Scalar((float) SAMPLING_SIGMA));
                Tensor s = score(chains, level);
                chains.add_(s, new Scalar(SAMPLING_ALPHA / 2));
                chains.add_(torch.randn_like(chains), new Scalar(Math.sqrt(SAMPLING_ALPHA)));
            }
        }
    }

    @Override
    public void close() {
        // The process ends together with its only peer.
    }

    /** A process with this peer: arguments are the workload, {@code nchw}, {@code channels-last} or {@code bf16}, and threads. */
    public static void main(String... arguments) throws Exception {
        PeerServer.serve(() -> {
            Loader.load(torch.class);
            return new LibtorchPeer(
                    Workload.named(arguments[0]),
                    !arguments[1].equals("nchw"),
                    arguments[1].equals("bf16"),
                    Integer.parseInt(arguments[2]));
        });
    }
}
