package scorefield.kernels.convolution;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Streaming;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.matmul.MatMulLauncher;

/**
 * The launches of {@code conv1x1.cl}: a convolution that takes each pixel by itself or, with the adjoint's weights, its input gradient, and
 * its weight gradient.
 */
public final class PixelwiseConvolution {

    /** Pixels times vectors of output channels that a work-item holds in registers; the first is the shipped choice. */
    private static final int[] ACCUMULATORS = {28, 24};

    private static final int LANES = 16;
    private static final int ITEMS_A_UNIT = 32;

    /**
     * How a weight gradient is cut.
     *
     * @param part kilobytes of images and cotangent: a part, the next one and the sums fit into the second-level cache
     * @param splits of all pixels for each compute unit: enough to balance them, few because each has sums of its own
     */
    private record Blocking(int part, int splits) {}

    private static final List<Blocking> BLOCKINGS =
            List.of(new Blocking(96, 8), new Blocking(96, 4), new Blocking(192, 8));

    private PixelwiseConvolution() {}

    /** Whether these kernels can compute a convolution or its adjoint; few output channels are better left to others. */
    public static boolean applies(ConvolutionGeometry geometry, int dilation) {
        return geometry.isPixelwise() && dilation == 1 && !DirectConvolution.isNarrow(geometry);
    }

    /** Whether these kernels can compute a weight gradient. */
    public static boolean appliesToWeights(ConvolutionGeometry geometry) {
        return geometry.isPixelwise() && geometry.in() % LANES == 0 && geometry.outputs() % LANES == 0;
    }

    /** The ways to compute it; the first is the shipped one. */
    public static List<Variant> variants(
            Emitter out,
            ConvolutionGeometry convolution,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        ConvolutionGeometry geometry = epilogue.sampleBias() == null ? convolution.flattened() : convolution;
        int vectors = geometry.outputs() > LANES ? 2 : 1;
        Set<Integer> tiles = new LinkedHashSet<>();
        for (int accumulators : ACCUMULATORS) {
            tiles.add(Math.min(geometry.pixels(), accumulators / vectors));
        }
        return tiles.stream()
                .map(pixels -> new Variant(
                        "pixelwise, %d pixels × %d channels".formatted(pixels, LANES * vectors),
                        () -> emit(out, geometry, pixels, vectors, x, w, steps, epilogue, y)))
                .toList();
    }

    private static void emit(
            Emitter out,
            ConvolutionGeometry geometry,
            int pixels,
            int vectors,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        Region packed = MatMulLauncher.pack(
                out, w.plus(steps.origin()), geometry.outputs(), geometry.in(), steps.outStep(), steps.inStep());
        int images = geometry.result().dim(0);
        int tiles = (geometry.pixels() + pixels - 1) / pixels;
        int run = Math.max(1, Math.min(tiles, tiles * images / (ITEMS_A_UNIT * out.computeUnits())));
        Launch launch = Launch.of("convolution/conv1x1.cl", "conv1x1")
                .define("PIXELS", pixels)
                .define("VECTORS", vectors)
                .read(x)
                .read(packed);
        out.launch(epilogue.arguments(launch, y, x, Streaming.pays(y, geometry.result()))
                .integer(geometry.pixels())
                .integer(geometry.in())
                .integer(geometry.outputs())
                .integer(run)
                .global((tiles + run - 1) / run, images)
                .work(geometry.flops(), geometry.bytes(epilogue)));
    }

    /** The same for a convolution's weight gradient. */
    public static List<Variant> weightGradientVariants(
            Emitter out, ConvolutionGeometry convolution, Region x, Region g, Region dw) {
        ConvolutionGeometry geometry = convolution.flattened();
        return BLOCKINGS.stream()
                .map(blocking -> new Variant(
                        "pixelwise, %d kB, %d splits a unit".formatted(blocking.part(), blocking.splits()),
                        () -> emitWeightGradient(out, geometry, blocking, x, g, dw)))
                .toList();
    }

    private static void emitWeightGradient(
            Emitter out, ConvolutionGeometry geometry, Blocking blocking, Region x, Region g, Region dw) {
        int pixelBytes = Float.BYTES * (geometry.in() + geometry.outputs());
        int length = Math.max(1, (blocking.part() << 10) / pixelBytes);
        int parts = (geometry.pixels() + length - 1) / length;
        int splits = Math.min(parts, blocking.splits() * out.computeUnits());
        Region partial = out.scratch((long) splits * geometry.in() * geometry.outputs());
        out.launch(Launch.of("convolution/conv1x1.cl", "conv1x1_weight_gradient")
                .define("WEIGHT_GRADIENT", 1)
                .read(x)
                .read(g)
                .write(partial)
                .integer(geometry.pixels())
                .integer(geometry.in())
                .integer(geometry.outputs())
                .integer(length)
                .global(splits)
                .work(geometry.flops(), geometry.bytes()));
        DirectWeightGradient.sumSplits(
                out,
                geometry,
                new ConvolutionGeometry.Tile(1, 1),
                1,
                LANES,
                partial,
                splits,
                WeightSteps.plain(geometry.in(), geometry.outputs()),
                dw);
    }
}
