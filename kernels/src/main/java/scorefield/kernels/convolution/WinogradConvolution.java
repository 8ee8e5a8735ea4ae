package scorefield.kernels.convolution;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/**
 * The launches of {@code winograd.cl}: 3×3 convolutions of stride 1 and their gradients with a quarter of the multiplications, for CPUs
 * and channel counts that are multiples of 16.
 *
 * <p>Rounding: relative to the root mean square of the results, the largest error over a layer of up to 256 channels is some 5e-6
 * where the direct kernels' is 1e-6.
 */
public final class WinogradConvolution {

    private static final int POINTS = 36;
    private static final int BLOCK = 32;

    /** With fewer tiles than a work-item takes, transforming the weights costs more than it saves. */
    private static final int LEAST_TILES = 14;

    /** Input channels whose sums one work-item adds and transforms: ROWS in the source. */
    private static final int GRADIENT_ROWS = 8;

    /**
     * How the work is cut.
     *
     * @param tiles that a work-item transforms at a time. Forward, the matrix products keep so many, times two vectors of output channels,
     *     in registers; the weight gradient sums over so many in one step, and more would not fit into the second-level cache
     * @param channels that are transformed at a time, a multiple of 32
     * @param splits of the weight gradient, parts of the batch for each compute unit: enough to balance them, few because each has sums of
     *     its own
     */
    private record Blocking(int tiles, int channels, int splits) {

        Launch specialise(String kernel, String kind) {
            return Launch.of("convolution/winograd.cl", kernel)
                    .define(kind, 1)
                    .define("TILES", tiles)
                    .define("CHANNELS", channels);
        }
    }

    private static final List<Blocking> FORWARD = List.of(
            new Blocking(14, 128, 0),
            new Blocking(14, 64, 0),
            new Blocking(14, 256, 0),
            new Blocking(12, 128, 0),
            new Blocking(8, 128, 0));

    private static final List<Blocking> WEIGHT_GRADIENT = List.of(
            new Blocking(28, 64, 4),
            new Blocking(28, 64, 2),
            new Blocking(28, 64, 8),
            new Blocking(28, 32, 4),
            new Blocking(28, 128, 4),
            new Blocking(14, 64, 4),
            new Blocking(56, 64, 4));

    private WinogradConvolution() {}

    /** Whether these kernels can compute it. */
    public static boolean applies(Emitter out, ConvolutionGeometry geometry) {
        return out.cpu()
                && geometry.kernelHeight() == 3
                && geometry.kernelWidth() == 3
                && geometry.stride() == 1
                && geometry.in() % 16 == 0
                && geometry.outputs() % 16 == 0;
    }

    /** Whether, where they apply, they are likely to be faster than the direct ones. */
    public static boolean pays(ConvolutionGeometry geometry) {
        return tiles(geometry.result()) >= LEAST_TILES;
    }

    private static int tiles(Shape result) {
        return result.dim(0) * ((result.dim(1) + 3) / 4) * ((result.dim(2) + 3) / 4);
    }

    /** The ways to compute a convolution or, with the adjoint's weights, its input gradient; the first is the shipped one. */
    public static List<Variant> variants(
            Emitter out,
            ConvolutionGeometry geometry,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        return FORWARD.stream()
                .filter(blocking -> blocking == FORWARD.get(0) || differs(blocking, FORWARD.get(0), geometry))
                .map(blocking -> new Variant(
                        "winograd, %d tiles × %d channels".formatted(blocking.tiles(), blocking.channels()),
                        () -> emit(out, geometry, blocking, x, w, steps, epilogue, y)))
                .toList();
    }

    /** The same for a convolution's weight gradient. */
    public static List<Variant> weightGradientVariants(
            Emitter out, ConvolutionGeometry geometry, Region x, Region g, Region dw) {
        return WEIGHT_GRADIENT.stream()
                .filter(blocking ->
                        blocking == WEIGHT_GRADIENT.get(0) || differs(blocking, WEIGHT_GRADIENT.get(0), geometry))
                .map(blocking -> new Variant(
                        "winograd, %d tiles × %d channels, %d splits a unit"
                                .formatted(blocking.tiles(), blocking.channels(), blocking.splits()),
                        () -> emitWeightGradient(out, geometry, blocking, x, g, dw)))
                .toList();
    }

    /** Room for more channels than there are changes nothing. */
    private static boolean differs(Blocking blocking, Blocking shipped, ConvolutionGeometry geometry) {
        return blocking.channels() == shipped.channels()
                || Math.min(blocking.channels(), shipped.channels()) < geometry.in();
    }

    private static void emit(
            Emitter out,
            ConvolutionGeometry geometry,
            Blocking blocking,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        int blocks = (geometry.outputs() + BLOCK - 1) / BLOCK;
        Region transformed = out.scratch((long) blocks * POINTS * geometry.in() * BLOCK);
        out.launch(blocking.specialise("winograd_weights", "FORWARD")
                .read(w)
                .write(transformed)
                .integer(geometry.outputs())
                .integer(steps.origin())
                .integer(steps.tapStep())
                .integer(steps.inStep())
                .integer(steps.outStep())
                .global(geometry.in(), 2 * blocks)
                .work(0, 4.0 * (9 + POINTS) * geometry.in() * geometry.outputs()));
        Launch launch = epilogue.arguments(
                blocking.specialise("winograd", "FORWARD").read(x).read(transformed), y, x);
        out.launch(sizes(launch, geometry)
                .global((tiles(geometry.result()) + blocking.tiles() - 1) / blocking.tiles())
                .work(geometry.flops(), geometry.bytes(epilogue)));
    }

    private static void emitWeightGradient(
            Emitter out, ConvolutionGeometry geometry, Blocking blocking, Region x, Region g, Region dw) {
        int in = geometry.in();
        int blocks = (geometry.outputs() + BLOCK - 1) / BLOCK;
        int tiles = tiles(geometry.result());
        int splits = Math.max(1, Math.min(blocking.splits() * out.computeUnits(), tiles / (4 * blocking.tiles())));
        long sums = (long) blocks * POINTS * in * BLOCK;
        Region partial = out.scratch(splits * sums);
        Launch launch = blocking.specialise("winograd_weight_gradient", "WEIGHT_GRADIENT")
                .read(x)
                .read(g)
                .write(partial);
        out.launch(sizes(launch, geometry)
                .global((in + blocking.channels() - 1) / blocking.channels(), splits)
                .work(geometry.flops(), geometry.bytes()));
        out.launch(blocking.specialise("winograd_sum_splits", "WEIGHT_GRADIENT")
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
}
