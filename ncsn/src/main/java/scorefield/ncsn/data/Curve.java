package scorefield.ncsn.data;

import java.util.Arrays;

/** A stroke as a chain of short straight pieces. */
record Curve(double[] x, double[] y) {

    /**
     * The centripetal Catmull-Rom curve through a stroke's points, broken at its corners, evaluated by the pyramid of
     * Barry and Goldman ("A recursive evaluation algorithm for a class of Catmull-Rom splines", 1988).
     *
     * @param pieces straight pieces from each point to the next
     */
    static Curve through(Skeletons.Stroke stroke, int pieces) {
        int spans = stroke.points() - 1;
        Curve curve = new Curve(new double[spans * pieces + 1], new double[spans * pieces + 1]);
        for (int span = 0; span < spans; span++) {
            boolean begins = span == 0 || stroke.corner()[span];
            boolean ends = span == spans - 1 || stroke.corner()[span + 1];
            double[] x = neighbours(stroke.x(), span, begins, ends);
            double[] y = neighbours(stroke.y(), span, begins, ends);
            double[] knots = knots(x, y);
            for (int piece = 0; piece < pieces; piece++) {
                double t = knots[1] + (knots[2] - knots[1]) * piece / pieces;
                curve.x[span * pieces + piece] = at(t, knots, x);
                curve.y[span * pieces + piece] = at(t, knots, y);
            }
        }
        curve.x[spans * pieces] = stroke.x()[spans];
        curve.y[spans * pieces] = stroke.y()[spans];
        return curve;
    }

    /** A span's two points with the one before and the one after; beyond an end, the mirror image of the other side. */
    private static double[] neighbours(double[] p, int span, boolean begins, boolean ends) {
        double before = begins ? 2 * p[span] - p[span + 1] : p[span - 1];
        double after = ends ? 2 * p[span + 1] - p[span] : p[span + 2];
        return new double[] {before, p[span], p[span + 1], after};
    }

    /** Knots a square root of the distance apart (centripetal). */
    private static double[] knots(double[] x, double[] y) {
        double[] knots = new double[4];
        for (int i = 1; i < 4; i++) {
            double dx = x[i] - x[i - 1];
            double dy = y[i] - y[i - 1];
            knots[i] = knots[i - 1] + Math.max(1e-3, Math.sqrt(Math.sqrt(dx * dx + dy * dy)));
        }
        return knots;
    }

    private static double at(double t, double[] knots, double[] p) {
        double a0 = between(t, knots[0], knots[1], p[0], p[1]);
        double a1 = between(t, knots[1], knots[2], p[1], p[2]);
        double a2 = between(t, knots[2], knots[3], p[2], p[3]);
        double b0 = between(t, knots[0], knots[2], a0, a1);
        double b1 = between(t, knots[1], knots[3], a1, a2);
        return between(t, knots[1], knots[2], b0, b1);
    }

    private static double between(double t, double t0, double t1, double p0, double p1) {
        return ((t1 - t) * p0 + (t - t0) * p1) / (t1 - t0);
    }

    double left() {
        return Arrays.stream(x).min().orElseThrow();
    }

    double right() {
        return Arrays.stream(x).max().orElseThrow();
    }

    double top() {
        return Arrays.stream(y).min().orElseThrow();
    }

    double bottom() {
        return Arrays.stream(y).max().orElseThrow();
    }
}
