package scorefield.cli.plot;

import java.util.Arrays;
import scorefield.ncsn.figure.Figure.Axis.Scale;

/**
 * The range of numbers on an axis. Numbers that are not finite, or not positive on a logarithmic axis, are ignored.
 *
 * <p>Each end has its own margin: a heat map fills the plot to its edge, and other marks keep a distance from it.
 */
final class Extent {

    private static final double MARGIN = 0.04;

    private final Scale scale;
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;
    private boolean lowFilled;
    private boolean highFilled;

    Extent(Scale scale) {
        this.scale = scale;
    }

    /** Whether the axis can show a number. */
    boolean shows(double number) {
        return Double.isFinite(number) && (scale != Scale.LOGARITHMIC || number > 0);
    }

    /** The numbers, with NaN instead of those that the axis cannot show. */
    double[] shown(double[] numbers) {
        return Arrays.stream(numbers)
                .map(number -> shows(number) ? number : Double.NaN)
                .toArray();
    }

    /** Includes numbers. */
    void add(double... numbers) {
        for (double number : numbers) {
            if (shows(number)) {
                if (number < low) {
                    low = number;
                    lowFilled = false;
                }
                if (number > high) {
                    high = number;
                    highFilled = false;
                }
            }
        }
    }

    /** Includes the cells of a grid, from edge to edge, given their centres. */
    void addCells(double[] middles) {
        double half = cell(middles) / 2;
        double first = middles[0] - half;
        double last = middles[middles.length - 1] + half;
        if (first <= low) {
            low = first;
            lowFilled = true;
        }
        if (last >= high) {
            high = last;
            highFilled = true;
        }
    }

    /** The width of a cell, given the centres of the cells. */
    static double cell(double[] middles) {
        return middles.length < 2 ? 1 : (middles[middles.length - 1] - middles[0]) / (middles.length - 1);
    }

    /** The two ends of the axis. */
    double[] range() {
        if (low > high) {
            return scale == Scale.LOGARITHMIC ? new double[] {1, 10} : new double[] {0, 1};
        }
        if (scale == Scale.LOGARITHMIC) {
            double[] logs = widened(Math.log10(low), Math.log10(high), 0.5);
            return new double[] {Math.pow(10, logs[0]), Math.pow(10, logs[1])};
        }
        return widened(low, high, low == 0 ? 1 : Math.abs(low) / 2);
    }

    private double[] widened(double from, double to, double where0) {
        if (from == to) {
            return new double[] {from - where0, to + where0};
        }
        double margin = MARGIN * (to - from);
        return new double[] {lowFilled ? from : from - margin, highFilled ? to : to + margin};
    }
}
