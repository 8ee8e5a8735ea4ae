package scorefield.ncsn.flow;

import scorefield.autodiff.Shape;

/**
 * N(c, σ²·I), which stands for the data perturbed with N(0, σ²I) where σ is so large that nothing else of them can be seen.
 *
 * <p>Where the score is exact, what comes out of the flow differs from the data by just what this differs from the perturbed data: a flow
 * is a change of coordinates, and changes no Kullback–Leibler divergence. So the mean log-likelihood of data perturbed with N(0, σ_min²I)
 * is too low by KL(p_σ ‖ N(c, σ²I)). For data with mean m and a Gaussian's density with variances λⱼ along its axes, that is
 *
 * <pre>KL = ½·Σⱼ(λⱼ/σ² − log(1 + λⱼ/σ²)) + ‖m − c‖²/2σ²  ≤  (Σⱼλⱼ)²/4σ⁴ + ‖m − c‖²/2σ²</pre>
 *
 * <p>and for any data, as KL(· ‖ q) is convex and p_σ the mean of the N(x, σ²I),
 *
 * <pre>KL ≤ E KL(N(x, σ²I) ‖ N(c, σ²I)) = E‖x − c‖²/2σ²</pre>
 *
 * <p>c is a constant, ½ for images and 0 for points, rather than the data's mean: a sampler has no data, and likelihood and samples are to
 * speak of the same distribution. With σ the largest distance between two samples the price is small; {@link #gap} tells it.
 *
 * @param centre c, the same for all numbers of a sample
 * @param deviation σ
 */
public record Prior(double centre, double deviation) {

    /** The prior for a batch: about the middle of [0, 1] for images N×H×W×C, about 0 for points N×D. */
    public static Prior of(Shape batch, double deviation) {
        return new Prior(batch.rank() == 2 ? 0 : 0.5, deviation);
    }

    /**
     * log N(x; c, σ²I) of each sample, in nats.
     *
     * @param x N samples of D numbers, one after the other
     */
    public double[] logDensity(float[] x, int dimension) {
        double[] logs = new double[x.length / dimension];
        for (int n = 0; n < logs.length; n++) {
            double squares = 0;
            for (int i = n * dimension; i < (n + 1) * dimension; i++) {
                double z = (x[i] - centre) / deviation;
                squares += z * z;
            }
            logs[n] = -squares / 2 - dimension * Math.log(deviation * Math.sqrt(2 * Math.PI));
        }
        return logs;
    }

    /**
     * KL(p_σ ‖ N(c, σ²I)) in nats.
     *
     * @param about what it is at most for data of a Gaussian's density; a few samples far from all others make it more
     * @param most what it is at most whatever the data; for most data far more than it is
     */
    public record Gap(double about, double most) {}

    /**
     * What the prior costs, by the moments of some samples.
     *
     * @param x N samples of D numbers, one after the other, at least two
     */
    public Gap gap(float[] x, int dimension) {
        int n = x.length / dimension;
        double[] mean = new double[dimension];
        for (int i = 0; i < x.length; i++) {
            mean[i % dimension] += x[i] / (double) n;
        }
        double variance = 0;
        for (int i = 0; i < x.length; i++) {
            double offset = x[i] - mean[i % dimension];
            variance += offset * offset / (n - 1);
        }
        double shift = 0;
        for (double m : mean) {
            shift += (m - centre) * (m - centre);
        }
        double square = deviation * deviation;
        return new Gap(
                variance * variance / (4 * square * square) + shift / (2 * square), (variance + shift) / (2 * square));
    }
}
