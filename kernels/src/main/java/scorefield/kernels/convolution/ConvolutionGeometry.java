package scorefield.kernels.convolution;

import scorefield.autodiff.Shape;
import scorefield.kernels.launch.Launch;

/**
 * The extents of a convolution from images N×H×W×Cin to N×Ho×Wo×Cout.
 *
 * @param images N×H×W×Cin, what is read
 * @param result N×Ho×Wo×Cout, what is written
 * @param stride how many pixels apart the windows of neighbouring results lie
 * @param dilation how many pixels apart the images' pixels count, with zeros between: an adjoint's stride, otherwise 1
 * @param padHeight rows of zeros above the images
 * @param padWidth columns of zeros to their left
 */
record ConvolutionGeometry(
        Shape images,
        Shape result,
        int kernelHeight,
        int kernelWidth,
        int stride,
        int dilation,
        int padHeight,
        int padWidth) {

    /** Up to so many output channels, vectors had better run over the input channels. */
    private static final int NARROW = 4;

    /** A tile of the result, in pixels. */
    record Tile(int height, int width) {

        /** How many tiles cover one image of the result. */
        int count(Shape result) {
            return (result.dim(1) + height - 1) / height * ((result.dim(2) + width - 1) / width);
        }
    }

    /** Whether each pixel of the result comes from one of the images, the one at its place: then it is a matrix product. */
    boolean isPixelwise() {
        return taps() == 1 && stride == 1 && dilation == 1 && padHeight == 0 && padWidth == 0;
    }

    /** Whether there are so few output channels that the vectors had better run over the input channels. */
    boolean isNarrow() {
        return outputs() <= NARROW && in() >= 16;
    }

    /** The same sums with all pixels in one row where neighbours do not matter. */
    ConvolutionGeometry flattened() {
        return isPixelwise() ? new ConvolutionGeometry(flat(images), flat(result), 1, 1, 1, 1, 0, 0) : this;
    }

    private static Shape flat(Shape shape) {
        return Shape.of(1, 1, shape.dim(0) * shape.dim(1) * shape.dim(2), shape.dim(3));
    }

    /** Images of the batch. */
    int batch() {
        return images.dim(0);
    }

    /** Input channels. */
    int in() {
        return images.dim(3);
    }

    /** Output channels. */
    int outputs() {
        return result.dim(3);
    }

    /** Of an image of the result. */
    int pixels() {
        return result.dim(1) * result.dim(2);
    }

    int taps() {
        return kernelHeight * kernelWidth;
    }

    /** How many pixels of the images a tile of the result sees. */
    int patch(Tile tile) {
        return ((tile.height() - 1) * stride + kernelHeight) * ((tile.width() - 1) * stride + kernelWidth);
    }

    double flops() {
        return 2.0 * result.size() * taps() * in();
    }

    /** The least memory traffic: everything once. */
    double bytes() {
        return 4.0 * ((double) images.size() + result.size() + (double) taps() * in() * outputs());
    }

    /** Specialises a kernel by kernel size and stride. */
    Launch specialise(Launch launch) {
        return launch.define("KERNEL_H", kernelHeight)
                .define("KERNEL_W", kernelWidth)
                .define("STRIDE", stride);
    }

    /** Specialises a kernel by kernel size, stride and tile. */
    Launch specialise(Launch launch, Tile tile) {
        return specialise(launch).define("TILE_H", tile.height()).define("TILE_W", tile.width());
    }

    /** Adds the arguments H, W, Cin, Ho, Wo, Cout, padH, padW. */
    Launch sizes(Launch launch) {
        return launch.integer(images.dim(1))
                .integer(images.dim(2))
                .integer(in())
                .integer(result.dim(1))
                .integer(result.dim(2))
                .integer(outputs())
                .integer(padHeight)
                .integer(padWidth);
    }
}
