package scorefield.ncsn.figure;

import java.util.List;

/**
 * A plot as data: what it shows, not how it is drawn.
 *
 * @param name the name for its file, such as {@code error-by-density}
 * @param title a title of one line
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param marks the marks, from back to front
 */
public record Figure(String name, String title, Axis x, Axis y, List<Mark> marks) {

    /** Copies the list of marks. */
    public Figure {
        marks = List.copyOf(marks);
    }

    /** A figure of the plane: both axes are linear and have the same scale. */
    public static Figure plane(String name, String title, List<Mark> marks) {
        return new Figure(name, title, new Axis("x₁", Axis.Scale.PLANE), new Axis("x₂", Axis.Scale.PLANE), marks);
    }

    /**
     * An axis.
     *
     * @param label the label, with the unit
     */
    public record Axis(String label, Scale scale) {

        /** The mapping from numbers to positions. */
        public enum Scale {
            /** Equal distances for equal differences. */
            LINEAR,
            /** Equal distances for equal ratios; for positive numbers. */
            LOGARITHMIC,
            /** Linear, with the same length per unit as the other axis. */
            PLANE
        }

        /** An axis with equal distances for equal differences. */
        public static Axis linear(String label) {
            return new Axis(label, Scale.LINEAR);
        }

        /** For positive numbers. */
        public static Axis logarithmic(String label) {
            return new Axis(label, Scale.LOGARITHMIC);
        }
    }

    /** A part of a figure. A label that is not empty appears in the legend. */
    public sealed interface Mark {
        /** The name in the legend; empty if the mark is not listed there. */
        String label();
    }

    /** A line through points, in their order. */
    public record Line(String label, double[] x, double[] y) implements Mark {
        /** Checks that x and y have the same length. */
        public Line {
            requireSameLength(x, y);
        }
    }

    /** Separate points. */
    public record Dots(String label, double[] x, double[] y) implements Mark {
        /** Checks that x and y have the same length. */
        public Dots {
            requireSameLength(x, y);
        }

        /** Points in the plane, N×2 row-major, as samplers return them. */
        public static Dots of(String label, float[] points) {
            return new Dots(label, column(points, 0), column(points, 1));
        }

        private static double[] column(float[] points, int axis) {
            double[] column = new double[points.length / 2];
            for (int i = 0; i < column.length; i++) {
                column[i] = points[2 * i + axis];
            }
            return column;
        }
    }

    /** Arrows from (x, y) to (x+dx, y+dy). */
    public record Arrows(String label, double[] x, double[] y, double[] dx, double[] dy) implements Mark {
        /** Checks that all four arrays have the same length. */
        public Arrows {
            requireSameLength(x, y);
            requireSameLength(x, dx);
            requireSameLength(x, dy);
        }
    }

    /**
     * A number for each cell of a grid, shown as colour.
     *
     * @param x the centres of the cells, evenly spaced
     * @param y the centres of the cells, evenly spaced
     * @param values {@code values[j][i]} belongs to (x[i], y[j])
     */
    public record Heat(String label, double[] x, double[] y, double[][] values) implements Mark {
        /** Checks that there is one row for each y, with one number for each x. */
        public Heat {
            if (values.length != y.length) {
                throw new IllegalArgumentException("a heat map needs one row for each of " + y.length
                        + " numbers on the y axis; got " + values.length);
            }
            for (double[] row : values) {
                requireSameLength(x, row);
            }
        }
    }

    /** A vertical line that highlights a value of the horizontal axis. */
    public record Rule(String label, double at) implements Mark {}

    /** A horizontal line at a value of the vertical axis, as a reference for the other marks. */
    public record Level(String label, double at) implements Mark {}

    private static void requireSameLength(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "the arrays of a mark must have the same length; got " + a.length + " and " + b.length);
        }
    }
}
