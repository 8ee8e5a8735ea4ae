package scorefield.kernels.convolution;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2d;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launcher;

/** Launches {@link Conv2d}. */
public final class Conv2dLauncher implements Launcher<Conv2d> {

    @Override
    public void emit(Conv2d op, Tensor node, Emitter out) {
        emit(op, node, out, Epilogue.NONE);
    }

    public static void emit(Conv2d op, Tensor node, Emitter out, Epilogue epilogue) {
        Shape w = node.input(1).shape();
        ConvolutionGeometry geometry = new ConvolutionGeometry(
                node.input(0).shape(), node.shape(), w.dim(0), w.dim(1), op.stride(), op.padding(), op.padding());
        WeightSteps steps = WeightSteps.plain(w.dim(2), w.dim(3));
        if (out.cpu()) {
            ConvolutionVariants.emit(out, geometry, 1, steps, epilogue, out.output());
        } else {
            GpuProducts.convolution(out, geometry, 1, out.input(0), out.input(1), steps, epilogue, out.output());
        }
    }
}
