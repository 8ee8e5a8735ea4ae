package scorefield.kernels.convolution;

import scorefield.kernels.convolution.ConvolutionGeometry.Tile;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;

/**
 * The sums of a weight gradient over parts of the batch ("splits"), which lie apart: [split][block of 16·vectors
 * outputs][tap][Cin rounded up to rows][16·vectors].
 */
record SplitSums(ConvolutionGeometry geometry, Tile tile, int vectors, int rows) {

    /** Output channels of a block. */
    int block() {
        return 16 * vectors;
    }

    int blocks() {
        return (geometry.outputs() + block() - 1) / block();
    }

    /** How many numbers one split has. */
    long size() {
        return (long) blocks() * geometry.taps() * ((geometry.in() + rows - 1) / rows * rows) * block();
    }

    /** A launch of one of the kernels of {@code conv2d_weight_gradient.cl}. */
    Launch launch(String kernel) {
        return geometry.specialise(Launch.of("convolution/conv2d_weight_gradient.cl", kernel), tile)
                .define("VECTORS", vectors)
                .define("ROWS", rows);
    }

    /** Adds the launch that adds the splits in their order. */
    void add(Region partial, int splits, WeightGradient gradient, Emitter out) {
        double sums = (double) splits * size();
        Launch launch = launch("sum_splits")
                .read(partial)
                .write(gradient.dw())
                .integer(splits)
                .integer(geometry.outputs());
        out.launch(gradient.strides()
                .arguments(launch)
                .global(geometry.in(), geometry.taps())
                .work(sums, 4 * sums));
    }
}
