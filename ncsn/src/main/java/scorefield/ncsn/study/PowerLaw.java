package scorefield.ncsn.study;

/**
 * y = factor·x^exponent, fitted to positive numbers by least squares on their logarithms: a straight line on two logarithmic axes.
 *
 * @param exponent the line's slope
 * @param factor y at x = 1
 */
record PowerLaw(double exponent, double factor) {

    /** The least-squares fit to two or more points, not all with the same x. */
    static PowerLaw fit(double[] x, double[] y) {
        int n = x.length;
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < n; i++) {
            meanX += Math.log(x[i]) / n;
            meanY += Math.log(y[i]) / n;
        }
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < n; i++) {
            xx += (Math.log(x[i]) - meanX) * (Math.log(x[i]) - meanX);
            xy += (Math.log(x[i]) - meanX) * (Math.log(y[i]) - meanY);
        }
        return new PowerLaw(xy / xx, Math.exp(meanY - xy / xx * meanX));
    }

    /** The value y at x. */
    double at(double x) {
        return factor * Math.pow(x, exponent);
    }
}
