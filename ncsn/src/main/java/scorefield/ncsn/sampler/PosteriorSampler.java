package scorefield.ncsn.sampler;

import java.util.Arrays;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * Clean images given a noisy one: samples of p(x | y) where y = x + S·z, z ~ N(0, I).
 *
 * <p>Data to which noise is added little by little are a diffusion, x_σ at noise level σ; run backwards in time it needs the score only
 * (Anderson 1982; Song et al. 2021, arXiv 2011.13456). Begun at x_S = y, the backward diffusion ends at samples of p(x | x_S = y): at the
 * posterior, with nothing else to be known or tuned. A step from σ to τ &lt; σ is that of ancestral sampling (their equation 47),
 *
 * <pre>
 * x ← x + (σ²−τ²)·s(x, σ) + (τ/σ)·√(σ²−τ²)·z
 * </pre>
 *
 * whose mean is exact at any step size (Tweedie's formula, for noise between two levels); of the variance it leaves out what the data's own
 * spread given x_σ adds, which vanishes as the steps become small: samples with few steps differ too little from each other.
 *
 * <p>{@link #mean} is one evaluation of the score.
 */
public final class PosteriorSampler extends BatchSampler {

    private final LangevinDynamics dynamics;
    private final Values noisy;
    private final NoiseLevels levels;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param noisy y, one sample
     * @param levels from S, which is y's noise level, down to the one at which what noise is left is taken away
     */
    public PosteriorSampler(Device device, ScoreFunction score, Shape batch, Values noisy, NoiseLevels levels) {
        super(batch);
        this.noisy = repeated(noisy, batch);
        this.levels = levels;
        this.dynamics = new LangevinDynamics(device, score, batch);
    }

    private static Values repeated(Values sample, Shape batch) {
        int size = sample.shape().size();
        if (size * batch.dim(0) != batch.size()) {
            throw new IllegalArgumentException("a sample " + sample.shape() + " is not one of a batch " + batch);
        }
        float[] all = new float[batch.size()];
        for (int n = 0; n < batch.dim(0); n++) {
            System.arraycopy(sample.floats(), 0, all, n * size, size);
        }
        return Values.of(batch, all);
    }

    /** E[x | y] = y + S²·s(y, S), the estimate with the least mean square error (Tweedie's formula); of y's shape. */
    public Values mean() {
        dynamics.startAt(noisy);
        dynamics.denoise(levels.largest());
        Shape sample = Shape.of(Arrays.copyOfRange(batch().dims(), 1, batch().rank()));
        return Values.of(sample, Arrays.copyOf(dynamics.x().floats(), sample.size()));
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        dynamics.seed(seed, number);
        dynamics.startAt(noisy);
        for (int step = 0; step < levels.count() - 1; step++) {
            double from = levels.sigma(step);
            double to = levels.sigma(step + 1);
            double removed = from * from - to * to;
            dynamics.move(from, removed, to / from * Math.sqrt(removed));
            if (!dynamics.isFinite()) {
                throw new DivergenceException(step, from, "down to σ = " + to, "try more steps");
            }
            stages.done(step, to, (step + 1.0) / levels.count(), dynamics::x);
        }
        dynamics.denoise(levels.smallest());
        return dynamics.x();
    }

    /** One for each level. */
    @Override
    public int evaluations() {
        return levels.count();
    }

    @Override
    public void close() {
        dynamics.close();
    }
}
