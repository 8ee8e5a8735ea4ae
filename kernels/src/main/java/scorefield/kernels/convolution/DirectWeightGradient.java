package scorefield.kernels.convolution;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.kernels.convolution.ConvolutionGeometry.Tile;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/** The launches of {@code conv2d_weight_gradient.cl}: sums over parts of the batch, then their sum in a fixed order. */
final class DirectWeightGradient {

    /**
     * How the work is cut.
     *
     * @param pixels of a tile: its part of the images and of the cotangent stay in the first-level cache, most of it
     * @param splits parts of the batch for each compute unit: enough to balance them, few because each has sums of its own
     */
    private record Blocking(int pixels, int splits) {}

    /** The first is the shipped one. */
    private static final List<Blocking> BLOCKINGS =
            List.of(new Blocking(112, 8), new Blocking(112, 4), new Blocking(112, 16), new Blocking(56, 8));

    private static final int TILE_BYTES = 32 << 10;
    private static final int ROWS = 8;

    private final WeightGradient gradient;
    private final ConvolutionGeometry geometry;
    private final Emitter out;

    DirectWeightGradient(WeightGradient gradient, Emitter out) {
        this.gradient = gradient.flattened();
        this.geometry = this.gradient.geometry();
        this.out = out;
    }

    /** The ways to compute it; the first is the shipped one. */
    List<Variant> variants() {
        return BLOCKINGS.stream()
                .map(blocking -> new Variant(
                        "direct, %d pixels, %d splits a unit".formatted(blocking.pixels(), blocking.splits()),
                        () -> launch(blocking)))
                .toList();
    }

    private void launch(Blocking blocking) {
        int rows = Math.min(ROWS, geometry.in());
        int vectors = geometry.outputs() > 16 ? 2 : 1;
        Tile tile = tile(blocking.pixels(), rows, 16 * vectors);
        SplitSums sums = new SplitSums(geometry, tile, vectors, rows);
        int tiles = geometry.result().dim(0) * tile.count(geometry.result());
        int splits = Math.max(1, Math.min(tiles, blocking.splits() * out.computeUnits() / sums.blocks()));
        Region partial = out.scratch(splits * sums.size());
        Launch launch = sums.launch("conv2d_weight_gradient")
                .read(gradient.x())
                .read(gradient.g())
                .write(partial)
                .integer(geometry.batch());
        out.launch(geometry.sizes(launch).global(sums.blocks(), splits).work(geometry.flops(), geometry.bytes()));
        sums.add(partial, splits, gradient, out);
    }

    /** Rows and columns cut into nearly equal parts: as many pixels as allowed, and few that lie outside the image. */
    private Tile tile(int mostPixels, int rows, int block) {
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
