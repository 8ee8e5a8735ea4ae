package scorefield.ncsn.metric;

import java.util.Arrays;

/**
 * The {@linkplain JensenShannon Jensen-Shannon divergence} between points in the plane and a reference, from counts on
 * a grid.
 *
 * <p>The grid spans the reference, and the cells at its edges extend to infinity: a separate cell for points outside
 * would be empty in the reference by construction. For finite samples the divergence is too large; the value for real
 * points in the place of the samples shows by how much.
 */
public final class GridDivergence {

    private final int side;
    private final double[] origin = new double[2];
    private final double[] cell = new double[2];
    private final double[] q;
    private final int m;

    /**
     * The divergence from a reference.
     *
     * @param reference m×2
     * @param side the grid has side × side cells
     */
    public GridDivergence(double[][] reference, int side) {
        Rows.requireComparable(reference, reference, 1);
        if (reference[0].length != 2 || side < 1) {
            throw new IllegalArgumentException("a grid needs at least 1 cell per side and points of 2 numbers; got "
                    + side + " cells and points of " + reference[0].length + " numbers");
        }
        this.side = side;
        for (int axis = 0; axis < 2; axis++) {
            int a = axis;
            double least = Arrays.stream(reference).mapToDouble(p -> p[a]).min().orElseThrow();
            double greatest =
                    Arrays.stream(reference).mapToDouble(p -> p[a]).max().orElseThrow();
            origin[axis] = least;
            // If all points have the same coordinate, they are in the first row or column, whatever the cell size.
            cell[axis] = greatest > least ? (greatest - least) / side : 1;
        }
        this.m = reference.length;
        this.q = JensenShannon.shares(cells(reference), side * side);
    }

    /** The divergence of points, n×2. */
    public Measurement measure(double[][] points, Jackknife jackknife) {
        Rows.requireComparable(points, new double[][] {origin}, 1);
        int[] cells = cells(points);
        return jackknife
                .measure(
                        points.length,
                        m,
                        kept -> JensenShannon.divergence(
                                JensenShannon.shares(Jackknife.select(cells, kept), side * side), q))
                .within(0, Math.log(2));
    }

    private int[] cells(double[][] points) {
        return Arrays.stream(points)
                .mapToInt(point -> place(point, 1) * side + place(point, 0))
                .toArray();
    }

    /** The column (axis 0) or the row (axis 1) of a point. */
    private int place(double[] point, int axis) {
        return (int) Math.max(0, Math.min(side - 1, Math.floor((point[axis] - origin[axis]) / cell[axis])));
    }
}
