package scorefield.ncsn.network;

import scorefield.autodiff.Tensor;

/**
 * EDM's parametrisation (Karras et al. 2022, arXiv 2206.00364, equation 7 and table 1), for data with mean μ and standard deviation σ_d: the
 * layers F are a part of a denoiser D, and the denoiser gives the score.
 *
 * <pre>
 * D(x, σ) = μ + c_skip·(x−μ) + c_out·F(c_in·(x−μ), σ)        s(x, σ) = (D(x, σ) − x)/σ²
 *
 * c_skip = σ_d²/(σ²+σ_d²)      c_out = σ·σ_d/√(σ²+σ_d²)      c_in = 1/√(σ²+σ_d²)
 * </pre>
 *
 * <p>c_in gives the input unit variance at all noise levels. c_out does the same for what F has to compute, and c_skip makes c_out as small
 * as possible, so that errors of F count as little as possible. The paper has μ = 0, for images in [−1, 1].
 *
 * <p>The score is computed without dividing a small difference by σ²:
 *
 * <pre>s(x, σ) = σ_d/(σ·√(σ²+σ_d²))·F − (x−μ)/(σ²+σ_d²)</pre>
 *
 * <p>F = 0 gives the score of N(μ, σ_d²I) perturbed with N(0, σ²I): training begins with the Gaussian that is nearest to the data.
 *
 * @param mean μ, in the data's units
 * @param deviation σ_d &gt; 0, the standard deviation of all the data's numbers
 */
public record Preconditioning(double mean, double deviation) implements Parametrisation {

    /** Requires a finite mean and a positive deviation. */
    public Preconditioning {
        if (!Double.isFinite(mean) || !(deviation > 0) || Double.isInfinite(deviation)) {
            throw new IllegalArgumentException("the data's mean must be finite and their deviation positive; got mean "
                    + mean + " and deviation " + deviation);
        }
    }

    @Override
    public Tensor input(Tensor x, Tensor sigma) {
        return centred(x).over(spread(sigma));
    }

    @Override
    public Tensor score(Tensor output, Tensor x, Tensor sigma) {
        Tensor spread = spread(sigma);
        return output.times(Tensor.scalar(deviation).over(sigma.times(spread)))
                .minus(centred(x).over(spread.square()));
    }

    private Tensor centred(Tensor x) {
        return x.minus(mean);
    }

    /** √(σ²+σ_d²), the standard deviation of the perturbed data. */
    private Tensor spread(Tensor sigma) {
        return sigma.square().plus(deviation * deviation).sqrt();
    }
}
