package scorefield.ncsn.flow;

import java.util.Arrays;
import java.util.function.DoubleConsumer;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * What lies between two samples, by way of their noise: {@linkplain FlowMap the flow} carries each end to x(σ_max), a
 * {@linkplain SphericalInterpolation great circle} leads from one to the other, and the flow carries every place on it back
 * (J. Song et al. 2021, arXiv 2010.02502, section 5.3; Song et al. 2021, arXiv 2011.13456, section 4.3).
 */
public final class Interpolation implements AutoCloseable {

    private final FlowMap map;
    private final Shape batch;
    private final NoiseLevels levels;
    private final double centre;

    /**
     * An interpolation on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…: how many places, both ends counted, and the shape of a sample
     * @param levels of which the smallest and the largest count
     */
    public Interpolation(
            Device device, ScoreFunction score, Shape batch, NoiseLevels levels, Prior prior, FlowMethod method) {
        if (batch.dim(0) < 2) {
            throw new IllegalArgumentException(
                    "an interpolation needs at least 2 samples, its ends; got " + batch.dim(0));
        }
        this.map = new FlowMap(device, score, batch, levels, prior, method);
        this.batch = batch;
        this.levels = levels;
        this.centre = prior.centre();
    }

    private int size() {
        return batch.size() / batch.dim(0);
    }

    /** The noise that a {@link scorefield.ncsn.sampler.FlowSampler}'s first sample of a seed begins with. */
    public float[] noise(long seed) {
        map.startAtNoise(seed, 0);
        return Arrays.copyOf(map.x().floats(), size());
    }

    /**
     * The noise that the flow carries a clean sample to, after the smallest noise level's was added: {@linkplain FlowMap without that} it
     * would be too near to the centre, and a great circle would not be the way. The last step of {@link #between} takes it away again.
     *
     * @param seed decides what is added
     * @param progress takes after each step the share of the way that is done, up to 1
     */
    public float[] noise(float[] sample, long seed, DoubleConsumer progress) {
        float[] copies = new float[batch.size()];
        for (int n = 0; n < batch.dim(0); n++) {
            System.arraycopy(sample, 0, copies, n * size(), size());
        }
        map.startAtClean(Values.of(batch, copies), seed);
        map.toNoise(sigma -> progress.accept(above(sigma)));
        return Arrays.copyOf(map.x().floats(), size());
    }

    /**
     * The samples at equal steps between two noises.
     *
     * @param progress takes after each step the share of the way back that is done, up to 1
     * @return of the batch's shape, the first and the last being the ends
     */
    public Values between(float[] first, float[] last, DoubleConsumer progress) {
        int n = batch.dim(0);
        float[] places = new float[batch.size()];
        for (int k = 0; k < n; k++) {
            float[] place = SphericalInterpolation.between(first, last, centre, k / (n - 1.0));
            System.arraycopy(place, 0, places, k * size(), size());
        }
        map.startAt(Values.of(batch, places));
        map.toData(sigma -> progress.accept(1 - above(sigma)));
        map.denoise();
        return map.x();
    }

    /** How far a noise level lies above the smallest: 0 there, 1 at the largest, by its logarithm. */
    private double above(double sigma) {
        return Math.log(sigma / levels.smallest()) / Math.log(levels.largest() / levels.smallest());
    }

    @Override
    public void close() {
        map.close();
    }
}
