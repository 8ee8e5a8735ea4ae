package scorefield.kernels.op;

import scorefield.autodiff.Shape;
import scorefield.kernels.Emitter;
import scorefield.kernels.Launch;
import scorefield.kernels.Region;

/**
 * The launches of {@code winograd.cl}: 3×3 convolutions of stride 1 and their gradients with a quarter of the multiplications, for CPUs
 * and channel counts that are multiples of 16.
 *
 * <p>Rounding: relative to the root mean square of the results, the largest error over a layer of up to 256 channels is some 5e-6
 * where the direct kernels' is 1e-6.
 */
final class WinogradConvolution {

    private static final int POINTS = 36;
    private static final int BLOCK = 32;

    /** Tiles that the matrix products keep in registers, times two vectors of output channels. */
    private static final int TILES = 14;

    /** Tiles that one step of the weight gradient sums over: more would not fit into the second-level cache. */
    private static final int GRADIENT_TILES = 28;

    /** Input channels whose sums one work-item adds and transforms: ROWS in the source. */
    private static final int GRADIENT_ROWS = 8;

    private static final int CHANNELS = 128;
    private static final int GRADIENT_CHANNELS = 64;

    /** Parts of the batch for each compute unit: enough to balance them, few because each has sums of its own. */
    private static final int SPLITS_PER_UNIT = 4;

    private WinogradConvolution() {}

    /** Whether these kernels apply and pay: they need a CPU, and enough tiles to be worth transforming the weights. */
    static boolean suits(Emitter out, ConvolutionGeometry geometry) {
        return out.cpu()
                && geometry.kernelHeight() == 3
                && geometry.kernelWidth() == 3
                && geometry.stride() == 1
                && geometry.in() % 16 == 0
                && geometry.outputs() % 16 == 0
                && tiles(geometry.result()) >= TILES;
    }

    private static int tiles(Shape result) {
        return result.dim(0) * ((result.dim(1) + 3) / 4) * ((result.dim(2) + 3) / 4);
    }

    /** Adds the launches of a convolution or, with the adjoint's weights, of its input gradient. */
    static void emit(
            Emitter out,
            ConvolutionGeometry geometry,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        int blocks = (geometry.outputs() + BLOCK - 1) / BLOCK;
        Region transformed = out.scratch((long) blocks * POINTS * geometry.in() * BLOCK);
        out.launch(forward("winograd_weights")
                .read(w)
                .write(transformed)
                .integer(geometry.outputs())
                .integer(steps.origin())
                .integer(steps.tapStep())
                .integer(steps.inStep())
                .integer(steps.outStep())
                .global(geometry.in(), 2 * blocks)
                .work(0, 4.0 * (9 + POINTS) * geometry.in() * geometry.outputs()));
        Launch launch = epilogue.arguments(forward("winograd").read(x).read(transformed), y, x);
        out.launch(sizes(launch, geometry)
                .global((tiles(geometry.result()) + TILES - 1) / TILES)
                .work(geometry.flops(), geometry.bytes(epilogue)));
    }

    /** Adds the launches of a convolution's weight gradient. */
    static void emitWeightGradient(Emitter out, ConvolutionGeometry geometry, Region x, Region g, Region dw) {
        int in = geometry.in();
        int blocks = (geometry.outputs() + BLOCK - 1) / BLOCK;
        int tiles = tiles(geometry.result());
        int splits = Math.max(1, Math.min(SPLITS_PER_UNIT * out.computeUnits(), tiles / (4 * GRADIENT_TILES)));
        long sums = (long) blocks * POINTS * in * BLOCK;
        Region partial = out.scratch(splits * sums);
        Launch launch = gradient("winograd_weight_gradient").read(x).read(g).write(partial);
        out.launch(sizes(launch, geometry)
                .global((in + GRADIENT_CHANNELS - 1) / GRADIENT_CHANNELS, splits)
                .work(geometry.flops(), geometry.bytes()));
        out.launch(gradient("winograd_sum_splits")
                .read(partial)
                .write(dw)
                .integer(splits)
                .integer(in)
                .integer(geometry.outputs())
                .global(in / GRADIENT_ROWS, blocks)
                .work((double) splits * sums, 4.0 * splits * sums));
    }

    private static Launch sizes(Launch launch, ConvolutionGeometry geometry) {
        return launch.integer(geometry.images().dim(0))
                .integer(geometry.images().dim(1))
                .integer(geometry.images().dim(2))
                .integer(geometry.in())
                .integer(geometry.result().dim(1))
                .integer(geometry.result().dim(2))
                .integer(geometry.outputs())
                .integer(geometry.padHeight())
                .integer(geometry.padWidth());
    }

    private static Launch forward(String kernel) {
        return Launch.of("winograd.cl", kernel)
                .define("FORWARD", 1)
                .define("TILES", TILES)
                .define("CHANNELS", CHANNELS);
    }

    private static Launch gradient(String kernel) {
        return Launch.of("winograd.cl", kernel)
                .define("WEIGHT_GRADIENT", 1)
                .define("TILES", GRADIENT_TILES)
                .define("CHANNELS", GRADIENT_CHANNELS);
    }
}
