package scorefield.ncsn.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Changes the size of an image: separable bicubic resampling (Keys' kernel, a = −½; R. Keys, "Cubic convolution
 * interpolation for digital image processing", 1981, eq. 15).
 *
 * <p>Where an image shrinks, the kernel is stretched by the factor of reduction, so that every source pixel has its say
 * and fine patterns are averaged rather than aliased. Plain bicubic interpolation looks at 4×4 source pixels only, and a
 * network trained on its output learns the aliasing.
 */
final class Resampler {

    private Resampler() {}

    /** N images {@code n×h×w×c} as the options want them; the array itself where nothing is to be done. */
    static byte[] fitAll(String name, byte[] pixels, int n, int h, int w, int c, ReadOptions options) {
        int from = h * w * c;
        int to = Math.multiplyExact(options.heightFrom(h), options.widthFrom(w) * c);
        if (to == from && options.heightFrom(h) == h) {
            return pixels;
        }
        Images.requireRoom(name, n, options.heightFrom(h), options.widthFrom(w), c);
        byte[] result = new byte[n * to];
        IntStream.range(0, n).parallel().forEach(i -> {
            byte[] fitted = fit(Arrays.copyOfRange(pixels, i * from, (i + 1) * from), h, w, c, options);
            System.arraycopy(fitted, 0, result, i * to, to);
        });
        return result;
    }

    /** Image {@code h×w×c} as the options want it; the array itself where nothing is to be done. */
    static byte[] fit(byte[] pixels, int h, int w, int c, ReadOptions options) {
        ImageSize size = options.size();
        if (size == null || (size.height() == h && size.width() == w)) {
            return pixels;
        }
        int top = 0;
        int left = 0;
        int rows = h;
        int columns = w;
        if (options.crop()) {
            // The largest window with the target's proportions touches two opposite sides of the image.
            if ((long) w * size.height() > (long) h * size.width()) {
                columns = Math.max(1, Math.round((float) h * size.width() / size.height()));
                left = (w - columns) / 2;
            } else {
                rows = Math.max(1, Math.round((float) w * size.height() / size.width()));
                top = (h - rows) / 2;
            }
        }
        Taps across = new Taps(columns, size.width(), ResizeFilter.BICUBIC);
        Taps down = new Taps(rows, size.height(), ResizeFilter.BICUBIC);
        float[] narrow = new float[rows * size.width() * c];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < size.width(); x++) {
                for (int k = 0; k < across.length[x]; k++) {
                    float weight = across.weights[x][k];
                    int from = ((top + y) * w + left + across.first[x] + k) * c;
                    for (int channel = 0; channel < c; channel++) {
                        narrow[(y * size.width() + x) * c + channel] += weight * (pixels[from + channel] & 0xff);
                    }
                }
            }
        }
        int stride = size.width() * c;
        byte[] result = new byte[size.height() * stride];
        float[] row = new float[stride];
        for (int y = 0; y < size.height(); y++) {
            Arrays.fill(row, 0);
            for (int k = 0; k < down.length[y]; k++) {
                float weight = down.weights[y][k];
                int from = (down.first[y] + k) * stride;
                for (int i = 0; i < stride; i++) {
                    row[i] += weight * narrow[from + i];
                }
            }
            for (int i = 0; i < stride; i++) {
                result[y * stride + i] = (byte) Math.max(0, Math.min(255, Math.round(row[i])));
            }
        }
        return result;
    }

    /** Image {@code h×w×c} at another size, with numbers from 0 to 255 (a bicubic kernel goes a little further), not rounded. */
    static float[] resized(byte[] pixels, int h, int w, int c, int height, int width, ResizeFilter filter) {
        Taps across = new Taps(w, width, filter);
        Taps down = new Taps(h, height, filter);
        float[] narrow = new float[h * width * c];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < width; x++) {
                for (int k = 0; k < across.length[x]; k++) {
                    int from = (y * w + across.first[x] + k) * c;
                    for (int channel = 0; channel < c; channel++) {
                        narrow[(y * width + x) * c + channel] += across.weights[x][k] * (pixels[from + channel] & 0xff);
                    }
                }
            }
        }
        int stride = width * c;
        float[] result = new float[height * stride];
        for (int y = 0; y < height; y++) {
            for (int k = 0; k < down.length[y]; k++) {
                float weight = down.weights[y][k];
                int from = (down.first[y] + k) * stride;
                for (int i = 0; i < stride; i++) {
                    result[y * stride + i] += weight * narrow[from + i];
                }
            }
        }
        return result;
    }

    /** For each of {@code to} output positions, which of {@code from} source positions it mixes, and how. */
    private static final class Taps {

        final int[] first;
        final int[] length;
        final float[][] weights;

        Taps(int from, int to, ResizeFilter filter) {
            first = new int[to];
            length = new int[to];
            weights = new float[to][];
            double scale = (double) from / to;
            double stretch = Math.max(1, scale);
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                first[i] = Math.max(0, (int) Math.floor(centre - filter.reach() * stretch));
                length[i] = Math.min(from, (int) Math.ceil(centre + filter.reach() * stretch)) - first[i];
                weights[i] = new float[length[i]];
                double sum = 0;
                for (int k = 0; k < length[i]; k++) {
                    sum += filter.weight((first[i] + k + 0.5 - centre) / stretch);
                }
                for (int k = 0; k < length[i]; k++) {
                    weights[i][k] = (float) (filter.weight((first[i] + k + 0.5 - centre) / stretch) / sum);
                }
            }
        }
    }
}
