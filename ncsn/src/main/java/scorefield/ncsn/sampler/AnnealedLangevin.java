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
 * <p>More samples than fit a batch are drawn batch after batch. The last batch is drawn in full and the rest dropped, so sample k is the
 * same however many are asked for. A sample's random numbers follow from the seed, its batch's number and its place in the batch.
 */
public final class AnnealedLangevin implements AutoCloseable {

    /** How far the sampling is, after a noise level. */
    public interface Progress {

        /** The index of the level that was finished, from 0. */
        int level();

        /** Its σ. */
        double sigma();

        /** How much of all batches' work is done, up to 1. */
        double fraction();

        /** The number of the batch at work, from 0. */
        int batch();

        /** Where this batch's chains are, read back from the device: for those who want to watch. */
        Values x();
    }

    /** Is told of every level that was finished. */
    @FunctionalInterface
    public interface Observer {
        void levelDone(Progress progress);
    }

    private final LangevinDynamics dynamics;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     */
    public AnnealedLangevin(Device device, ScoreFunction score, Shape batch) {
        this.dynamics = new LangevinDynamics(device, score, batch);
    }

    /**
     * Draws samples.
     *
     * @param count how many
     * @param seed the same on the same device gives the same samples
     * @return count×…
     * @throws DivergenceException if a chain leaves the finite numbers
     */
    public Values sample(SamplingPlan plan, int count, long seed, Observer observer) {
        if (count < 1) {
            throw new IllegalArgumentException("at least one sample must be asked for, not " + count);
        }
        Shape batch = dynamics.batch();
        int perBatch = batch.dim(0);
        int size = batch.size() / perBatch;
        int batches = (count - 1) / perBatch + 1;
        Shape shape = batch.with(0, count);
        float[] samples = new float[shape.size()];
        for (int b = 0; b < batches; b++) {
            float[] drawn = batch(plan, b, batches, seed, observer).floats();
            int kept = Math.min(perBatch, count - b * perBatch);
            System.arraycopy(drawn, 0, samples, b * perBatch * size, kept * size);
        }
        return Values.of(shape, samples);
    }

    /** Draws samples, unobserved. */
    public Values sample(SamplingPlan plan, int count, long seed) {
        return sample(plan, count, seed, progress -> {});
    }

    private Values batch(SamplingPlan plan, int batch, int batches, long seed, Observer observer) {
        NoiseLevels levels = plan.levels();
        dynamics.seed(seed, batch);
        dynamics.startUniform();
        for (int level = 0; level < levels.count(); level++) {
            for (int t = 0; t < plan.stepsPerLevel(); t++) {
                dynamics.step(levels.sigma(level), plan.alpha(level));
            }
            // One number comes back a level: it stops a diverged run early, and keeps the host, and so what the
            // observer is told, from
            // running ahead of the device.
            if (!dynamics.isFinite()) {
                throw new DivergenceException(level, levels.sigma(level), plan.alpha(level));
            }
            double fraction = (batch + (level + 1.0) / levels.count()) / batches;
            observer.levelDone(new State(dynamics, level, levels.sigma(level), fraction, batch));
        }
        if (plan.denoise()) {
            dynamics.denoise(levels.smallest());
        }
        return dynamics.x();
    }

    private record State(LangevinDynamics dynamics, int level, double sigma, double fraction, int batch)
            implements Progress {
        @Override
        public Values x() {
            return dynamics.x();
        }
    }

    @Override
    public void close() {
        dynamics.close();
    }
}
