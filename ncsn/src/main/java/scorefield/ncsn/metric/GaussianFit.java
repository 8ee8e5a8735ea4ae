package scorefield.ncsn.metric;

import java.util.stream.IntStream;

/**
 * The mean and the covariance of some points.
 *
 * @param mean D numbers
 * @param covariance D×D, with n − 1
 */
record GaussianFit(double[] mean, double[][] covariance) {

    /** Of n points, each of which counts so many times, twice or more in all. */
    static GaussianFit of(double[][] points, int[] counts) {
        int d = points[0].length;
        double[] mean = new double[d];
        int total = 0;
        for (int i = 0; i < points.length; i++) {
            total += counts[i];
            for (int k = 0; k < d; k++) {
                mean[k] += counts[i] * points[i][k];
            }
        }
        for (int k = 0; k < d; k++) {
            mean[k] /= total;
        }
        double[][] covariance = new double[d][d];
        double[] centred = new double[d];
        for (int i = 0; i < points.length; i++) {
            if (counts[i] == 0) {
                continue;
            }
            for (int k = 0; k < d; k++) {
                centred[k] = points[i][k] - mean[k];
            }
            for (int row = 0; row < d; row++) {
                double factor = counts[i] * centred[row] / (total - 1);
                double[] sums = covariance[row];
                for (int k = 0; k < d; k++) {
                    sums[k] += factor * centred[k];
                }
            }
        }
        return new GaussianFit(mean, covariance);
    }

    /** Of n points, two or more. */
    static GaussianFit of(double[][] points) {
        return of(points, IntStream.range(0, points.length).map(i -> 1).toArray());
    }

    int dimension() {
        return mean.length;
    }
}
