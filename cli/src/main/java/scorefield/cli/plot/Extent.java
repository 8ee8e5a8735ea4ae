package scorefield.cli.plot;

import java.util.Arrays;
import scorefield.ncsn.figure.Figure.Axis.Scale;

/**
 * How far numbers reach on an axis. Numbers that are not finite, or that a logarithmic axis has no place for, do not count.
 *
 * <p>Whether there is a margin is decided at each end: a grid of colours fills the plot to its edge, anything else keeps away from it.
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

    /** Whether the axis has a place for a number. */
    boolean shows(double number) {
        return Double.isFinite(number) && (scale != Scale.LOGARITHMIC || number > 0);
    }

    /** The numbers, NaN in place of those that have no place. */
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

    /** Includes a grid's cells, whose middles are given, from edge to edge. */
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

    /** How wide a cell is, from the cells' middles. */
    static double cell(double[] middles) {
        return middles.length < 2 ? 1 : (middles[middles.length - 1] - middles[0]) / (middles.length - 1);
    }

    /** From where to where the axis goes. */
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
