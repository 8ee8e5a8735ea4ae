package scorefield.kernels.convolution;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launcher;

/**
 * Launches {@link Conv2dInputGradient}: a convolution of the cotangent with the weights flipped and transposed, padded with kh−1−padding,
 * the cotangent's pixels {@code stride} apart.
 */
public final class Conv2dInputGradientLauncher implements Launcher<Conv2dInputGradient> {

    @Override
    public void emit(Conv2dInputGradient op, Tensor node, Emitter out) {
        emit(op, node, out, Epilogue.NONE);
    }

    public static void emit(Conv2dInputGradient op, Tensor node, Emitter out, Epilogue epilogue) {
        Shape w = node.input(1).shape();
        ConvolutionGeometry geometry = new ConvolutionGeometry(
                node.input(0).shape(),
                node.shape(),
                w.dim(0),
                w.dim(1),
                1,
                w.dim(0) - 1 - op.padding(),
                w.dim(1) - 1 - op.padding());
        WeightSteps steps = WeightSteps.adjoint(w.dim(0) * w.dim(1), w.dim(2), w.dim(3));
        if (out.cpu()) {
            ConvolutionVariants.emit(out, geometry, op.stride(), steps, epilogue, out.output());
        } else {
            GpuProducts.convolution(
                    out, geometry, op.stride(), out.input(0), out.input(1), steps, epilogue, out.output());
        }
    }
}
