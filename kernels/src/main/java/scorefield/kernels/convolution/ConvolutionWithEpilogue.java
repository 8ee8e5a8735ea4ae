package scorefield.kernels.convolution;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * A convolution, or an input gradient of one, and what is added to it while it is still in registers.
 *
 * <p>Inputs: the convolution's two; then, each where it is there, a bias with one number for each of the C channels, a bias with one for
 * each image and channel (N·C numbers), and an addend of the result's shape, N×H×W×C. The pass that looks for epilogues makes this op, after
 * differentiation; nobody else does.
 *
 * @param convolution a {@link scorefield.autodiff.op.Conv2d} or {@link scorefield.autodiff.op.Conv2dInputGradient}
 */
public record ConvolutionWithEpilogue(Op convolution, boolean bias, boolean sampleBias, boolean addend) implements Op {

    /** The convolution alone. */
    static ConvolutionWithEpilogue of(Op convolution) {
        return convolution instanceof ConvolutionWithEpilogue epilogue
                ? epilogue
                : new ConvolutionWithEpilogue(convolution, false, false, false);
    }

    /** The same tensor with a bias of C numbers added; it must have none yet. */
    Tensor withBias(List<Tensor> inputs, Tensor added) {
        return with(new ConvolutionWithEpilogue(convolution, true, sampleBias, addend), inputs, biasIndex(), added);
    }

    /** The same tensor with a bias of N·C numbers added; it must have none yet. */
    Tensor withSampleBias(List<Tensor> inputs, Tensor added) {
        return with(new ConvolutionWithEpilogue(convolution, bias, true, addend), inputs, sampleBiasIndex(), added);
    }

    /** The same tensor with one of its own shape added; it must have none yet. */
    Tensor withAddend(List<Tensor> inputs, Tensor added) {
        return with(new ConvolutionWithEpilogue(convolution, bias, sampleBias, true), inputs, addendIndex(), added);
    }

    private static Tensor with(Op op, List<Tensor> inputs, int index, Tensor added) {
        List<Tensor> more = new ArrayList<>(inputs);
        more.add(index, added);
        return new Tensor(op, more);
    }

    int biasIndex() {
        return 2;
    }

    int sampleBiasIndex() {
        return bias ? 3 : 2;
    }

    int addendIndex() {
        return sampleBiasIndex() + (sampleBias ? 1 : 0);
    }

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, addendIndex() + (addend ? 1 : 0));
        Shape shape = convolution.shape(inputs.subList(0, 2));
        int channels = shape.dim(3);
        if ((bias && inputs.get(biasIndex()).shape().size() != channels)
                || (sampleBias && inputs.get(sampleBiasIndex()).shape().size() != shape.dim(0) * channels)
                || (addend && inputs.get(addendIndex()).shape().size() != shape.size())) {
            throw misfit("what is added must fit the result " + shape, inputs);
        }
        return shape;
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        double[] y = convolution.evaluate(convolutionOf(node), in);
        int channels = node.shape().dim(3);
        int image = node.shape().size() / node.shape().dim(0);
        for (int i = 0; i < y.length; i++) {
            int channel = i % channels;
            y[i] += (bias ? in[biasIndex()][channel] : 0)
                    + (sampleBias ? in[sampleBiasIndex()][i / image * channels + channel] : 0)
                    + (addend ? in[addendIndex()][i] : 0);
        }
        return y;
    }

    private Tensor convolutionOf(Tensor node) {
        return new Tensor(convolution, node.inputs().subList(0, 2));
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        if (input < 2) {
            return convolution.vjp(convolutionOf(node), input, cotangent);
        }
        Shape shape = node.input(input).shape();
        if (bias && input == biasIndex()) {
            return cotangent.sum(0, 1, 2).reshape(shape);
        }
        return (sampleBias && input == sampleBiasIndex() ? cotangent.sum(1, 2) : cotangent).reshape(shape);
    }
}
