package scorefield.kernels.convolution;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Variant;

/**
 * What the launches of {@code winograd.cl} have in common: 3×3 convolutions of stride 1 and their gradients with a quarter of the
 * multiplications, for CPUs.
 *
 * <p>Rounding: relative to the root mean square of the results, the largest error over a layer of up to 256 channels is some 5e-6
 * where the direct kernels' is 1e-6.
 */
final class Winograd {

    /** The products that make a tile of 4×4 results. */
    static final int POINTS = 36;

    /** Output channels that are computed at a time. */
    static final int BLOCK = 32;

    /** With fewer tiles than a work-item takes, transforming the weights costs more than it saves. */
    private static final int LEAST_TILES = 14;

    /** With fewer channels, in or out, the products save less than the transforms cost. */
    private static final int LEAST_CHANNELS = 8;

    private Winograd() {}

    /**
     * How the work is cut.
     *
     * @param tiles that a work-item transforms at a time. Forward, the matrix products keep so many, times two vectors of output channels,
     *     in registers; the weight gradient sums over so many in one step, and more would not fit into the second-level cache
     * @param channels that are transformed at a time, a multiple of 32
     * @param splits of the weight gradient, parts of the batch for each compute unit: enough to balance them, few because each has sums of
     *     its own
     */
    record Blocking(int tiles, int channels, int splits) {

        /** Whether it is another than the shipped one for these extents: room for more channels than there are changes nothing. */
        boolean differs(Blocking shipped, ConvolutionGeometry geometry) {
            return channels == shipped.channels || Math.min(channels, shipped.channels) < geometry.in();
        }

        /** A launch of one of the kernels that FORWARD or WEIGHT_GRADIENT chooses. */
        Launch launch(String kernel, String kind) {
            return Launch.of("convolution/winograd.cl", kernel)
                    .define(kind, 1)
                    .define("TILES", tiles)
                    .define("CHANNELS", channels);
        }
    }

    /** The blockings that differ for these extents, the shipped one first. */
    static List<Blocking> different(List<Blocking> blockings, ConvolutionGeometry geometry) {
        Blocking shipped = blockings.get(0);
        return blockings.stream()
                .filter(blocking -> blocking == shipped || blocking.differs(shipped, geometry))
                .toList();
    }

    /** Whether these kernels can compute it. */
    static boolean applies(ConvolutionGeometry geometry) {
        return geometry.kernelHeight() == 3
                && geometry.kernelWidth() == 3
                && geometry.stride() == 1
                && geometry.dilation() == 1;
    }

    /** All ways, those first that are likely to be faster; of the other kind only its own favourite. */
    static List<Variant> ranked(ConvolutionGeometry geometry, List<Variant> winograd, List<Variant> direct) {
        boolean pays = tiles(geometry.result()) >= LEAST_TILES
                && Math.min(geometry.in(), geometry.outputs()) >= LEAST_CHANNELS;
        List<Variant> all = new ArrayList<>(pays ? winograd : direct);
        all.add((pays ? direct : winograd).get(0));
        return all;
    }

    /** How many tiles of 4×4 pixels the images of a result have. */
    static int tiles(Shape result) {
        return result.dim(0) * ((result.dim(1) + 3) / 4) * ((result.dim(2) + 3) / 4);
    }

    /** How many blocks of output channels there are. */
    static int blocks(ConvolutionGeometry geometry) {
        return (geometry.outputs() + BLOCK - 1) / BLOCK;
    }

    /** Adds the arguments N, H, W, Cin, Ho, Wo, Cout, padH, padW. */
    static Launch sizes(Launch launch, ConvolutionGeometry geometry) {
        return geometry.sizes(launch.integer(geometry.batch()));
    }
}
