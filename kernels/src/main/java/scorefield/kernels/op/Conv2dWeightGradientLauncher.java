package scorefield.kernels.op;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.kernels.Emitter;
import scorefield.kernels.Launcher;
import scorefield.kernels.Region;

/** Launches {@link Conv2dWeightGradient}. */
public final class Conv2dWeightGradientLauncher implements Launcher<Conv2dWeightGradient> {

    @Override
    public void emit(Conv2dWeightGradient op, Tensor node, Emitter out) {
        Shape images = node.input(0).shape();
        Shape cotangent = node.input(1).shape();
        Shape w = node.shape();
        int taps = w.dim(0) * w.dim(1);
        int in = w.dim(2);
        int outputs = w.dim(3);
        Region x = out.input(0);
        Region g = out.input(1);
        ConvolutionGeometry geometry =
                new ConvolutionGeometry(images, cotangent, w.dim(0), w.dim(1), op.stride(), op.padding(), op.padding());
        if (WinogradConvolution.suits(out, geometry)) {
            WinogradConvolution.emitWeightGradient(out, geometry, x, g, out.output());
        } else if (outputs < 16 && in > outputs && op.stride() == 1) {
            // So few output channels would leave most lanes idle. With a stride of 1, x and g may change places, and
            // the gradient comes
            // out flipped and transposed.
            ConvolutionGeometry exchanged = new ConvolutionGeometry(
                    cotangent, images, w.dim(0), w.dim(1), 1, w.dim(0) - 1 - op.padding(), w.dim(1) - 1 - op.padding());
            DirectWeightGradient.emit(out, exchanged, g, x, WeightSteps.adjoint(taps, in, outputs), out.output());
        } else {
            DirectWeightGradient.emit(out, geometry, x, g, WeightSteps.plain(in, outputs), out.output());
        }
    }
}
