package scorefield.kernels.convolution;

import scorefield.autodiff.Shape;
import scorefield.kernels.launch.Launch;

/**
 * The extents of a convolution from images N×H×W×Cin to N×Ho×Wo×Cout.
 *
 * @param images N×H×W×Cin, what is read
 * @param result N×Ho×Wo×Cout, what is written
 */
public record ConvolutionGeometry(
        Shape images, Shape result, int kernelHeight, int kernelWidth, int stride, int padHeight, int padWidth) {

    /** A tile of the result, in pixels. */
    public record Tile(int height, int width) {

        /** How many tiles cover one image of the result. */
        public int count(Shape result) {
            return (result.dim(1) + height - 1) / height * ((result.dim(2) + width - 1) / width);
        }
    }

    /** Whether each pixel of the result comes from one of the images, the one at its place: then it is a matrix product. */
    public boolean isPixelwise() {
        return taps() == 1 && stride == 1 && padHeight == 0 && padWidth == 0;
    }

    /** The same sums with all pixels in one row where neighbours do not matter. */
    public ConvolutionGeometry flattened() {
        if (!isPixelwise()) {
            return this;
        }
        return new ConvolutionGeometry(flat(images), flat(result), 1, 1, 1, 0, 0);
    }

    private static Shape flat(Shape shape) {
        return Shape.of(1, 1, shape.dim(0) * shape.dim(1) * shape.dim(2), shape.dim(3));
    }

    public int in() {
        return images.dim(3);
    }

    public int outputs() {
        return result.dim(3);
    }

    /** Of an image of the result. */
    public int pixels() {
        return result.dim(1) * result.dim(2);
    }

    public int taps() {
        return kernelHeight * kernelWidth;
    }

    /** How many pixels of the images a tile of the result sees. */
    public int patch(Tile tile) {
        return ((tile.height() - 1) * stride + kernelHeight) * ((tile.width() - 1) * stride + kernelWidth);
    }

    public double flops() {
        return 2.0 * result.size() * taps() * in();
    }

    /** The least memory traffic: everything once. */
    public double bytes() {
        return 4.0 * ((double) images.size() + result.size() + (double) taps() * in() * outputs());
    }

    /** The same with what the epilogue reads. */
    public double bytes(Epilogue epilogue) {
        return bytes() + (epilogue.addend() == null ? 0 : 4.0 * result.size());
    }

    public Launch specialise(Launch launch, Tile tile) {
        return launch.define("KERNEL_H", kernelHeight)
                .define("KERNEL_W", kernelWidth)
                .define("STRIDE", stride)
                .define("TILE_H", tile.height())
                .define("TILE_W", tile.width());
    }

    /** The least multiple that is not below the count. */
    public static int round(int count, int multiple) {
        return (count + multiple - 1) / multiple * multiple;
    }
}
