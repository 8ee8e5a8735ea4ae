package scorefield.bench;

/**
 * y ≈ factor·xᵏ: a straight line between logarithms.
 *
 * @param exponent k
 */
record PowerLaw(double factor, double exponent) {

    /**
     * The least-squares line through (log x, log y).
     *
     * @param x at least two different positive numbers
     * @param y positive
     * @throws IllegalArgumentException if there are fewer
     */
    static PowerLaw fit(double[] x, double[] y) {
        double meanX = meanLog(x);
        double meanY = meanLog(y);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < x.length; i++) {
            double dx = Math.log(x[i]) - meanX;
            covariance += dx * (Math.log(y[i]) - meanY);
            variance += dx * dx;
        }
        if (!(variance > 0)) {
            throw new IllegalArgumentException("an exponent needs at least two different numbers; got " + x.length);
        }
        double exponent = covariance / variance;
        return new PowerLaw(Math.exp(meanY - exponent * meanX), exponent);
    }

    private static double meanLog(double[] numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += Math.log(number);
        }
        return sum / numbers.length;
    }
}
