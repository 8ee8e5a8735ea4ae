package scorefield.kernels.convolution;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Streaming;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.matmul.Panels;

/** The launches of {@code conv1x1.cl} for a convolution that takes each pixel by itself or, with the adjoint's weights, its input gradient. */
final class PixelwiseConvolution {

    /** Pixels times vectors of output channels that a work-item holds in registers; the first is the shipped choice. */
    private static final int[] ACCUMULATORS = {28, 24};

    private static final int LANES = 16;
    private static final int ITEMS_A_UNIT = 32;

    private final Convolution convolution;
    private final ConvolutionGeometry geometry;
    private final Emitter out;

    /** Vectors of output channels that a work-item computes at a time. */
    private final int vectors;

    PixelwiseConvolution(Convolution convolution, Emitter out) {
        this.convolution = convolution.flattened();
        this.geometry = this.convolution.geometry();
        this.out = out;
        this.vectors = geometry.outputs() > LANES ? 2 : 1;
    }

    /** Whether these kernels can compute it; few output channels are better left to others. */
    static boolean applies(ConvolutionGeometry geometry) {
        return geometry.isPixelwise() && !geometry.isNarrow();
    }

    /** The ways to compute it; the first is the shipped one. */
    List<Variant> variants() {
        Set<Integer> tiles = new LinkedHashSet<>();
        for (int accumulators : ACCUMULATORS) {
            tiles.add(Math.min(geometry.pixels(), accumulators / vectors));
        }
        return tiles.stream()
                .map(pixels -> new Variant(
                        "pixelwise, %d pixels × %d channels".formatted(pixels, LANES * vectors), () -> launch(pixels)))
                .toList();
    }

    private void launch(int pixels) {
        WeightStrides strides = convolution.strides();
        Region packed = Panels.pack(
                1,
                convolution.w().plus(strides.origin()),
                geometry.outputs(),
                geometry.in(),
                strides.out(),
                strides.in(),
                out);
        int images = geometry.batch();
        int tiles = (geometry.pixels() + pixels - 1) / pixels;
        int run = Math.max(1, Math.min(tiles, tiles * images / (ITEMS_A_UNIT * out.computeUnits())));
        Launch launch = Launch.of("convolution/conv1x1.cl", "conv1x1")
                .define("PIXELS", pixels)
                .define("VECTORS", vectors)
                .read(convolution.x())
                .read(packed);
        boolean stream = Streaming.pays(convolution.y(), geometry.result());
        convolution
                .epilogue()
                .arguments(launch, convolution.y(), convolution.x(), stream)
                .integer(geometry.pixels())
                .integer(geometry.in())
                .integer(geometry.outputs())
                .integer(run)
                .global((tiles + run - 1) / run, images);
        out.launch(convolution.work(launch));
    }
}
