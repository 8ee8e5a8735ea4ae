package scorefield.kernels.convolution;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launcher;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

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
        if (!out.cpu()) {
            GpuProducts.weightGradient(out, geometry, x, g, out.output());
            return;
        }
        if (PixelwiseConvolution.appliesToWeights(geometry)) {
            out.oneOf(PixelwiseConvolution.weightGradientVariants(out, geometry, x, g, out.output()));
            return;
        }
        List<Variant> direct;
        if (outputs < 16 && in > outputs && op.stride() == 1) {
            // So few output channels would leave most lanes idle. With a stride of 1, x and g may change places, and
            // the gradient comes out flipped and transposed.
            ConvolutionGeometry exchanged = new ConvolutionGeometry(
                    cotangent, images, w.dim(0), w.dim(1), 1, w.dim(0) - 1 - op.padding(), w.dim(1) - 1 - op.padding());
            direct = DirectWeightGradient.variants(
                    out, exchanged, g, x, WeightSteps.adjoint(taps, in, outputs), out.output());
        } else {
            direct = DirectWeightGradient.variants(out, geometry, x, g, WeightSteps.plain(in, outputs), out.output());
        }
        if (!WinogradConvolution.applies(out, geometry)) {
            out.oneOf(direct);
            return;
        }
        List<Variant> winograd = WinogradConvolution.weightGradientVariants(out, geometry, x, g, out.output());
        boolean pays = WinogradConvolution.pays(geometry);
        List<Variant> all = new ArrayList<>(pays ? winograd : direct);
        all.add((pays ? direct : winograd).get(0));
        out.oneOf(all);
    }
}
