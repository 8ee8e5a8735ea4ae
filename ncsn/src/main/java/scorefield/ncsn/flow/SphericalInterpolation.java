package scorefield.ncsn.flow;

/**
 * Spherical interpolation (K. Shoemake 1985; T. White 2016, arXiv 1609.04468): from a to b along a great circle, with ω the angle between
 * them,
 *
 * <pre>(sin((1−w)·ω)·a + sin(w·ω)·b)/sin ω</pre>
 *
 * <p>In many dimensions noise lies in a thin shell, and two independent points of it are nearly at right angles. Half way along the straight
 * line between them the norm is 1/√2 of what it should be: no noise at all as the network knows it. On the circle it stays.
 */
public final class SphericalInterpolation {

    /** Below this angle the circle is a straight line to within double precision. */
    private static final double STRAIGHT = 1e-6;

    private SphericalInterpolation() {}

    /**
     * A place between two.
     *
     * @param a noise
     * @param b noise, as many numbers
     * @param centre the noise's mean, about which the circle goes
     * @param w from 0, where it is a, to 1, where it is b
     */
    public static float[] between(float[] a, float[] b, double centre, double w) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            double u = a[i] - centre;
            double v = b[i] - centre;
            product += u * v;
            squareA += u * u;
            squareB += v * v;
        }
        double cosine = product / Math.sqrt(squareA * squareB);
        double angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
        if (Math.PI - angle < STRAIGHT) {
            throw new IllegalArgumentException(
                    "the two vectors are opposite to each other, so no great circle between them is the shortest;"
                            + " choose another one");
        }
        boolean straight = !(angle > STRAIGHT);
        double shareA = straight ? 1 - w : Math.sin((1 - w) * angle) / Math.sin(angle);
        double shareB = straight ? w : Math.sin(w * angle) / Math.sin(angle);
        float[] between = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            between[i] = (float) (centre + shareA * (a[i] - centre) + shareB * (b[i] - centre));
        }
        return between;
    }
}
