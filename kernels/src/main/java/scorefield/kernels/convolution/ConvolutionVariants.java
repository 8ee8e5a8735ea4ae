package scorefield.kernels.convolution;

import java.util.ArrayList;
import java.util.List;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/** The ways to compute a convolution or, with the adjoint's weights, its input gradient. */
public final class ConvolutionVariants {

    private ConvolutionVariants() {}

    /**
     * Adds the launches of one of them.
     *
     * @param dilation how many pixels apart the images' pixels count, with zeros between: an adjoint's stride, otherwise 1
     */
    public static void emit(
            Emitter out, ConvolutionGeometry geometry, int dilation, WeightSteps steps, Epilogue epilogue, Region y) {
        Region x = out.input(0);
        Region w = out.input(1);
        if (PixelwiseConvolution.applies(geometry, dilation)) {
            out.oneOf(PixelwiseConvolution.variants(out, geometry, x, w, steps, epilogue, y));
            return;
        }
        List<Variant> direct = DirectConvolution.variants(out, geometry, dilation, x, w, steps, epilogue, y);
        if (dilation > 1 || !WinogradConvolution.applies(out, geometry)) {
            out.oneOf(direct);
            return;
        }
        List<Variant> winograd = WinogradConvolution.variants(out, geometry, x, w, steps, epilogue, y);
        boolean pays = WinogradConvolution.pays(geometry);
        List<Variant> all = new ArrayList<>(pays ? winograd : direct);
        // Of the other kind, only its own favourite.
        all.add((pays ? direct : winograd).get(0));
        out.oneOf(all);
    }
}
