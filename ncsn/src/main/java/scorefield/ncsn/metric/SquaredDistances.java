package scorefield.ncsn.metric;

import java.util.stream.IntStream;

/**
 * All squared Euclidean distances between the rows of two tables, block by block.
 *
 * <p>A block of {@value #BLOCK} rows of b is transposed, so that the inner loop runs over rows of b and not over coordinates: it adds to
 * {@value #BLOCK} sums that do not depend on each other, which Java's compiler turns into vector instructions (it may not reorder one sum of
 * floating-point numbers). Unlike ‖a‖² + ‖b‖² − 2a·b, which is as fast, differences cancel nothing: equal rows are at distance 0 exactly.
 * Each sum is in the order of the coordinates, whatever the threads do.
 */
final class SquaredDistances {

    /** Columns of a block: its sums stay in the first-level cache, and its numbers (of some thousand coordinates) in the second. */
    private static final int BLOCK = 256;

    private SquaredDistances() {}

    /** Takes a row's distances from the rows of one block. */
    @FunctionalInterface
    interface Visitor {

        /**
         * @param i the row of a
         * @param from the first row of b that {@code squares} is about
         * @param squares the squared distances of rows {@code from}, {@code from} + 1, …; the visitor may keep it
         * @param width how many
         */
        void accept(int i, int from, double[] squares, int width);
    }

    /** Visits all pairs: for one row of a the blocks come in order, rows of a in parallel. */
    static void visit(Table a, Table b, Visitor visitor) {
        if (a.dimension() != b.dimension()) {
            throw new IllegalArgumentException(
                    "rows of " + a.dimension() + " and " + b.dimension() + " numbers have no distance from each other");
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
