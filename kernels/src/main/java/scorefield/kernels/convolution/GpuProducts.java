package scorefield.kernels.convolution;

import java.util.function.Function;
import scorefield.autodiff.Shape;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.matmul.ProductTile;
import scorefield.kernels.matmul.ProductTile.Split;

/**
 * The launches of all that is a matrix product on a GPU: {@code matmul_gpu.cl}, {@code conv2d_gpu.cl} and
 * {@code conv2d_weight_gradient_gpu.cl}.
 */
public final class GpuProducts {

    private static final int WORK_GROUP = 64;

    private GpuProducts() {}

    /** Adds the launches of C = A·B, A being m×k or, transposed, k×m, and B k×n or, transposed, n×k. */
    public static void matMul(
            Emitter out, Region a, boolean transposeA, Region b, boolean transposeB, int m, int n, int k) {
        ProductTile tile = ProductTile.choose(m, n, true, out);
        Split split = tile.split(m, n, k, out);
        summed(
                out,
                split.parts(),
                m * n,
                out.output(),
                c -> tile.launch("matmul", "matmul_gpu", m, n, split.parts())
                        .define("TRANSPOSE_A", transposeA ? 1 : 0)
                        .define("TRANSPOSE_B", transposeB ? 1 : 0)
                        .define("WIDTH_A", a.width(transposeA ? m : k))
                        .define("WIDTH_B", b.width(transposeB ? k : n))
                        .define("WIDTH_C", c.width(n))
                        .read(a)
                        .read(b)
                        .write(c)
                        .integer(m)
                        .integer(n)
                        .integer(k)
                        .integer(split.length())
                        .work(2.0 * m * n * k, 4.0 * ((double) m * k + (double) k * n + (double) m * n)));
    }

    /**
     * Adds the launches of a convolution or, with the adjoint's weights, of its input gradient.
     *
     * @param dilation how many pixels apart the images' pixels count, with zeros between: an adjoint's stride, otherwise 1
     * @param steps how the weights lie; others than plain ones are copied into that order first
     */
    public static void convolution(
            Emitter out,
            ConvolutionGeometry geometry,
            int dilation,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        int in = geometry.in();
        int outputs = geometry.outputs();
        int pixels = geometry.result().size() / outputs;
        ProductTile tile = ProductTile.choose(pixels, outputs, false, out);
        Region plain = steps.equals(WeightSteps.plain(in, outputs)) ? w : flipped(out, geometry, w);
        Region addend = epilogue.addend();
        Launch launch = specialise(tile.launch("convolution", "conv2d_gpu", pixels, outputs, 1), geometry)
                .define("DILATION", dilation)
                .define("WIDTH_X", x.width(in))
                .define("WIDTH_W", plain.width(outputs))
                .define(
                        "WIDTH_Y",
                        addend == null ? y.width(outputs) : Math.min(y.width(outputs), addend.width(outputs)));
        out.launch(sizes(epilogue.arguments(launch.read(x).read(plain), y, x).integer(pixels), geometry)
                .work(geometry.flops(), geometry.bytes(epilogue)));
    }

    private static Region flipped(Emitter out, ConvolutionGeometry geometry, Region w) {
        int count = geometry.taps() * geometry.in() * geometry.outputs();
        Region flipped = out.scratch(count);
        // The kernel counts channels as the layer does: what the adjoint reads, the layer writes.
        out.launch(Launch.of("convolution/adjoint_weights_gpu.cl", "adjoint_weights_gpu")
                .read(w)
                .write(flipped)
                .integer(geometry.taps())
                .integer(geometry.outputs())
                .integer(geometry.in())
                .forEach(count, WORK_GROUP)
                .work(0, 8.0 * count));
        return flipped;
    }

    /** Adds the launches of a convolution's weight gradient. */
    public static void weightGradient(Emitter out, ConvolutionGeometry geometry, Region x, Region g, Region dw) {
        int in = geometry.in();
        int outputs = geometry.outputs();
        int rows = geometry.taps() * in;
        int pixels = geometry.result().size() / outputs;
        ProductTile tile = ProductTile.choose(rows, outputs, true, out);
        Split split = tile.split(rows, outputs, pixels, out);
        summed(out, split.parts(), rows * outputs, dw, sums -> {
            Launch launch = specialise(
                            tile.launch("convolution", "conv2d_weight_gradient_gpu", rows, outputs, split.parts()),
                            geometry)
                    .define("WIDTH_X", x.width(in))
                    .define("WIDTH_G", g.width(outputs))
                    .define("WIDTH_DW", sums.width(outputs))
                    .read(x)
                    .read(g)
                    .write(sums)
                    .integer(pixels)
                    .integer(split.length());
            return sizes(launch, geometry).work(geometry.flops(), geometry.bytes());
        });
    }

    /** Adds a launch that computes parts of sums, each part in a place of its own, and one that adds them, where there are several. */
    private static void summed(Emitter out, int parts, int count, Region result, Function<Region, Launch> launch) {
        if (parts == 1) {
            out.launch(launch.apply(result));
            return;
        }
        Region partial = out.scratch((long) parts * count);
        out.launch(launch.apply(partial));
        out.launch(Launch.of("matmul/sum_splits_gpu.cl", "sum_splits_gpu")
                .read(partial)
                .write(result)
                .integer(parts)
                .integer(count)
                .forEach(count, WORK_GROUP)
                .work((double) parts * count, 4.0 * (parts + 1.0) * count));
    }

    private static Launch specialise(Launch launch, ConvolutionGeometry geometry) {
        return launch.define("KERNEL_H", geometry.kernelHeight())
                .define("KERNEL_W", geometry.kernelWidth())
                .define("STRIDE", geometry.stride());
    }

    private static Launch sizes(Launch launch, ConvolutionGeometry geometry) {
        Shape images = geometry.images();
        Shape result = geometry.result();
        return launch.integer(images.dim(1))
                .integer(images.dim(2))
                .integer(images.dim(3))
                .integer(result.dim(1))
                .integer(result.dim(2))
                .integer(result.dim(3))
                .integer(geometry.padHeight())
                .integer(geometry.padWidth());
    }
}
