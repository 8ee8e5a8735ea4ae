package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The Jensen–Shannon divergence between points of the plane and a reference, counted on a grid: with the shares p and q of each cell and
 * r = (p + q)/2,
 *
 * <pre>
 * JS = ½·Σ p log(p/r) + ½·Σ q log(q/r)      in nats: 0 where p = q, log 2 where no cell has both
 * </pre>
 *
 * <p>The grid spans the reference, and the cells at its edges reach out to infinity: a cell of its own for what lies outside would be
 * empty in the reference by construction. Of finite samples JS is too large: where both have the same
 * distribution, the expansion JS ≈ ⅛·Σ (p − q)²/r and the variance p(1 − p)(1/n + 1/m) of p − q give {@link #bias} = (K − 1)/8·(1/n + 1/m)
 * with K cells that anything falls into.
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
            throw new IllegalArgumentException(
                    "a grid of " + side + " cells a side cannot count points of " + reference[0].length + " numbers");
        }
        this.side = side;
        for (int axis = 0; axis < 2; axis++) {
            int a = axis;
            double least = Arrays.stream(reference).mapToDouble(p -> p[a]).min().orElseThrow();
            double greatest =
                    Arrays.stream(reference).mapToDouble(p -> p[a]).max().orElseThrow();
            origin[axis] = least;
            // Of a line of points all are in the first row or column, whatever the cell's size.
            cell[axis] = greatest > least ? (greatest - least) / side : 1;
        }
        this.m = reference.length;
        this.q = shares(cells(reference), IntStream.range(0, m).map(i -> 1).toArray());
    }

    /** The divergence of points, n×2. */
    public Measurement measure(double[][] points, Bootstrap bootstrap) {
        Rows.requireComparable(points, new double[][] {origin}, 1);
        int[] cells = cells(points);
        return bootstrap
                .measure(points.length, m, counts -> divergence(shares(cells, counts)))
                .within(0, Math.log(2));
    }

    /** By how much {@link #measure} is too large on average for n points of the reference's own distribution. */
    public double bias(int n) {
        long occupied = Arrays.stream(q).filter(share -> share > 0).count();
        return (occupied - 1) / 8.0 * (1.0 / n + 1.0 / m);
    }

    private double divergence(double[] p) {
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            double r = (p[c] + q[c]) / 2;
            sum += p[c] > 0 ? p[c] * Math.log(p[c] / r) / 2 : 0;
            sum += q[c] > 0 ? q[c] * Math.log(q[c] / r) / 2 : 0;
        }
        return sum;
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

    private double[] shares(int[] cells, int[] counts) {
        double[] shares = new double[side * side];
        for (int i = 0; i < cells.length; i++) {
            shares[cells[i]] += (double) counts[i] / cells.length;
        }
        return shares;
    }
}
