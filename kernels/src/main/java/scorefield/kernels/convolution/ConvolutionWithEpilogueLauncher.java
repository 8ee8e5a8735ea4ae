package scorefield.kernels.convolution;

import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launcher;

/** Launches {@link ConvolutionWithEpilogue}. */
public final class ConvolutionWithEpilogueLauncher implements Launcher<ConvolutionWithEpilogue> {

    @Override
    public void emit(ConvolutionWithEpilogue op, Tensor node, Emitter out) {
        Epilogue epilogue = new Epilogue(
                op.bias() ? out.input(op.biasIndex()) : null,
                op.sampleBias() ? out.input(op.sampleBiasIndex()) : null,
                op.addend() ? out.input(op.addendIndex()) : null);
        if (op.convolution() instanceof Conv2d convolution) {
            Conv2dLauncher.emit(convolution, node, out, epilogue);
        } else if (op.convolution() instanceof Conv2dInputGradient gradient) {
            Conv2dInputGradientLauncher.emit(gradient, node, out, epilogue);
        } else {
            throw new IllegalStateException(
                    "no kernel adds to " + op.convolution().label());
        }
    }
}
