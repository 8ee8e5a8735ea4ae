package scorefield.kernels.convolution;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.kernels.convolution.ConvolutionGeometry.Tile;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/** The launches of {@code conv2d_weight_gradient.cl}: sums over parts of the batch, then their sum in a fixed order. */
public final class DirectWeightGradient {

    /**
     * How the work is cut.
     *
     * @param pixels of a tile: its part of the images and of the cotangent stay in the first-level cache, most of it
     * @param splits parts of the batch for each compute unit: enough to balance them, few because each has sums of its own
     */
    private record Blocking(int pixels, int splits) {}

    private static final List<Blocking> BLOCKINGS =
            List.of(new Blocking(112, 8), new Blocking(112, 4), new Blocking(112, 16), new Blocking(56, 8));

    private static final int TILE_BYTES = 32 << 10;
    private static final int ROWS = 8;

    private DirectWeightGradient() {}

    /** The ways to compute it; the first is the shipped one. */
    public static List<Variant> variants(
            Emitter out, ConvolutionGeometry geometry, Region x, Region g, WeightSteps steps, Region dw) {
        return BLOCKINGS.stream()
                .map(blocking -> new Variant(
                        "direct, %d pixels, %d splits a unit".formatted(blocking.pixels(), blocking.splits()),
                        () -> emit(out, geometry.flattened(), blocking, x, g, steps, dw)))
                .toList();
    }

    private static void emit(
            Emitter out,
            ConvolutionGeometry geometry,
            Blocking blocking,
            Region x,
            Region g,
            WeightSteps steps,
            Region dw) {
        int in = geometry.in();
        int outputs = geometry.outputs();
        int rows = Math.min(ROWS, in);
        int vectors = outputs > 16 ? 2 : 1;
        int block = 16 * vectors;
        int blocks = (outputs + block - 1) / block;
        Tile tile = tile(geometry, blocking.pixels(), rows, block);
        int tiles = geometry.result().dim(0) * tile.count(geometry.result());
        int splits = Math.max(1, Math.min(tiles, blocking.splits() * out.computeUnits() / blocks));
        long sums = (long) blocks * geometry.taps() * ConvolutionGeometry.round(in, rows) * block;
        Region partial = out.scratch(splits * sums);
        out.launch(specialise(geometry, tile, vectors, rows, "conv2d_weight_gradient")
                .read(x)
                .read(g)
                .write(partial)
                .integer(geometry.images().dim(0))
                .integer(geometry.images().dim(1))
                .integer(geometry.images().dim(2))
                .integer(in)
                .integer(geometry.result().dim(1))
                .integer(geometry.result().dim(2))
                .integer(outputs)
                .integer(geometry.padHeight())
                .integer(geometry.padWidth())
                .global(blocks, splits)
                .work(geometry.flops(), geometry.bytes()));
        sumSplits(out, geometry, tile, vectors, rows, partial, splits, steps, dw);
    }

    /** Adds the sums of the splits, which lie apart, [split][block of 16·vectors outputs][tap][Cin rounded up to rows][16·vectors]. */
    public static void sumSplits(
            Emitter out,
            ConvolutionGeometry geometry,
            Tile tile,
            int vectors,
            int rows,
            Region partial,
            int splits,
            WeightSteps steps,
            Region dw) {
        double sums = (double) splits
                * geometry.taps()
                * ConvolutionGeometry.round(geometry.in(), rows)
                * ConvolutionGeometry.round(geometry.outputs(), 16 * vectors);
        out.launch(specialise(geometry, tile, vectors, rows, "sum_splits")
                .read(partial)
                .write(dw)
                .integer(splits)
                .integer(geometry.outputs())
                .integer(steps.origin())
                .integer(steps.tapStep())
                .integer(steps.inStep())
                .integer(steps.outStep())
                .global(geometry.in(), geometry.taps())
                .work(sums, 4 * sums));
    }

    private static Launch specialise(ConvolutionGeometry geometry, Tile tile, int vectors, int rows, String kernel) {
        return geometry.specialise(Launch.of("convolution/conv2d_weight_gradient.cl", kernel), tile)
                .define("VECTORS", vectors)
                .define("ROWS", rows);
    }

    /** Rows and columns cut into nearly equal parts: as many pixels as allowed, and few that lie outside the image. */
    private static Tile tile(ConvolutionGeometry geometry, int mostPixels, int rows, int block) {
        Shape result = geometry.result();
        for (int pixels = mostPixels; ; pixels /= 2) {
            int widest = result.dim(1) == 1 ? pixels : Math.max(1, pixels / 2);
            int width = equalPart(result.dim(2), widest);
            Tile tile = new Tile(equalPart(result.dim(1), Math.max(1, pixels / width)), width);
            if (pixels <= 1 || 4 * (geometry.patch(tile) * rows + pixels * block) <= TILE_BYTES) {
                return tile;
            }
        }
    }

    private static int equalPart(int whole, int most) {
        int parts = (whole + most - 1) / most;
        return (whole + parts - 1) / parts;
    }
}
