package scorefield.bench.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.UNetSettings;

/** {@link UNet} written with libtorch: images are N×C×H×W, weights have their names from the checkpoint. */
final class LibtorchUNet {

    private static final double EPSILON = 1e-5;
    private static final long[] ONES = {1, 1};

    private final UNetSettings settings;
    private final Map<String, Tensor> weights;
    private final Tensor frequencies;

    LibtorchUNet(UNetSettings settings, Map<String, Tensor> weights) {
        this.settings = settings;
        this.weights = weights;
        int count = settings.channels() / 2;
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) Math.exp(4.0 * i / (count - 1));
        }
        frequencies = Tensor.create(numbers, 1, count);
    }

    /**
     * s(x, σ).
     *
     * @param x N×C×H×W
     * @param sigma N
     */
    Tensor score(Tensor x, Tensor sigma) {
        Tensor angles = sigma.log().view(-1, 1).mul(frequencies);
        Tensor features = torch.cat(new TensorVector(angles.sin(), angles.cos()), 1);
        Tensor embedding = torch.silu(linear("embed.1", torch.silu(linear("embed.0", features))));

        Tensor h = convolution("conv_in", x.mul(new Scalar(2)).sub(new Scalar(1)), 1);
        Deque<Tensor> skips = new ArrayDeque<>();
        skips.push(h);
        int levels = settings.multipliers().size();
        int block = 0;
        for (int level = 0; level < levels; level++) {
            for (int i = 0; i < settings.blocks(); i++) {
                h = residualBlock("down." + block++, h, embedding);
                skips.push(h);
            }
            if (level < levels - 1) {
                h = torch.avg_pool2d(h, new long[] {2, 2}, new long[] {2, 2}, new long[] {0, 0}, false, true, none());
                skips.push(h);
            }
        }
        h = residualBlock("mid.0", h, embedding);
        h = residualBlock("mid.1", h, embedding);
        block = 0;
        for (int level = 0; level < levels; level++) {
            for (int i = 0; i < settings.blocks() + 1; i++) {
                h = residualBlock("up." + block++, torch.cat(new TensorVector(h, skips.pop()), 1), embedding);
            }
            if (level < levels - 1) {
                long[] doubled = {2 * h.size(2), 2 * h.size(3)};
                h = convolution("upsample." + level, torch.upsample_nearest2d(h, doubled), 1);
            }
        }
        h = convolution("conv_out", normSilu("norm_out", h), 1);
        return h.div(sigma.view(-1, 1, 1, 1));
    }

    private Tensor residualBlock(String name, Tensor x, Tensor embedding) {
        Tensor h = convolution(name + ".conv1", normSilu(name + ".norm1", x), 1);
        Tensor conditioning = linear(name + ".emb", embedding);
        h = h.add(conditioning.view(conditioning.size(0), conditioning.size(1), 1, 1));
        h = convolution(name + ".conv2", normSilu(name + ".norm2", h), 1);
        return h.add(weights.containsKey(name + ".skip.weight") ? convolution(name + ".skip", x, 0) : x);
    }

    private Tensor convolution(String name, Tensor x, int padding) {
        return torch.conv2d(x, weight(name), optional(bias(name)), ONES, new long[] {padding, padding}, ONES, 1);
    }

    private Tensor normSilu(String name, Tensor x) {
        long groups = Math.min(32, x.size(1) / 4);
        return torch.silu(torch.group_norm(x, groups, optional(weight(name)), optional(bias(name)), EPSILON, true));
    }

    private Tensor linear(String name, Tensor x) {
        return torch.linear(x, weight(name), optional(bias(name)));
    }

    private Tensor weight(String name) {
        return weights.get(name + ".weight");
    }

    private Tensor bias(String name) {
        return weights.get(name + ".bias");
    }

    private static TensorOptional optional(Tensor tensor) {
        return new TensorOptional(tensor);
    }

    private static LongOptional none() {
        return new LongOptional();
    }
}
