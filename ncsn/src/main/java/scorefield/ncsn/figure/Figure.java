package scorefield.ncsn.figure;

import java.util.List;

/**
 * A plot as data: what is to be seen, not how it is drawn.
 *
 * @param name for its file: {@code error-by-density}
 * @param title one line
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param marks from back to front
 */
public record Figure(String name, String title, Axis x, Axis y, List<Mark> marks) {

    public Figure {
        marks = List.copyOf(marks);
    }

    /** A figure of the plane: both axes linear, one unit equally long on both. */
    public static Figure plane(String name, String title, List<Mark> marks) {
        return new Figure(name, title, new Axis("x₁", Axis.Scale.PLANE), new Axis("x₂", Axis.Scale.PLANE), marks);
    }

    /**
     * An axis.
     *
     * @param label with the unit
     */
    public record Axis(String label, Scale scale) {

        /** How numbers become places. */
        public enum Scale {
            LINEAR,
            LOGARITHMIC,
            /** Linear, and as long for one unit as the other axis. */
            PLANE
        }

        public static Axis linear(String label) {
            return new Axis(label, Scale.LINEAR);
        }

        /** For positive numbers. */
        public static Axis logarithmic(String label) {
            return new Axis(label, Scale.LOGARITHMIC);
        }
    }

    /** Something to be seen. Its label goes to the legend; an empty one does not. */
    public sealed interface Mark {
        String label();
    }

    /** A line through points, in their order. */
    public record Line(String label, double[] x, double[] y) implements Mark {
        public Line {
            requireSameLength(x, y);
        }
    }

    /** Separate points. */
    public record Dots(String label, double[] x, double[] y) implements Mark {
        public Dots {
            requireSameLength(x, y);
        }

        /** Points of the plane, N×2 row-major, as samplers give them. */
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
        public Arrows {
            requireSameLength(x, y);
            requireSameLength(x, dx);
            requireSameLength(x, dy);
        }
    }

    /**
     * A number for each cell of a grid, as colour.
     *
     * @param x the cells' middles, evenly spaced
     * @param y the cells' middles, evenly spaced
     * @param values {@code values[j][i]} belongs to (x[i], y[j])
     */
    public record Heat(String label, double[] x, double[] y, double[][] values) implements Mark {
        public Heat {
            if (values.length != y.length) {
                throw new IllegalArgumentException(values.length + " rows for " + y.length + " numbers on the y axis");
            }
            for (double[] row : values) {
                requireSameLength(x, row);
            }
        }
    }

    /** A vertical line at a number of the horizontal axis: a value to be pointed out. */
    public record Rule(String label, double at) implements Mark {}

    /** A horizontal line at a number of the vertical axis: what the marks are to be held against. */
    public record Level(String label, double at) implements Mark {}

    private static void requireSameLength(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(a.length + " and " + b.length + " numbers do not go together");
        }
    }
}
