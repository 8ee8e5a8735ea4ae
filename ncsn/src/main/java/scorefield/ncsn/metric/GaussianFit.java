package scorefield.ncsn.metric;

/**
 * The mean and the covariance of some points.
 *
 * @param mean D numbers
 * @param covariance D×D, with n − 1
 */
public record GaussianFit(double[] mean, double[][] covariance) {

    /** The fit to n points, at least two. */
    public static GaussianFit of(double[][] points) {
        int n = points.length;
        int d = points[0].length;
        double[] mean = new double[d];
        for (double[] point : points) {
            for (int k = 0; k < d; k++) {
                mean[k] += point[k];
            }
        }
        for (int k = 0; k < d; k++) {
            mean[k] /= n;
        }
        double[][] covariance = new double[d][d];
        double[] centred = new double[d];
        for (double[] point : points) {
            for (int k = 0; k < d; k++) {
                centred[k] = point[k] - mean[k];
            }
            for (int row = 0; row < d; row++) {
                double factor = centred[row] / (n - 1);
                double[] sums = covariance[row];
                for (int k = 0; k < d; k++) {
                    sums[k] += factor * centred[k];
                }
            }
        }
        return new GaussianFit(mean, covariance);
    }

    /** D. */
    public int dimension() {
        return mean.length;
    }
}
