package scorefield.ncsn.objective;

import scorefield.autodiff.Tensor;

/**
 * How much a noise level counts in {@link AnnealedDenoising}: the factor w(σ) of ½‖σ·s + z‖².
 *
 * <p>That term is ½λ(σ)‖s + z/σ‖² with λ = σ², and ½‖D − x‖²/σ² in terms of the denoiser D = x̃ + σ²s. So w = λ_s/σ² = σ²·λ_D for weights λ_s
 * of scores and λ_D of denoisers. The weight decides how a network that cannot be right everywhere shares its errors out. It does not change
 * the minimiser, which is the true score at every noise level.
 */
@FunctionalInterface
public interface LossWeight {

    /**
     * w.
     *
     * @param sigma the noise levels
     * @return of the same shape, or a scalar for all of them
     */
    Tensor of(Tensor sigma);

    /**
     * λ_s = σ^p (Song &amp; Ermon 2019, arXiv 1907.05600, equation 6): w = σ^(p−2). With p = 2 the losses of all levels have the same order of
     * magnitude: for s = 0 each is D/2.
     */
    static LossWeight power(double p) {
        return sigma -> p == 2 ? Tensor.scalar(1) : sigma.pow(p - 2);
    }

    /**
     * λ_D = (σ²+σ_d²)/(σ·σ_d)² (Karras et al. 2022, arXiv 2206.00364, table 1): w = (σ²+σ_d²)/σ_d². With
     * {@link scorefield.ncsn.network.Preconditioning} this is the layers' own squared error, ½‖F − F*‖², with weight 1 at every level.
     *
     * @param deviation σ_d, the data's standard deviation
     */
    static LossWeight edm(double deviation) {
        double variance = deviation * deviation;
        return sigma -> sigma.square().plus(variance).times(1 / variance);
    }

    /**
     * λ_D = 4/(σ²+σ_d²): w = 4σ²/(σ²+σ_d²). With λ_D = 1/σ², w would be 1, the plain squared error of the predicted noise, which counts small
     * noise levels most; σ_d² in the denominator is a smooth bound there (min-SNR: Hang et al. 2023, arXiv 2303.09556; the soft form: Crowson
     * et al. 2024, arXiv 2401.11605). The factor 4 makes w equal to {@link #edm}'s at σ = σ_d.
     *
     * @param deviation σ_d, the data's standard deviation
     */
    static LossWeight softMinSnr(double deviation) {
        return sigma -> {
            Tensor square = sigma.square();
            return square.times(4).over(square.plus(deviation * deviation));
        };
    }
}
