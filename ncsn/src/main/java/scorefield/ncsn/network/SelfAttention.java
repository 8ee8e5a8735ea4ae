package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * Self-attention over the positions of an image, N×H×W×C to the same shape, after which every position has seen every other
 * (Vaswani et al. 2017, arXiv 1706.03762, equation 1; in a U-Net as in DDPM, Ho et al. 2020, arXiv 2006.11239):
 *
 * <pre>
 * q, k, v = 1×1 convolutions of norm(x)               each H·W×C, in heads of d channels
 * a = softmax(q·kᵀ/√d)                                for each head, H·W×H·W: how much each position takes from each other
 * y = x + proj_out(a·v)
 * </pre>
 *
 * <p>{@code norm} is group norm without SiLU; {@code proj_out} is a 1×1 convolution that is initialised to zero, so that the layer initially
 * passes x on, as a residual block does.
 */
final class SelfAttention {

    private final String name;
    private final int heads;
    private final Parameter normScale;
    private final Parameter normShift;
    private final Convolution q;
    private final Convolution k;
    private final Convolution v;
    private final Convolution projOut;

    /** @param headChannels d at least; there are as many heads as C allows, and one where C is less */
    SelfAttention(Parameters parameters, String name, int channels, int headChannels) {
        this.name = name;
        this.heads = heads(channels, headChannels);
        this.normScale = parameters.add(name + ".norm.weight", Shape.of(channels), Layout.VECTOR, Initial.ONE);
        this.normShift = parameters.add(name + ".norm.bias", Shape.of(channels), Layout.VECTOR, Initial.ZERO);
        this.q = Convolution.of(parameters, name + ".q", channels, channels, 1);
        this.k = Convolution.of(parameters, name + ".k", channels, channels, 1);
        this.v = Convolution.of(parameters, name + ".v", channels, channels, 1);
        this.projOut = Convolution.zero(parameters, name + ".proj_out", channels, channels, 1);
    }

    /** The most heads of equal size that have at least so many channels each. */
    private static int heads(int channels, int headChannels) {
        int heads = Math.max(1, channels / headChannels);
        while (channels % heads != 0) {
            heads--;
        }
        return heads;
    }

    /** Its graph. */
    Tensor apply(Weights weights, Tensor x) {
        Shape shape = x.shape();
        Tensor h = x.groupNorm(
                        weights.get(normScale), weights.get(normShift), NormSilu.groups(shape.dim(3)), NormSilu.EPSILON)
                .named(name + ".norm");
        Tensor queries = inHeads(q.apply(weights, h));
        double scale = 1 / Math.sqrt(queries.shape().dim(-1));
        Tensor attention = queries.times(scale)
                .matmul(inHeads(k.apply(weights, h)), false, true)
                .softmax(-1)
                .named(name + ".softmax");
        Tensor mean = attention.matmul(inHeads(v.apply(weights, h))).named(name + ".mean");
        return projOut.apply(weights, mean.transpose(0, 2, 1, 3).reshape(shape))
                .plus(x)
                .named(name);
    }

    /** N×H×W×C as N×heads×H·W×d. */
    private Tensor inHeads(Tensor x) {
        Shape shape = x.shape();
        int positions = shape.dim(1) * shape.dim(2);
        return x.reshape(shape.dim(0), positions, heads, shape.dim(3) / heads).transpose(0, 2, 1, 3);
    }
}
