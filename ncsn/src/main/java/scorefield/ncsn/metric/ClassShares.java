package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How samples are distributed over K classes, compared with a reference; p are the class shares of the samples, q those
 * of the reference. Both should come from the same classifier, so that its errors affect both.
 *
 * @param coverage Σ min(p, q): 1 if the shares are equal, 0.9 if one class of ten equal ones never occurs (it is 1
 *     minus the total variation distance)
 * @param entropy −Σ p log p in nats; log K if all classes are equally frequent. Its estimate is too small by about (K −
 *     1)/2n
 * @param divergence the Jensen-Shannon divergence of p and q in nats, from 0 to log 2; with m reference points, its
 *     estimate is too large by about (K − 1)/8·(1/n + 1/m)
 */
public record ClassShares(Measurement coverage, Measurement entropy, Measurement divergence) {

    /** Compares the class shares of samples with those of a reference.
     *
     * @param samples the class of each of n samples, 0 to K − 1; two or more
     * @param reference the class of each point of the reference
     * @param classes K
     */
    public static ClassShares of(int[] samples, int[] reference, int classes, Jackknife jackknife) {
        if (reference.length == 0) {
            throw new IllegalArgumentException("class shares need at least one reference point; got none");
        }
        double[] q = JensenShannon.shares(reference, classes);
        return new ClassShares(
                measure(samples, reference.length, classes, p -> coverage(p, q), jackknife)
                        .asShare(),
                measure(samples, reference.length, classes, ClassShares::entropy, jackknife)
                        .atLeastZero(),
                measure(samples, reference.length, classes, p -> JensenShannon.divergence(p, q), jackknife)
                        .within(0, Math.log(2)));
    }

    private static Measurement measure(
            int[] samples, int m, int classes, ToDoubleFunction<double[]> ofShares, Jackknife jackknife) {
        return jackknife.measure(
                samples.length,
                m,
                kept -> ofShares.applyAsDouble(JensenShannon.shares(Jackknife.select(samples, kept), classes)));
    }

    /** The share of one class, with its interval. */
    public static Measurement share(int[] samples, int ofClass, int m) {
        boolean[] inClass = new boolean[samples.length];
        for (int i = 0; i < samples.length; i++) {
            inClass[i] = samples[i] == ofClass;
        }
        return Measurement.share(inClass, m);
    }

    /**
     * The share of samples of which a classifier is sure, with its interval.
     *
     * @param confidence the probability that the classifier gives its most probable class, for each sample
     * @param least the probability from which on it is sure
     * @param m the number of points of the reference
     */
    public static Measurement confident(double[] confidence, double least, int m) {
        boolean[] sure = new boolean[confidence.length];
        for (int i = 0; i < sure.length; i++) {
            sure[i] = confidence[i] >= least;
        }
        return Measurement.share(sure, m);
    }

    private static double coverage(double[] p, double[] q) {
        return IntStream.range(0, p.length)
                .mapToDouble(c -> Math.min(p[c], q[c]))
                .sum();
    }

    private static double entropy(double[] p) {
        return -Arrays.stream(p).filter(a -> a > 0).map(a -> a * Math.log(a)).sum();
    }
}
