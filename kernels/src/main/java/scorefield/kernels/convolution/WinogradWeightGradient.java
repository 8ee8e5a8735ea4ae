package scorefield.kernels.convolution;

import java.util.List;
import scorefield.kernels.convolution.Winograd.Blocking;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/** The launches of {@code winograd.cl} for a weight gradient: sums over parts of the batch, then their sum in a fixed order. */
final class WinogradWeightGradient {

    /** The first is the shipped one. */
    private static final List<Blocking> BLOCKINGS = List.of(
            new Blocking(28, 64, 4),
            new Blocking(28, 64, 2),
            new Blocking(28, 64, 8),
            new Blocking(28, 32, 4),
            new Blocking(28, 128, 4),
            new Blocking(14, 64, 4),
            new Blocking(56, 64, 4));

    /** Input channels whose sums one work-item adds and transforms: ROWS in the source. */
    private static final int ROWS = 8;

    private final WeightGradient gradient;
    private final ConvolutionGeometry geometry;
    private final Emitter out;

    WinogradWeightGradient(WeightGradient gradient, Emitter out) {
        this.gradient = gradient;
        this.geometry = gradient.geometry();
        this.out = out;
    }

    /** The ways to compute it; the first is the shipped one. */
    List<Variant> variants() {
        return Winograd.different(BLOCKINGS, geometry).stream()
                .map(blocking -> new Variant(
                        "winograd, %d tiles × %d channels, %d splits a unit"
                                .formatted(blocking.tiles(), blocking.channels(), blocking.splits()),
                        () -> launch(blocking)))
                .toList();
    }

    private void launch(Blocking blocking) {
        int in = geometry.in();
        int blocks = Winograd.blocks(geometry);
        int tiles = Winograd.tiles(geometry.result());
        int splits = Math.max(1, Math.min(blocking.splits() * out.computeUnits(), tiles / (4 * blocking.tiles())));
        int groups = (in + ROWS - 1) / ROWS;
        long sums = (long) blocks * Winograd.POINTS * groups * ROWS * Winograd.BLOCK;
        Region partial = out.scratch(splits * sums);
        Launch launch = blocking.launch("winograd_weight_gradient", "WEIGHT_GRADIENT")
                .read(gradient.x())
                .read(gradient.g())
                .write(partial);
        out.launch(Winograd.sizes(launch, geometry)
                .global((in + blocking.channels() - 1) / blocking.channels(), splits)
                .work(geometry.flops(), geometry.bytes()));
        out.launch(blocking.launch("winograd_sum_splits", "WEIGHT_GRADIENT")
                .read(partial)
                .write(gradient.dw())
                .integer(splits)
                .integer(in)
                .integer(geometry.outputs())
                .global(groups, blocks)
                .work((double) splits * sums, 4.0 * splits * sums));
    }
}
