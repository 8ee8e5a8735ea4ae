package scorefield.ncsn.network;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Tensor;

/**
 * A residual block conditioned on the noise level, with self-attention after it where that is wanted: N×H×W×Cin to N×H×W×Cout.
 *
 * <pre>
 * x ─┬─ norm1, SiLU ─ conv1 ─ + emb(SiLU(e)) ─ norm2, SiLU ─ dropout ─ conv2 ─ + ─ attn ─
 *    └───────────────────── skip: 1×1 where Cin ≠ Cout ────────────────────────┘
 * </pre>
 *
 * <p>{@code conv2} is initialised to zero, so that every block initially equals its skip connection, and a deep network
 * learns from the first step as easily as a shallow one (as in DDPM, Ho et al. 2020, arXiv 2006.11239, and NCSN++). {@link Dropout} is part of
 * training only.
 */
final class ResidualBlock {

    private final String name;
    private final NormSilu norm1;
    private final Convolution conv1;
    private final Linear emb;
    private final NormSilu norm2;
    private final Convolution conv2;
    private final @Nullable Convolution skip;
    private final @Nullable SelfAttention attention;

    /** @param headChannels of the {@link SelfAttention}; empty where there is none */
    ResidualBlock(
            Parameters parameters,
            String name,
            int inChannels,
            int outChannels,
            int embedding,
            OptionalInt headChannels) {
        this.name = name;
        this.norm1 = new NormSilu(parameters, name + ".norm1", inChannels);
        this.conv1 = Convolution.of(parameters, name + ".conv1", inChannels, outChannels, 3);
        this.emb = new Linear(parameters, name + ".emb", embedding, outChannels);
        this.norm2 = new NormSilu(parameters, name + ".norm2", outChannels);
        this.conv2 = Convolution.zero(parameters, name + ".conv2", outChannels, outChannels);
        this.skip = inChannels == outChannels
                ? null
                : Convolution.of(parameters, name + ".skip", inChannels, outChannels, 1);
        this.attention = headChannels.isEmpty()
                ? null
                : new SelfAttention(parameters, name + ".attn", outChannels, headChannels.getAsInt());
    }

    /**
     * The block's graph.
     *
     * @param x N×H×W×Cin
     * @param embedding SiLU(e) of the conditioning vector e, N×E
     */
    Tensor apply(Weights weights, Tensor x, Tensor embedding) {
        Tensor h = conv1.apply(weights, norm1.apply(weights, x));
        Tensor conditioning = emb.apply(weights, embedding);
        int channels = conditioning.shape().dim(1);
        h = h.plus(conditioning.reshape(-1, 1, 1, channels));
        h = weights.dropout().apply(name + ".dropout", norm2.apply(weights, h));
        h = conv2.apply(weights, h)
                .plus(skip == null ? x : skip.apply(weights, x))
                .named(name);
        return attention == null ? h : attention.apply(weights, h);
    }
}
