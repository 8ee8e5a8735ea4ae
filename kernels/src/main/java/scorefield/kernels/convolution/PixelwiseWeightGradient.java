package scorefield.kernels.convolution;

import java.util.List;
import scorefield.kernels.convolution.ConvolutionGeometry.Tile;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/** The launches of {@code conv1x1.cl} for the weight gradient of a convolution that takes each pixel by itself. */
final class PixelwiseWeightGradient {

    private static final int LANES = 16;

    /**
     * How the work is cut.
     *
     * @param part kilobytes of images and cotangent: a part, the next one and the sums fit into the second-level cache
     * @param splits of all pixels for each compute unit: enough to balance them, few because each has sums of its own
     */
    private record Blocking(int part, int splits) {}

    /** The first is the shipped one. */
    private static final List<Blocking> BLOCKINGS =
            List.of(new Blocking(96, 8), new Blocking(96, 4), new Blocking(192, 8));

    private final WeightGradient gradient;
    private final ConvolutionGeometry geometry;
    private final Emitter out;

    PixelwiseWeightGradient(WeightGradient gradient, Emitter out) {
        this.gradient = gradient.flattened();
        this.geometry = this.gradient.geometry();
        this.out = out;
    }

    /** Whether these kernels can compute it. */
    static boolean applies(ConvolutionGeometry geometry) {
        return geometry.isPixelwise() && geometry.in() % LANES == 0 && geometry.outputs() % LANES == 0;
    }

    /** The ways to compute it; the first is the shipped one. */
    List<Variant> variants() {
        return BLOCKINGS.stream()
                .map(blocking -> new Variant(
                        "pixelwise, %d kB, %d splits a unit".formatted(blocking.part(), blocking.splits()),
                        () -> launch(blocking)))
                .toList();
    }

    private void launch(Blocking blocking) {
        int pixelBytes = Float.BYTES * (geometry.in() + geometry.outputs());
        int length = Math.max(1, (blocking.part() << 10) / pixelBytes);
        int parts = (geometry.pixels() + length - 1) / length;
        int splits = Math.min(parts, blocking.splits() * out.computeUnits());
        SplitSums sums = new SplitSums(geometry, new Tile(1, 1), 1, LANES);
        Region partial = out.scratch(splits * sums.size());
        out.launch(Launch.of("convolution/conv1x1.cl", "conv1x1_weight_gradient")
                .define("WEIGHT_GRADIENT", 1)
                .read(gradient.x())
                .read(gradient.g())
                .write(partial)
                .integer(geometry.pixels())
                .integer(geometry.in())
                .integer(geometry.outputs())
                .integer(length)
                .global(splits)
                .work(geometry.flops(), geometry.bytes()));
        sums.add(partial, splits, gradient, out);
    }
}
