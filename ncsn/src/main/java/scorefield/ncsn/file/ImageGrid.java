package scorefield.ncsn.file;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.util.Arrays;

/**
 * Draws images in a grid, row by row, with a thin gap between cells and every pixel enlarged to {@code scale×scale}.
 *
 * @param height H of one image
 * @param width W of one image
 * @param channels C: 1 (grey) or 3 (colour)
 * @param columns the number of images in a row
 * @param scale the enlargement of a pixel
 */
public record ImageGrid(int height, int width, int channels, int columns, int scale) {

    /** The gap between two cells, and around the grid, in pixels. */
    public static final int GAP = 2;

    /** Dark grey: it differs from the black background of digits, and is not too bright next to photographs. */
    private static final int GAP_SHADE = 56;

    /** Cells with fewer pixels than this are enlarged automatically. */
    private static final int COMFORTABLE = 56;

    /** Checks that all sizes are positive and that images are grey or have three channels. */
    public ImageGrid {
        if (height < 1 || width < 1 || columns < 1 || scale < 1 || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException("a grid needs positive sizes and 1 or 3 channels; got " + columns
                    + " columns of images " + height + "×" + width + "×" + channels + ", enlarged " + scale + " times");
        }
    }

    /** The grid nearest to a square, enlarged if its cells are small. */
    public static ImageGrid of(int count, int height, int width, int channels) {
        int columns = (int) Math.round(Math.sqrt((double) count * height / width));
        int scale = Math.max(1, (COMFORTABLE + Math.max(height, width) - 1) / Math.max(height, width));
        return new ImageGrid(height, width, channels, Math.max(1, Math.min(count, columns)), scale);
    }

    /** The same grid with {@code columns} images in each row. */
    public ImageGrid withColumns(int columns) {
        return new ImageGrid(height, width, channels, columns, scale);
    }

    /** The same grid with each pixel drawn as {@code scale}×{@code scale} pixels. */
    public ImageGrid withScale(int scale) {
        return new ImageGrid(height, width, channels, columns, scale);
    }

    /** Draws images {@code N×H×W×C} in [0, 1]; other numbers are clamped, and NaN is black. */
    public BufferedImage draw(float[] images) {
        return draw(Quantisation.bytes(images));
    }

    /** Draws images {@code N×H×W×C} of unsigned bytes. */
    public BufferedImage draw(byte[] images) {
        int dimension = height * width * channels;
        if (images.length == 0 || images.length % dimension != 0) {
            throw new IllegalArgumentException("a grid needs one or more images of " + height + "×" + width + "×"
                    + channels + "; got " + images.length + " numbers");
        }
        int count = images.length / dimension;
        int rows = (count + columns - 1) / columns;
        BufferedImage sheet = new BufferedImage(
                GAP + columns * (GAP + width * scale),
                GAP + rows * (GAP + height * scale),
                channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        WritableRaster raster = sheet.getRaster();
        int[] gap = new int[sheet.getWidth() * sheet.getHeight() * channels];
        Arrays.fill(gap, GAP_SHADE);
        raster.setPixels(0, 0, sheet.getWidth(), sheet.getHeight(), gap);
        int[] cell = new int[height * scale * width * scale * channels];
        for (int n = 0; n < count; n++) {
            for (int i = 0; i < cell.length; i++) {
                int channel = i % channels;
                int column = i / channels % (width * scale) / scale;
                int row = i / channels / (width * scale) / scale;
                cell[i] = images[n * dimension + (row * width + column) * channels + channel] & 0xff;
            }
            raster.setPixels(
                    GAP + n % columns * (GAP + width * scale),
                    GAP + n / columns * (GAP + height * scale),
                    width * scale,
                    height * scale,
                    cell);
        }
        return sheet;
    }
}
