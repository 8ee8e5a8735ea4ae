package scorefield.cli.picture;

import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.figure.Figure;

/**
 * The background of points, arrows and paths: a density as colours, and the visible part of the plane.
 *
 * @param what a name of the density for titles, such as {@code the data}
 * @param known whether the density comes from the data and not from the samples, so that samples can be compared with it
 * @param window the visible part of the plane
 * @param density the density over the window, as colours
 * @param spread the standard deviation of the points in one coordinate
 */
public record PlanarGround(String what, boolean known, Rectangle2D window, Figure.Heat density, double spread) {

    /** The built-in set with a known density. */
    private static final String MIXTURE = "mixture";

    private static final int CELLS = 120;

    /** The margin on each side, as a share of the extent of the points. */
    private static final double MARGIN = 0.12;

    /**
     * The bandwidth of smoothing, as a share of the bandwidth by the normal reference rule, N^(−1/6) times the spread. That rule is optimal
     * for a single Gaussian, and these sets have much finer structure.
     */
    private static final double SHARPNESS = 0.3;

    /** The training data of a run, or their true density if it is known. */
    public static PlanarGround ofData(DataSettings source, Points data) {
        return of(source, "the data", true, data.coordinates());
    }

    /** The samples, for use without data, or the true density of the data if it is known. */
    public static PlanarGround ofSamples(DataSettings source, float[] samples) {
        return of(source, "the samples", false, samples);
    }

    private static PlanarGround of(DataSettings source, String what, boolean known, float[] points) {
        Rectangle2D window = window(points);
        double spread = spread(points);
        if (source.source().equals(MIXTURE)) {
            return new PlanarGround(
                    "the true density", true, window, trueDensity(PlanarSets.mixture(), window), spread);
        }
        return new PlanarGround(
                what, known, window, smoothed(points, window, bandwidth(points.length / 2, spread)), spread);
    }

    private static double bandwidth(int count, double spread) {
        return SHARPNESS * spread * Math.pow(count, -1.0 / 6);
    }

    /** From the 0.2 % to the 99.8 % quantile of each coordinate, with a margin, so that outliers do not determine the window. */
    private static Rectangle2D window(float[] points) {
        double[] x = range(points, 0);
        double[] y = range(points, 1);
        double margin = MARGIN * Math.max(x[1] - x[0], y[1] - y[0]);
        return new Rectangle2D.Double(x[0] - margin, y[0] - margin, x[1] - x[0] + 2 * margin, y[1] - y[0] + 2 * margin);
    }

    private static double[] range(float[] points, int axis) {
        double[] sorted = column(points, axis);
        Arrays.sort(sorted);
        int cut = sorted.length / 500;
        double low = sorted[cut];
        double high = sorted[sorted.length - 1 - cut];
        return low < high ? new double[] {low, high} : new double[] {low - 1, high + 1};
    }

    private static double spread(float[] points) {
        double sum = 0;
        for (int axis = 0; axis < 2; axis++) {
            double[] column = column(points, axis);
            double mean = Arrays.stream(column).average().orElseThrow();
            sum += Arrays.stream(column).map(c -> (c - mean) * (c - mean)).sum() / points.length;
        }
        return Math.sqrt(sum);
    }

    private static double[] column(float[] points, int axis) {
        double[] column = new double[points.length / 2];
        for (int i = 0; i < column.length; i++) {
            column[i] = points[2 * i + axis];
        }
        return column;
    }

    private static Figure.Heat trueDensity(GaussianMixture mixture, Rectangle2D window) {
        double[] x = middles(window.getMinX(), window.getWidth());
        double[] y = middles(window.getMinY(), window.getHeight());
        double[][] density = new double[CELLS][CELLS];
        for (int j = 0; j < CELLS; j++) {
            for (int i = 0; i < CELLS; i++) {
                density[j][i] = Math.exp(mixture.logDensity(new double[] {x[i], y[j]}));
            }
        }
        return new Figure.Heat("", x, y, density);
    }

    /** A kernel density estimate: a histogram, smoothed along each axis. */
    static Figure.Heat smoothed(float[] points, Rectangle2D window, double bandwidth) {
        double width = window.getWidth() / CELLS;
        double height = window.getHeight() / CELLS;
        double[][] cells = new double[CELLS][CELLS];
        double share = 2 / (points.length * width * height);
        for (int n = 0; n < points.length; n += 2) {
            int i = (int) Math.floor((points[n] - window.getMinX()) / width);
            int j = (int) Math.floor((points[n + 1] - window.getMinY()) / height);
            if (i >= 0 && i < CELLS && j >= 0 && j < CELLS) {
                cells[j][i] += share;
            }
        }
        double[][] density =
                transposed(smoothedRows(transposed(smoothedRows(cells, bandwidth / width)), bandwidth / height));
        return new Figure.Heat(
                "",
                middles(window.getMinX(), window.getWidth()),
                middles(window.getMinY(), window.getHeight()),
                density);
    }

    /** Each row, convolved with a normal density of this standard deviation in cells. */
    private static double[][] smoothedRows(double[][] rows, double deviation) {
        int reach = (int) Math.ceil(3 * deviation);
        double[] kernel = new double[2 * reach + 1];
        for (int k = 0; k < kernel.length; k++) {
            kernel[k] = Math.exp(-0.5 * (k - reach) * (k - reach) / (deviation * deviation));
        }
        double sum = Arrays.stream(kernel).sum();
        double[][] smoothed = new double[rows.length][rows[0].length];
        for (int j = 0; j < rows.length; j++) {
            for (int i = 0; i < rows[j].length; i++) {
                for (int k = Math.max(0, i - reach); k <= Math.min(rows[j].length - 1, i + reach); k++) {
                    smoothed[j][i] += rows[j][k] * kernel[k - i + reach] / sum;
                }
            }
        }
        return smoothed;
    }

    private static double[][] transposed(double[][] rows) {
        double[][] columns = new double[rows[0].length][rows.length];
        for (int j = 0; j < rows.length; j++) {
            for (int i = 0; i < rows[j].length; i++) {
                columns[i][j] = rows[j][i];
            }
        }
        return columns;
    }

    private static double[] middles(double from, double length) {
        return middles(from, length, CELLS);
    }

    /** The midpoints of some equal parts. */
    static double[] middles(double from, double length, int parts) {
        double[] middles = new double[parts];
        for (int i = 0; i < parts; i++) {
            middles[i] = from + (i + 0.5) * length / parts;
        }
        return middles;
    }
}
