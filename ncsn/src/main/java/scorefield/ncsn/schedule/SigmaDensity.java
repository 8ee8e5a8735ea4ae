package scorefield.ncsn.schedule;

import java.util.Random;

/**
 * How training draws noise levels: a density of σ. Like the loss's weight it decides which noise levels the network learns best; unlike the
 * weight it also decides how many samples, and so how little variance, each level's gradient has.
 *
 * <p>σ_d is the data's standard deviation. At σ ≪ σ_d there is nearly nothing to learn, and at σ ≫ σ_d only the data's mean; what images
 * look like is decided in between.
 *
 * @param levels the noise schedule that samplers will go through
 * @param source draws noise levels
 */
public record SigmaDensity(NoiseLevels levels, Source source) {

    /** Draws a noise level. */
    @FunctionalInterface
    public interface Source {
        /**
         * A noise level, from new numbers of {@code random}. Only those of its methods are called whose algorithm its Javadoc states: nextInt,
         * nextDouble, nextGaussian. What its streams draw differs between versions of Java.
         */
        double draw(Random random);
    }

    /** Independent noise levels, {@code count} of them. */
    public double[] draw(Random random, int count) {
        double[] sigmas = new double[count];
        for (int i = 0; i < count; i++) {
            sigmas[i] = source.draw(random);
        }
        return sigmas;
    }

    /** Each level of a noise schedule with the same probability (Song &amp; Ermon 2019, arXiv 1907.05600, equation 6). */
    public static SigmaDensity uniformOver(NoiseLevels levels) {
        return new SigmaDensity(levels, random -> levels.sigma(random.nextInt(levels.count())));
    }

    /** ln σ uniform between the logarithms of the largest and the smallest level: the schedule with infinitely many levels. */
    public static SigmaDensity logUniform(NoiseLevels levels) {
        double largest = levels.largest();
        double ratio = levels.smallest() / largest;
        return new SigmaDensity(levels, random -> largest * Math.pow(ratio, random.nextDouble()));
    }

    /**
     * ln(σ/σ_d) ~ N(m, s²), not bounded by the schedule (Karras et al. 2022, arXiv 2206.00364, table 1, where P_mean = −1.2 with σ_d = 0.5, that is m = −0.51, and
     * P_std = s = 1.2).
     *
     * @param dataDeviation σ_d
     * @param mean m
     * @param deviation s
     */
    public static SigmaDensity logNormal(NoiseLevels levels, double dataDeviation, double mean, double deviation) {
        return new SigmaDensity(
                levels, random -> dataDeviation * StrictMath.exp(mean + deviation * random.nextGaussian()));
    }

    /**
     * The cosine schedule's density between the largest and the smallest level: σ/σ_d = tan φ with φ uniform (Nichol &amp; Dhariwal 2021,
     * arXiv 2102.09672, equation 17, in terms of σ = √(1−ᾱ)/√ᾱ). The density interpolated between
     * resolutions (Hoogeboom et al. 2023, arXiv 2301.11093) starts from this one at 32×32.
     *
     * @param dataDeviation σ_d
     */
    public static SigmaDensity cosine(NoiseLevels levels, double dataDeviation) {
        double from = StrictMath.atan(levels.smallest() / dataDeviation);
        double to = StrictMath.atan(levels.largest() / dataDeviation);
        return new SigmaDensity(
                levels, random -> dataDeviation * StrictMath.tan(from + (to - from) * random.nextDouble()));
    }
}
