package scorefield.kernels.convolution;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/**
 * A convolution's weight gradient to be launched.
 *
 * @param geometry of the convolution
 * @param x the images
 * @param g the cotangent of the convolution's result
 * @param strides how the gradient is to lie
 * @param dw the gradient
 */
record WeightGradient(ConvolutionGeometry geometry, Region x, Region g, WeightStrides strides, Region dw) {

    static WeightGradient of(Tensor node, Emitter out) {
        Conv2dWeightGradient op = (Conv2dWeightGradient) node.op();
        Shape w = node.shape();
        return new WeightGradient(
                new ConvolutionGeometry(
                        node.input(0).shape(),
                        node.input(1).shape(),
                        w.dim(0),
                        w.dim(1),
                        op.stride(),
                        1,
                        op.padding(),
                        op.padding()),
                out.input(0),
                out.input(1),
                WeightStrides.plain(w.dim(2), w.dim(3)),
                out.output());
    }

    /** Adds the launches of one of several ways. */
    void launch(Emitter out) {
        if (!out.cpu()) {
            GpuConvolution.launch(this, out);
        } else if (PixelwiseWeightGradient.applies(geometry)) {
            out.oneOf(new PixelwiseWeightGradient(this, out).variants());
        } else {
            WeightGradient wide = hasIdleLanes() ? exchanged() : this;
            List<Variant> direct = new DirectWeightGradient(wide, out).variants();
            out.oneOf(
                    Winograd.applies(geometry)
                            ? Winograd.ranked(geometry, new WinogradWeightGradient(this, out).variants(), direct)
                            : direct);
        }
    }

    /** Whether so few output channels would leave most lanes idle, and images and cotangent may change places. */
    private boolean hasIdleLanes() {
        return geometry.outputs() < 16 && geometry.in() > geometry.outputs() && geometry.stride() == 1;
    }

    /** The same with x and g in each other's place: with a stride of 1 the gradient then comes out flipped and transposed. */
    private WeightGradient exchanged() {
        return new WeightGradient(
                new ConvolutionGeometry(
                        geometry.result(),
                        geometry.images(),
                        geometry.kernelHeight(),
                        geometry.kernelWidth(),
                        1,
                        1,
                        geometry.kernelHeight() - 1 - geometry.padHeight(),
                        geometry.kernelWidth() - 1 - geometry.padWidth()),
                g,
                x,
                WeightStrides.adjoint(geometry.taps(), geometry.in(), geometry.outputs()),
                dw);
    }

    /** The same with all pixels in one row where neighbours do not matter. */
    WeightGradient flattened() {
        return new WeightGradient(geometry.flattened(), x, g, strides, dw);
    }
}
