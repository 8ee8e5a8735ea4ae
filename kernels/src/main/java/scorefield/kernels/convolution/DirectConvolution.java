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
final class DirectConvolution {

    /** Pixels times vectors of output channels that a work-item holds in registers: 28 of 32, the rest being operands. */
    private static final int ACCUMULATORS = 28;

    /** What the tile's part of the images may take: it is read again and again, so the first-level cache should hold it. */
    private static final int PATCH_BYTES = 32 << 10;

    private static final int CHUNK = 32;
    private static final int MOST_CHANNELS = 128;

    private final Convolution convolution;
    private final ConvolutionGeometry geometry;
    private final Emitter out;

    DirectConvolution(Convolution convolution, Emitter out) {
        this.convolution = convolution.flattened();
        this.geometry = this.convolution.geometry();
        this.out = out;
    }

    /** The ways to compute it; the first is the shipped one. */
    List<Variant> variants() {
        Map<String, Variant> variants = new LinkedHashMap<>();
        boolean narrow = geometry.isNarrow();
        int vectors = geometry.outputs() > 16 ? 2 : 1;
        int pixels = ACCUMULATORS / (narrow ? Math.max(2, geometry.outputs()) : 2);
        for (int most : new int[] {pixels, pixels * 6 / 7, pixels * 4 / 7}) {
            Tile tile = tile(Math.max(1, most));
            int channels = narrow ? geometry.outputs() : 16 * vectors;
            add(variants, tile, channels, narrow ? () -> narrow(tile) : () -> wide(tile, vectors));
        }
        if (!narrow) {
            Tile tile = tile(ACCUMULATORS);
            add(variants, tile, 16, () -> wide(tile, 1));
        }
        return List.copyOf(variants.values());
    }

    private static void add(Map<String, Variant> variants, Tile tile, int channels, Runnable launches) {
        String name = "direct, %d×%d pixels × %d channels".formatted(tile.height(), tile.width(), channels);
        variants.putIfAbsent(name, new Variant(name, launches));
    }

    private void wide(Tile tile, int vectors) {
        int blocks = (geometry.outputs() + 16 * vectors - 1) / (16 * vectors);
        int rows = geometry.taps() * geometry.in();
        Region packed = out.scratch((long) blocks * rows * 16 * vectors);
        Launch pack = launch("pack_weights", tile)
                .define("VECTORS", vectors)
                .read(convolution.w())
                .write(packed)
                .integer(geometry.in())
                .integer(geometry.outputs());
        out.launch(convolution.strides().arguments(pack).global(rows, blocks).work(0, 8.0 * rows * geometry.outputs()));
        Launch launch = launch("conv2d", tile)
                .define("VECTORS", vectors)
                .read(convolution.x())
                .read(packed);
        geometry.sizes(convolution.epilogue().arguments(launch, convolution.y(), convolution.x()));
        overTiles(launch, tile);
    }

    /** For a few output channels: the vectors run over the input channels. */
    private void narrow(Tile tile) {
        int outputs = geometry.outputs();
        int padded = (geometry.in() + 15) / 16 * 16;
        Region packed = out.scratch((long) geometry.taps() * outputs * padded);
        Launch pack = launch("pack_weights_narrow", tile)
                .define("OUTPUTS", outputs)
                .read(convolution.w())
                .write(packed)
                .integer(geometry.in());
        out.launch(convolution
                .strides()
                .arguments(pack)
                .global(geometry.taps(), outputs)
                .work(0, 8.0 * geometry.taps() * geometry.in() * outputs));
        Launch launch = launch("conv2d_narrow", tile)
                .define("OUTPUTS", outputs)
                .read(convolution.x())
                .read(packed);
        convolution
                .epilogue()
                .arguments(launch, convolution.y(), convolution.x())
                .integer(geometry.images().dim(1))
                .integer(geometry.images().dim(2))
                .integer(geometry.in())
                .integer(geometry.result().dim(1))
                .integer(geometry.result().dim(2))
                .integer(geometry.padHeight())
                .integer(geometry.padWidth());
        overTiles(launch, tile);
    }

    private void overTiles(Launch launch, Tile tile) {
        launch.global(tile.count(geometry.result()), geometry.batch());
        out.launch(convolution.work(launch));
    }

    /** The tile of so many pixels at most, and a patch that fits, with the least waste at the image's edges. */
    private Tile tile(int mostPixels) {
        Tile best = new Tile(1, 1);
        double least = cost(best);
        for (int width = 1; width <= mostPixels; width++) {
            for (int height = 1; height * width <= mostPixels; height++) {
                Tile tile = new Tile(height, width);
                double cost = cost(tile);
                if (cost <= least && 4 * CHUNK * geometry.patch(tile) <= PATCH_BYTES) { // of equals, the widest
                    least = cost;
                    best = tile;
                }
            }
        }
        return best;
    }

    /** A pixel costs a broadcast and two multiply-adds, a tile its share of loading the weights: some four pixels' worth. */
    private double cost(Tile tile) {
        return (double) tile.count(geometry.result()) * (tile.height() * tile.width() + 4);
    }

    /** None of the constants depends on the channels: layers of one kernel size and image size share their kernels. */
    private Launch launch(String kernel, Tile tile) {
        int fitting = PATCH_BYTES / (4 * geometry.patch(tile)) / CHUNK * CHUNK;
        return geometry.specialise(Launch.of("convolution/conv2d.cl", kernel), tile)
                .define("DILATION", geometry.dilation())
                .define("CHANNELS", Math.max(CHUNK, Math.min(MOST_CHANNELS, fitting)));
    }
}
