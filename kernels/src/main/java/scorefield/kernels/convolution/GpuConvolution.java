package scorefield.kernels.convolution;

import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.matmul.ProductTile;
import scorefield.kernels.matmul.ProductTile.Split;

/** The launches of {@code conv2d_gpu.cl} and {@code conv2d_weight_gradient_gpu.cl}, which are matrix products. */
final class GpuConvolution {

    private static final int WORK_GROUP = 64;

    private GpuConvolution() {}

    /** Adds the launches of a convolution; weights that do not lie in the plain order are copied into it first. */
    static void launch(Convolution convolution, Emitter out) {
        int outputs = convolution.geometry().outputs();
        int pixels = convolution.geometry().result().size() / outputs;
        out.oneOf(ProductTile.variants(1, pixels, outputs, false, tile -> launch(convolution, tile, out), out));
    }

    private static void launch(Convolution convolution, ProductTile tile, Emitter out) {
        ConvolutionGeometry geometry = convolution.geometry();
        int in = geometry.in();
        int outputs = geometry.outputs();
        int pixels = geometry.result().size() / outputs;
        boolean isPlain = convolution.strides().equals(WeightStrides.plain(in, outputs));
        Region plain = isPlain ? convolution.w() : flipped(convolution, out);
        Region x = convolution.x();
        Region y = convolution.y();
        Region addend = convolution.epilogue().addend();
        int width = addend == null ? y.width(outputs) : Math.min(y.width(outputs), addend.width(outputs));
        Launch launch = geometry.specialise(
                        tile.launch("convolution/conv2d_gpu.cl", "conv2d_gpu", 1, pixels, outputs, 1))
                .define("DILATION", geometry.dilation())
                .define("WIDTH_X", x.width(in))
                .define("WIDTH_W", plain.width(outputs))
                .define("WIDTH_Y", width)
                .read(x)
                .read(plain);
        geometry.sizes(convolution.epilogue().arguments(launch, y, x).integer(pixels));
        out.launch(convolution.work(launch));
    }

    private static Region flipped(Convolution convolution, Emitter out) {
        ConvolutionGeometry geometry = convolution.geometry();
        int count = geometry.taps() * geometry.in() * geometry.outputs();
        Region flipped = out.scratch(count);
        // The kernel counts channels as the layer does: what the adjoint reads, the layer writes.
        out.launch(Launch.of("convolution/adjoint_weights_gpu.cl", "adjoint_weights_gpu")
                .read(convolution.w())
                .write(flipped)
                .integer(geometry.taps())
                .integer(geometry.outputs())
                .integer(geometry.in())
                .forEach(count, WORK_GROUP)
                .work(0, 8.0 * count));
        return flipped;
    }

    /** Adds the launches of a weight gradient. */
    static void launch(WeightGradient gradient, Emitter out) {
        int rows = gradient.geometry().taps() * gradient.geometry().in();
        int outputs = gradient.geometry().outputs();
        out.oneOf(ProductTile.variants(1, rows, outputs, true, tile -> launch(gradient, tile, out), out));
    }

    private static void launch(WeightGradient gradient, ProductTile tile, Emitter out) {
        ConvolutionGeometry geometry = gradient.geometry();
        int in = geometry.in();
        int outputs = geometry.outputs();
        int rows = geometry.taps() * in;
        int pixels = geometry.result().size() / outputs;
        Split split = tile.split(1, rows, outputs, pixels, out);
        split.sum(
                rows * outputs,
                gradient.dw(),
                sums -> {
                    Launch launch = geometry.specialise(tile.launch(
                                    "convolution/conv2d_weight_gradient_gpu.cl",
                                    "conv2d_weight_gradient_gpu",
                                    1,
                                    rows,
                                    outputs,
                                    split.parts()))
                            .define("WIDTH_X", gradient.x().width(in))
                            .define("WIDTH_G", gradient.g().width(outputs))
                            .define("WIDTH_DW", sums.width(outputs))
                            .read(gradient.x())
                            .read(gradient.g())
                            .write(sums)
                            .integer(pixels)
                            .integer(split.length());
                    if (gradient.g().width(outputs) == 1) {
                        launch.atOnce(1); // single numbers' addresses take the registers of a second work-group
                    }
                    return geometry.sizes(launch).work(geometry.flops(), geometry.bytes());
                },
                out);
    }
}
