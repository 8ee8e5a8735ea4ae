package scorefield.ncsn.metric;

/** The requirements of every comparison of two samples, n×D and m×D. */
final class Rows {

    private Rows() {}

    /**
     * Requires at least {@code least} points in each sample, all finite and of the same dimension.
     *
     * @return D
     */
    static int requireComparable(double[][] x, double[][] y, int least) {
        if (x.length < least || y.length < least) {
            throw new IllegalArgumentException("a comparison needs at least " + least + " points in each sample; got "
                    + x.length + " and " + y.length);
        }
        int d = x[0].length;
        requireFinite("first", x, d);
        requireFinite("second", y, d);
        return d;
    }

    private static void requireFinite(String which, double[][] points, int d) {
        for (int i = 0; i < points.length; i++) {
            if (points[i].length != d) {
                throw new IllegalArgumentException(
                        "all points must have the same dimension; point " + i + " of the " + which + " sample has "
                                + points[i].length + " numbers, but the first point of the first sample has " + d);
            }
            for (double number : points[i]) {
                if (!Double.isFinite(number)) {
                    throw new IllegalArgumentException(
                            "all points must be finite; point " + i + " of the " + which + " sample has " + number);
                }
            }
        }
    }
}
