package scorefield.ncsn.metric;

import java.util.function.IntFunction;
import scorefield.ncsn.data.Images;

/**
 * N rows of D numbers, made when they are asked for: the pixels of a large data set take eight times its bytes as doubles.
 *
 * @param count N
 * @param dimension D
 * @param row the numbers of a row, not to be changed
 */
public record Table(int count, int dimension, IntFunction<double[]> row) {

    /** A table of rows that exist. */
    public static Table of(double[][] rows) {
        return new Table(rows.length, rows.length == 0 ? 0 : rows[0].length, i -> rows[i]);
    }

    /** The pixels of images as b/255: only bytes are compared with bytes, so black may be 0 and white 1. */
    public static Table of(Images images) {
        return new Table(images.count(), images.dimension(), i -> {
            byte[] bytes = images.image(i);
            double[] pixels = new double[bytes.length];
            for (int k = 0; k < pixels.length; k++) {
                pixels[k] = (bytes[k] & 0xff) / 255.0;
            }
            return pixels;
        });
    }

    /** All rows up to {@code most}. */
    public double[][] rows(int most) {
        double[][] rows = new double[Math.min(most, count)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row.apply(i);
        }
        return rows;
    }
}
