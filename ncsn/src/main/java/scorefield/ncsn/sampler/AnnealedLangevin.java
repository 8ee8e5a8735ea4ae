package scorefield.ncsn.sampler;

import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

/**
 * Annealed Langevin dynamics (Song &amp; Ermon 2019, arXiv 1907.05600, algorithm 1): from uniform noise, T steps at each noise level from
 * the largest to the smallest, with steps αᵢ = ε·σᵢ²/σ_L², and at the end, where the plan says so, x + σ_L²·s(x, σ_L).
 *
 * <p>At a large noise level the perturbed data's density is smooth and its score is known everywhere; each level leaves the chains where
 * the next one's score is well known. With αᵢ ∝ σᵢ², signal and noise in a step are in the same proportion at all levels.
 *
 * <p>With one level only this is Langevin dynamics as it was before there were levels.
 */
public final class AnnealedLangevin extends BatchSampler {

    /** A stage is a level; where there is one only, a part of its steps. */
    private static final int PARTS = 100;

    private final LangevinDynamics dynamics;
    private final SamplingPlan plan;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     */
    public AnnealedLangevin(Device device, ScoreFunction score, Shape batch, SamplingPlan plan) {
        this(device, score, batch, plan, KnownPart.NOTHING);
    }

    /**
     * A sampler of what is not known: inpainting, colouring.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param known of every sample; it comes out exactly so
     */
    public AnnealedLangevin(Device device, ScoreFunction score, Shape batch, SamplingPlan plan, KnownPart known) {
        super(batch);
        this.dynamics = new LangevinDynamics(device, score, batch, known);
        this.plan = plan;
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        NoiseLevels levels = plan.levels();
        dynamics.seed(seed, number);
        dynamics.startUniform();
        int every = levels.count() == 1 ? (plan.stepsPerLevel() + PARTS - 1) / PARTS : plan.stepsPerLevel();
        int parts = (plan.stepsPerLevel() + every - 1) / every;
        int stage = 0;
        for (int level = 0; level < levels.count(); level++) {
            for (int t = 1; t <= plan.stepsPerLevel(); t++) {
                dynamics.step(levels.sigma(level), plan.alpha(level));
                if (t % every != 0 && t != plan.stepsPerLevel()) {
                    continue;
                }
                // One number comes back a stage: it stops a diverged run early, and keeps the host, and so what the
                // observer is told, from running ahead of the device.
                if (!dynamics.isFinite()) {
                    throw new DivergenceException(
                            level, levels.sigma(level), "step α = " + plan.alpha(level), "try a smaller step size");
                }
                stages.done(stage, levels.sigma(level), (stage + 1.0) / (levels.count() * parts), dynamics::x);
                stage++;
            }
        }
        if (plan.denoise()) {
            dynamics.denoise(levels.smallest());
        }
        return dynamics.settled();
    }

    /** L·T, and one for the denoising step. */
    @Override
    public int evaluations() {
        return plan.steps() + (plan.denoise() ? 1 : 0);
    }

    @Override
    public void close() {
        dynamics.close();
    }
}
