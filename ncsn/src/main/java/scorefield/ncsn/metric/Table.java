package scorefield.ncsn.metric;

import java.util.function.IntFunction;
import scorefield.ncsn.data.Images;

/**
 * N rows of D numbers, computed on demand: as doubles, the pixels of a large data set would take eight times as much
 * memory.
 *
 * @param count N
 * @param dimension D
 * @param row the numbers of a row; callers must not change them
 */
public record Table(int count, int dimension, IntFunction<double[]> row) {

    /** A table of given rows. */
    public static Table of(double[][] rows) {
        return new Table(rows.length, rows.length == 0 ? 0 : rows[0].length, i -> rows[i]);
    }

    /** The pixels of images as b/255. Bytes are only compared with bytes here, so black may be 0 and white 1. */
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

    /** The first {@code most} rows, or all if there are fewer. */
    public double[][] rows(int most) {
        double[][] rows = new double[Math.min(most, count)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row.apply(i);
        }
        return rows;
    }
}
