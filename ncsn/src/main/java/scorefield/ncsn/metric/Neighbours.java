package scorefield.ncsn.metric;

import java.util.Arrays;

/**
 * The k nearest neighbours of each of n rows, by Euclidean distance, nearest first; of equally near rows, the first.
 *
 * @param indices n×k, the neighbours' row indices
 * @param distances n×k, their distances
 */
public record Neighbours(int[][] indices, double[][] distances) {

    /** The k nearest rows of {@code among} for each row of {@code of}. */
    public static Neighbours nearest(Table of, Table among, int k) {
        return nearest(of, among, k, false);
    }

    /** The k nearest other rows for each row of a table. */
    public static Neighbours nearestOthers(Table rows, int k) {
        return nearest(rows, rows, k, true);
    }

    private static Neighbours nearest(Table of, Table among, int k, boolean others) {
        int there = among.count() - (others ? 1 : 0);
        if (k < 1 || k > there) {
            throw new IllegalArgumentException("there must be at least " + k + " rows to find " + k
                    + " nearest neighbours; got " + there + (others ? " others" : ""));
        }
        int[][] indices = new int[of.count()][k];
        double[][] squares = new double[of.count()][k];
        for (double[] row : squares) {
            Arrays.fill(row, Double.POSITIVE_INFINITY);
        }
        SquaredDistances.visit(of, among, (i, from, distances, width) -> {
            for (int j = 0; j < width; j++) {
                if (distances[j] < squares[i][k - 1] && !(others && from + j == i)) {
                    insert(squares[i], indices[i], distances[j], from + j);
                }
            }
        });
        double[][] distances = Arrays.stream(squares)
                .map(row -> Arrays.stream(row).map(Math::sqrt).toArray())
                .toArray(double[][]::new);
        return new Neighbours(indices, distances);
    }

    private static void insert(double[] squares, int[] indices, double square, int index) {
        int at = squares.length - 1;
        for (; at > 0 && squares[at - 1] > square; at--) {
            squares[at] = squares[at - 1];
            indices[at] = indices[at - 1];
        }
        squares[at] = square;
        indices[at] = index;
    }

    /** The distance of each row from its k-th nearest neighbour. */
    public double[] farthest() {
        return Arrays.stream(distances).mapToDouble(row -> row[row.length - 1]).toArray();
    }
}
