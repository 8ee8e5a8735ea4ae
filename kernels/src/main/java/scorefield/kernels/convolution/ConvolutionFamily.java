package scorefield.kernels.convolution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.autodiff.op.Pointwise;
import scorefield.kernels.family.Absorption;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.ReferenceSlice;
import scorefield.kernels.family.ReferenceSlice.Cut;
import scorefield.kernels.family.Rounding;

/**
 * {@link Conv2d}, its two gradients, and the convolution with an epilogue that one becomes when it absorbs what is added to its result.
 *
 * <p>{@link Convolution} and {@link WeightGradient} choose the kernels: {@code conv2d.cl}, {@code conv1x1.cl} and {@code winograd.cl} on a
 * CPU, {@code conv2d_gpu.cl} on a GPU.
 */
public final class ConvolutionFamily implements OpFamily {

    /** Channels of a weight gradient, in and out, that the reference computes. */
    private static final int CHECKED_CHANNELS = 4;

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(
                Conv2d.class, Conv2dInputGradient.class, Conv2dWeightGradient.class, ConvolutionWithEpilogue.class);
    }

    @Override
    public Computation computation(Tensor node) {
        return node.op() instanceof Conv2dWeightGradient
                ? new Computation.Launched(out -> WeightGradient.of(node, out).launch(out))
                : new Computation.Launched(out -> Convolution.of(node, out).launch(out));
    }

    @Override
    public Rounding rounding(Tensor node) {
        return rounding(node, Precision.FLOAT32);
    }

    @Override
    public Rounding rounding(Tensor node, Precision precision) {
        Shape w = node.input(1).shape();
        boolean overOutputs =
                !(node.op() instanceof Conv2dWeightGradient) && isInputGradient(ConvolutionWithEpilogue.of(node.op()));
        // Of a weight gradient the second input is the cotangent: it is a sum over all pixels.
        return Rounding.sum(overOutputs ? w.dim(0) * w.dim(1) * w.dim(3) : w.range(0, 3), precision);
    }

    private static boolean isInputGradient(ConvolutionWithEpilogue op) {
        return op.convolution() instanceof Conv2dInputGradient;
    }

    /** What is added to a convolution's result: a bias, one for each image and channel, or a tensor of the result's shape, each once. */
    @Override
    public Optional<Tensor> absorbed(Tensor node, Tensor consumer, int input, Absorption context) {
        if (consumer.op() != Pointwise.ADD || node.op() instanceof Conv2dWeightGradient) {
            return Optional.empty();
        }
        ConvolutionWithEpilogue op = ConvolutionWithEpilogue.of(node.op());
        int index = 1 - input;
        Tensor other = consumer.input(index);
        if (!(context.throughReshapes(other).op() instanceof Broadcast)) {
            return op.addend() || !context.isStored(index)
                    ? Optional.empty()
                    : Optional.of(op.withAddend(node.inputs(), other));
        }
        if (!(other.op() instanceof Broadcast) || context.isConstant(other)) {
            return Optional.empty();
        }
        Tensor vector = other.input(0);
        int channels = node.shape().dim(3);
        if (!op.bias() && isBroadcastOf(vector, 1, channels)) {
            return Optional.of(op.withBias(node.inputs(), vector));
        }
        return !op.sampleBias() && isBroadcastOf(vector, node.shape().dim(0), channels)
                ? Optional.of(op.withSampleBias(node.inputs(), vector))
                : Optional.empty();
    }

    /** Whether a tensor that is broadcast to N×H×W×C is (images×)1×1×channels. */
    private static boolean isBroadcastOf(Tensor vector, int images, int channels) {
        Shape shape = vector.shape();
        int rank = shape.rank();
        return rank > 0
                && shape.size() == images * channels
                && shape.dim(rank - 1) == channels
                && (images == 1 || (rank == 4 && shape.dim(0) == images));
    }

    /** The last image; of a weight gradient, to which every image contributes, the last few channels. */
    @Override
    public ReferenceSlice referenceSlice(Tensor node) {
        if (node.op() instanceof Conv2dWeightGradient gradient) {
            Shape w = gradient.weights();
            Shape small = w.with(2, Math.min(CHECKED_CHANNELS, w.dim(2))).with(3, Math.min(CHECKED_CHANNELS, w.dim(3)));
            Cut channels = new Cut(3, CHECKED_CHANNELS);
            return new ReferenceSlice(
                    new Conv2dWeightGradient(gradient.stride(), gradient.padding(), small),
                    List.of(List.of(channels), List.of(channels)),
                    List.of(new Cut(2, CHECKED_CHANNELS), channels));
        }
        ConvolutionWithEpilogue op = ConvolutionWithEpilogue.of(node.op());
        Op one = op.convolution();
        if (one instanceof Conv2dInputGradient gradient) {
            one = new Conv2dInputGradient(
                    gradient.stride(), gradient.padding(), gradient.image().with(0, 1));
        }
        Cut lastImage = new Cut(0, 1);
        List<List<Cut>> inputs = new ArrayList<>();
        for (int k = 0; k < node.inputs().size(); k++) {
            boolean ofAllImages = k == 1 || (op.bias() && k == op.biasIndex());
            inputs.add(ofAllImages ? List.of() : List.of(lastImage));
        }
        return new ReferenceSlice(
                new ConvolutionWithEpilogue(one, op.bias(), op.sampleBias(), op.addend()), inputs, List.of(lastImage));
    }
}
