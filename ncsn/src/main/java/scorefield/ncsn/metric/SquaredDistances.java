package scorefield.ncsn.metric;

import java.util.stream.IntStream;

/**
 * All squared Euclidean distances between the rows of two tables, block by block.
 *
 * <p>A block of {@value #BLOCK} rows of b is transposed, so that the inner loop runs over rows of b and not over
 * coordinates. It adds to {@value #BLOCK} independent sums, which the JIT compiler vectorises (it may not reorder a
 * single floating-point sum). ‖a‖² + ‖b‖² − 2a·b is as fast, but suffers from cancellation; with differences, equal
 * rows have a distance of exactly 0. Each sum runs in the order of the coordinates, so the result does not depend on
 * the threads.
 */
final class SquaredDistances {

    /**
     * The rows in a block: its sums fit into the L1 cache, and its numbers (some thousand coordinates) into the L2
     * cache.
     */
    private static final int BLOCK = 256;

    private SquaredDistances() {}

    /** Receives the distances of a row from the rows of one block. */
    @FunctionalInterface
    interface Visitor {

        /**
         * @param i the row of a
         * @param from the first row of b in {@code squares}
         * @param squares the squared distances of rows {@code from}, {@code from} + 1, …; the visitor may keep it
         * @param width the number of rows in the block
         */
        void accept(int i, int from, double[] squares, int width);
    }

    /** Visits all pairs: the blocks come in order for each row of a; the rows of a run in parallel. */
    static void visit(Table a, Table b, Visitor visitor) {
        if (a.dimension() != b.dimension()) {
            throw new IllegalArgumentException(
                    "rows must have the same dimension; got " + a.dimension() + " and " + b.dimension());
        }
        int d = b.dimension();
        double[] transposed = new double[d * BLOCK];
        for (int from = 0; from < b.count(); from += BLOCK) {
            int first = from;
            int width = Math.min(BLOCK, b.count() - from);
            IntStream.range(0, width).parallel().forEach(j -> {
                double[] row = b.row().apply(first + j);
                for (int k = 0; k < d; k++) {
                    transposed[k * BLOCK + j] = row[k];
                }
            });
            IntStream.range(0, a.count()).parallel().forEach(i -> {
                double[] squares = squares(a.row().apply(i), transposed);
                visitor.accept(i, first, squares, width);
            });
        }
    }

    private static double[] squares(double[] row, double[] transposed) {
        double[] squares = new double[BLOCK];
        for (int k = 0; k < row.length; k++) {
            double number = row[k];
            int at = k * BLOCK;
            for (int j = 0; j < BLOCK; j++) {
                double difference = number - transposed[at + j];
                squares[j] += difference * difference;
            }
        }
        return squares;
    }
}
