package scorefield.kernels.op;

import scorefield.autodiff.Shape;
import scorefield.kernels.Launch;

/**
 * The extents of a convolution from images N×H×W×Cin to N×Ho×Wo×Cout, and the tile of the result that one work-item makes.
 *
 * @param images N×H×W×Cin, what is read
 * @param result N×Ho×Wo×Cout, what is written
 */
record ConvolutionGeometry(
        Shape images, Shape result, int kernelHeight, int kernelWidth, int stride, int padHeight, int padWidth) {

    /** How many pixels a work-item holds in registers: with two vectors of output channels each, all that 32 registers take. */
    private static final int MOST_PIXELS = 14;

    int taps() {
        return kernelHeight * kernelWidth;
    }

    /** The tile's width and height: the one of up to 14 pixels with the least waste at the image's edges. */
    int[] tile() {
        int height = result.dim(1);
        int width = result.dim(2);
        int[] best = {1, 1};
        double least = Double.POSITIVE_INFINITY;
        for (int w = 1; w <= MOST_PIXELS; w++) {
            for (int h = 1; h * w <= MOST_PIXELS; h++) {
                double tiles = Math.ceil((double) width / w) * Math.ceil((double) height / h);
                // A pixel costs a broadcast and two multiply-adds, a tile its share of loading the weights: about two
                // pixels' worth.
                double cost = tiles * (h * w + 2);
                if (cost < least) {
                    least = cost;
                    best = new int[] {h, w};
                }
            }
        }
        return best;
    }

    double flops() {
        return 2.0 * result.size() * taps() * images.dim(3);
    }

    double bytes() {
        return 4.0 * ((double) images.size() + result.size() + (double) taps() * images.dim(3) * result.dim(3));
    }

    Launch specialise(Launch launch, int[] tile) {
        return launch.define("KERNEL_H", kernelHeight)
                .define("KERNEL_W", kernelWidth)
                .define("STRIDE", stride)
                .define("TILE_H", tile[0])
                .define("TILE_W", tile[1]);
    }
}
