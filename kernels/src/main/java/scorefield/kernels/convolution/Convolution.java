package scorefield.kernels.convolution;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/**
 * A convolution to be launched, or an input gradient, which is one as well: of the cotangent with the weights flipped and transposed,
 * padded with kh−1−padding, the cotangent's pixels {@code stride} apart.
 *
 * @param x the images
 * @param w the weights
 * @param strides how the weights lie
 * @param y the result
 */
record Convolution(
        ConvolutionGeometry geometry, Region x, Region w, WeightStrides strides, Epilogue epilogue, Region y) {

    static Convolution of(Tensor node, Emitter out) {
        ConvolutionWithEpilogue op = ConvolutionWithEpilogue.of(node.op());
        Shape w = node.input(1).shape();
        ConvolutionGeometry geometry = op.convolution() instanceof Conv2d convolution
                ? forward(convolution, node, w)
                : inputGradient((Conv2dInputGradient) op.convolution(), node, w);
        WeightStrides strides = op.convolution() instanceof Conv2d
                ? WeightStrides.plain(w.dim(2), w.dim(3))
                : WeightStrides.adjoint(w.dim(0) * w.dim(1), w.dim(2), w.dim(3));
        return new Convolution(geometry, out.input(0), out.input(1), strides, Epilogue.of(op, out), out.output());
    }

    private static ConvolutionGeometry forward(Conv2d op, Tensor node, Shape w) {
        return new ConvolutionGeometry(
                node.input(0).shape(), node.shape(), w.dim(0), w.dim(1), op.stride(), 1, op.padding(), op.padding());
    }

    private static ConvolutionGeometry inputGradient(Conv2dInputGradient op, Tensor node, Shape w) {
        return new ConvolutionGeometry(
                node.input(0).shape(),
                node.shape(),
                w.dim(0),
                w.dim(1),
                1,
                op.stride(),
                w.dim(0) - 1 - op.padding(),
                w.dim(1) - 1 - op.padding());
    }

    /** Adds the launches of one of several ways. */
    void launch(Emitter out) {
        if (!out.cpu()) {
            GpuConvolution.launch(this, out);
        } else if (PixelwiseConvolution.applies(geometry)) {
            out.oneOf(new PixelwiseConvolution(this, out).variants());
        } else {
            List<Variant> direct = new DirectConvolution(this, out).variants();
            out.oneOf(
                    Winograd.applies(geometry)
                            ? Winograd.ranked(geometry, new WinogradConvolution(this, out).variants(), direct)
                            : direct);
        }
    }

    /** The same with all pixels in one row where neither neighbours nor images matter. */
    Convolution flattened() {
        return epilogue.sampleBias() == null ? new Convolution(geometry.flattened(), x, w, strides, epilogue, y) : this;
    }

    /** States the work of the launch that computes it. */
    Launch work(Launch launch) {
        double addend = epilogue.addend() == null ? 0 : 4.0 * geometry.result().size();
        return launch.work(geometry.flops(), geometry.bytes() + addend);
    }
}
