package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;

/**
 * N(mean, variance) in every dimension: its score, and what Langevin dynamics with that score makes of a mean and a variance, exactly.
 *
 * <p>The score is linear, so a step x ← x + (α/2)·(μ−x)/v + √α·z takes means and variances to means and variances, whatever the
 * distribution.
 */
record Gaussian(double mean, double variance) {

    /** The score after N(0, σ²I) was added. */
    ScoreFunction score() {
        return (x, sigma) -> {
            int[] spread = new int[x.shape().rank()];
            Arrays.fill(spread, 1);
            spread[0] = x.shape().dim(0);
            return x.minus(mean)
                    .over(sigma.square().plus(variance).reshape(Shape.of(spread)))
                    .negate();
        };
    }

    /** The moments after one Langevin step towards this, perturbed with σ. */
    Gaussian step(Gaussian chain, double sigma, double alpha) {
        double keep = 1 - alpha / 2 / (variance + sigma * sigma);
        return new Gaussian(mean + keep * (chain.mean - mean), keep * keep * chain.variance + alpha);
    }

    /** The moments after the denoising step. */
    Gaussian denoise(Gaussian chain, double sigma) {
        double keep = 1 - sigma * sigma / (variance + sigma * sigma);
        return new Gaussian(mean + keep * (chain.mean - mean), keep * keep * chain.variance);
    }

    /** Insists that independent numbers have these moments, within 4.5 standard errors of a normal distribution's. */
    void isDistributionOf(Values values) {
        double[] x = values.doubles();
        double m = 0;
        for (double number : x) {
            m += number / x.length;
        }
        double v = 0;
        for (double number : x) {
            v += (number - m) * (number - m) / x.length;
        }
        assertThat(m).as("mean").isCloseTo(mean, within(4.5 * Math.sqrt(variance / x.length)));
        assertThat(v).as("variance").isCloseTo(variance, within(4.5 * variance * Math.sqrt(2.0 / x.length)));
    }
}
