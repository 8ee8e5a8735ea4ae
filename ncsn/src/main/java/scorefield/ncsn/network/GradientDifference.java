package scorefield.ncsn.network;

/**
 * How far two gradients of one network are apart: the largest relative difference of a parameter tensor, ‖a − b‖/‖b‖.
 *
 * @param largest the difference; NaN where a number is
 * @param parameter the tensor's name
 */
public record GradientDifference(double largest, String parameter) {

    /** A tensor whose norm is below this part of the whole gradient's is compared with that part: its own gradient may be zero. */
    private static final double NEGLIGIBLE = 1e-6;

    /**
     * Compares two gradients.
     *
     * @param a in the flat vector's order
     * @param b the one that is right
     */
    public static GradientDifference of(Parameters layout, float[] a, float[] b) {
        double least = NEGLIGIBLE * norm(b, 0, b.length);
        GradientDifference greatest = new GradientDifference(0, "");
        for (Parameter parameter : layout.list()) {
            double difference = distance(a, b, parameter.offset(), parameter.end())
                    / Math.max(norm(b, parameter.offset(), parameter.end()), least);
            if (!(difference <= greatest.largest)) { // so that NaN is seen, and stays
                greatest = new GradientDifference(difference, parameter.name());
            }
            if (Double.isNaN(greatest.largest)) {
                return greatest;
            }
        }
        return greatest;
    }

    private static double norm(float[] vector, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) vector[i] * vector[i];
        }
        return Math.sqrt(sum);
    }

    private static double distance(float[] a, float[] b, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }
}
