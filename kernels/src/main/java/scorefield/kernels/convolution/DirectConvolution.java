package scorefield.kernels.convolution;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.kernels.convolution.ConvolutionGeometry.Tile;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/** The launches of {@code conv2d.cl}: a convolution of any size or, with the adjoint's weights, its input gradient. */
public final class DirectConvolution {

    /** Pixels times vectors of output channels that a work-item holds in registers: 28 of 32, the rest being operands. */
    private static final int ACCUMULATORS = 28;

    /** What the tile's part of the images may take: it is read again and again, so the first-level cache should hold it. */
    private static final int PATCH_BYTES = 32 << 10;

    private static final int CHUNK = 32;
    private static final int MOST_CHANNELS = 128;
    private static final int NARROW = 4;

    private DirectConvolution() {}

    /**
     * The ways to compute it; the first is the shipped one.
     *
     * @param dilation how many pixels apart the images' pixels count, with zeros between: an adjoint's stride, otherwise 1
     */
    public static List<Variant> variants(
            Emitter out,
            ConvolutionGeometry convolution,
            int dilation,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        ConvolutionGeometry geometry =
                dilation == 1 && epilogue.sampleBias() == null ? convolution.flattened() : convolution;
        Map<String, Variant> variants = new LinkedHashMap<>();
        boolean narrow = isNarrow(geometry);
        int vectors = geometry.outputs() > 16 ? 2 : 1;
        int pixels = ACCUMULATORS / (narrow ? Math.max(2, geometry.outputs()) : 2);
        for (int most : new int[] {pixels, pixels * 6 / 7, pixels * 4 / 7}) {
            Tile tile = tile(geometry, Math.max(1, most));
            String name = "direct, %d×%d pixels × %d channels"
                    .formatted(tile.height(), tile.width(), narrow ? geometry.outputs() : 16 * vectors);
            variants.putIfAbsent(
                    name,
                    new Variant(
                            name,
                            narrow
                                    ? () -> narrow(out, geometry, dilation, tile, x, w, steps, epilogue, y)
                                    : () -> wide(out, geometry, dilation, tile, vectors, x, w, steps, epilogue, y)));
        }
        if (!narrow) {
            Tile tile = tile(geometry, ACCUMULATORS);
            String name = "direct, %d×%d pixels × 16 channels".formatted(tile.height(), tile.width());
            variants.putIfAbsent(
                    name, new Variant(name, () -> wide(out, geometry, dilation, tile, 1, x, w, steps, epilogue, y)));
        }
        return List.copyOf(variants.values());
    }

    /** Whether there are so few output channels that the vectors had better run over the input channels. */
    public static boolean isNarrow(ConvolutionGeometry geometry) {
        return geometry.outputs() <= NARROW && geometry.in() >= 16;
    }

    private static void wide(
            Emitter out,
            ConvolutionGeometry geometry,
            int dilation,
            Tile tile,
            int vectors,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        int blocks = (geometry.outputs() + 16 * vectors - 1) / (16 * vectors);
        int rows = geometry.taps() * geometry.in();
        Region packed = out.scratch((long) blocks * rows * 16 * vectors);
        out.launch(specialise(geometry, dilation, tile, "pack_weights")
                .define("VECTORS", vectors)
                .read(w)
                .write(packed)
                .integer(geometry.in())
                .integer(geometry.outputs())
                .integer(steps.origin())
                .integer(steps.tapStep())
                .integer(steps.inStep())
                .integer(steps.outStep())
                .global(rows, blocks)
                .work(0, 8.0 * rows * geometry.outputs()));
        Launch launch = specialise(geometry, dilation, tile, "conv2d").define("VECTORS", vectors);
        out.launch(epilogue.arguments(launch.read(x).read(packed), y, x)
                .integer(geometry.images().dim(1))
                .integer(geometry.images().dim(2))
                .integer(geometry.in())
                .integer(geometry.result().dim(1))
                .integer(geometry.result().dim(2))
                .integer(geometry.outputs())
                .integer(geometry.padHeight())
                .integer(geometry.padWidth())
                .global(tile.count(geometry.result()), geometry.result().dim(0))
                .work(geometry.flops(), geometry.bytes(epilogue)));
    }

    /** For a few output channels: the vectors run over the input channels. */
    private static void narrow(
            Emitter out,
            ConvolutionGeometry geometry,
            int dilation,
            Tile tile,
            Region x,
            Region w,
            WeightSteps steps,
            Epilogue epilogue,
            Region y) {
        int outputs = geometry.outputs();
        Region packed = out.scratch((long) geometry.taps() * outputs * ConvolutionGeometry.round(geometry.in(), 16));
        out.launch(specialise(geometry, dilation, tile, "pack_weights_narrow")
                .define("OUTPUTS", outputs)
                .read(w)
                .write(packed)
                .integer(geometry.in())
                .integer(steps.origin())
                .integer(steps.tapStep())
                .integer(steps.inStep())
                .integer(steps.outStep())
                .global(geometry.taps(), outputs)
                .work(0, 8.0 * geometry.taps() * geometry.in() * outputs));
        Launch launch = specialise(geometry, dilation, tile, "conv2d_narrow").define("OUTPUTS", outputs);
        out.launch(epilogue.arguments(launch.read(x).read(packed), y, x)
                .integer(geometry.images().dim(1))
                .integer(geometry.images().dim(2))
                .integer(geometry.in())
                .integer(geometry.result().dim(1))
                .integer(geometry.result().dim(2))
                .integer(geometry.padHeight())
                .integer(geometry.padWidth())
                .global(tile.count(geometry.result()), geometry.result().dim(0))
                .work(geometry.flops(), geometry.bytes(epilogue)));
    }

    /** The tile of so many pixels at most, and a patch that fits, with the least waste at the image's edges. */
    private static Tile tile(ConvolutionGeometry geometry, int mostPixels) {
        Tile best = new Tile(1, 1);
        double least = cost(geometry, best);
        for (int width = 1; width <= mostPixels; width++) {
            for (int height = 1; height * width <= mostPixels; height++) {
                Tile tile = new Tile(height, width);
                double cost = cost(geometry, tile);
                if (cost <= least && 4 * CHUNK * geometry.patch(tile) <= PATCH_BYTES) { // of equals, the widest
                    least = cost;
                    best = tile;
                }
            }
        }
        return best;
    }

    /** A pixel costs a broadcast and two multiply-adds, a tile its share of loading the weights: some four pixels' worth. */
    private static double cost(ConvolutionGeometry geometry, Tile tile) {
        return (double) tile.count(geometry.result()) * (tile.height() * tile.width() + 4);
    }

    /** None of the constants depends on the channels: layers of one kernel size and image size share their kernels. */
    private static Launch specialise(ConvolutionGeometry geometry, int dilation, Tile tile, String kernel) {
        int fitting = PATCH_BYTES / (4 * geometry.patch(tile)) / CHUNK * CHUNK;
        return geometry.specialise(Launch.of("convolution/conv2d.cl", kernel), tile)
                .define("DILATION", dilation)
                .define("CHANNELS", Math.max(CHUNK, Math.min(MOST_CHANNELS, fitting)));
    }
}
