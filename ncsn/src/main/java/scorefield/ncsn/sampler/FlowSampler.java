package scorefield.ncsn.sampler;

import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.flow.FlowMap;
import scorefield.ncsn.flow.FlowMethod;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.flow.ProbabilityFlow;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * Samples by the probability flow: noise from the {@link Prior}, carried along {@link ProbabilityFlow dx/dσ = −σ·s(x, σ)} to the smallest
 * noise level and, where it is wanted, one step further, x + σ_min²·s(x, σ_min).
 *
 * <p>All randomness is in the beginning, so the method decides only how well a sample is computed, not which one it is: the same seed gives
 * the same image with any method that is exact enough. A curve can be followed with steps as long as it is smooth, where Langevin dynamics has
 * to take many small ones: some 50 evaluations in place of a thousand.
 */
public final class FlowSampler extends BatchSampler {

    private final FlowMap map;
    private final boolean denoise;
    private final double whole;
    private final double smallest;
    private int evaluations;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param levels of which the smallest and the largest count
     * @param denoise whether to end with x + σ_min²·s(x, σ_min)
     */
    public FlowSampler(
            Device device,
            ScoreFunction score,
            Shape batch,
            NoiseLevels levels,
            Prior prior,
            FlowMethod method,
            boolean denoise) {
        super(batch);
        this.map = new FlowMap(device, score, batch, levels, prior, method);
        this.denoise = denoise;
        this.evaluations = method.evaluations(denoise);
        this.smallest = levels.smallest();
        this.whole = Math.log(levels.largest() / smallest);
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        map.startAtNoise(seed, number);
        int before = map.evaluations();
        int[] step = {0};
        map.toData(sigma -> stages.done(step[0]++, sigma, 1 - Math.log(sigma / smallest) / whole, map::x));
        if (denoise) {
            map.denoise();
        }
        evaluations = map.evaluations() - before;
        return map.x();
    }

    @Override
    public int evaluations() {
        return evaluations;
    }

    @Override
    public void close() {
        map.close();
    }
}
