package scorefield.ncsn.metric;

/** What every comparison of two samples, n×D and m×D, asks of them. */
final class Rows {

    private Rows() {}

    /**
     * Insists on at least {@code least} points each, all of one dimension and finite.
     *
     * @return D
     */
    static int requireComparable(double[][] x, double[][] y, int least) {
        if (x.length < least || y.length < least) {
            throw new IllegalArgumentException("samples of " + x.length + " and " + y.length
                    + " points cannot be compared; each needs at least " + least);
        }
        int d = x[0].length;
        requireFinite("first", x, d);
        requireFinite("second", y, d);
        return d;
    }

    private static void requireFinite(String which, double[][] points, int d) {
        for (int i = 0; i < points.length; i++) {
            if (points[i].length != d) {
                throw new IllegalArgumentException("point " + i + " of the " + which + " sample has " + points[i].length
                        + " numbers, the first point of all has " + d);
            }
            for (double number : points[i]) {
                if (!Double.isFinite(number)) {
                    throw new IllegalArgumentException(
                            "point " + i + " of the " + which + " sample is not finite: " + number);
                }
            }
        }
    }
}
