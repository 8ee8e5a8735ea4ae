package scorefield.cli.plot;

import java.awt.Color;
import java.awt.Paint;
import org.jfree.chart.renderer.PaintScale;
import scorefield.ncsn.figure.Figure.Heat;

/** Maps numbers to colours, from the smallest to the largest of a grid; numbers that are not finite are transparent. */
final class Ramp implements PaintScale {

    private static final Color NONE = new Color(0, true);

    private final double least;
    private final double most;

    Ramp(Heat heat) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double[] row : heat.values()) {
            for (double value : row) {
                if (Double.isFinite(value)) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
        }
        least = low > high ? 0 : low;
        most = low < high ? high : least + 1;
    }

    @Override
    public double getLowerBound() {
        return least;
    }

    @Override
    public double getUpperBound() {
        return most;
    }

    @Override
    public Paint getPaint(double value) {
        return Double.isFinite(value) ? Look.ramp((value - least) / (most - least)) : NONE;
    }
}
