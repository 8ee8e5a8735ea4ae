package scorefield.cli;

import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.SamplingPlan;

/** Samplers of a network, and words for what they draw. */
final class Sampling {

    /** Images that are drawn at once, at most: more do not make a CPU faster, and need more memory. */
    private static final int IMAGES = 64;

    /** Points that are drawn at once, at most: they are small, and so is their network. */
    private static final int POINTS = 4096;

    private Sampling() {}

    /**
     * A sampler.
     *
     * @param weights the variable FLOAT[P] with the parameters
     * @param count how many samples are wanted at a time
     */
    static Sampler sampler(Device device, ScoreNetwork network, Tensor weights, int count, SamplingPlan plan) {
        Shape sample = network.sample();
        Shape batch = sample.times(Math.min(count, batch(sample)));
        return new AnnealedLangevin(device, network.with(network.parameters().weights(weights)), batch, plan);
    }

    /** How many samples of a shape are drawn at once, at most. */
    static int batch(Shape sample) {
        return isPoint(sample) ? POINTS : IMAGES;
    }

    /** Whether samples are points rather than images. */
    static boolean isPoint(Shape sample) {
        return sample.rank() == 1;
    }

    /** What samples of a shape are called: {@code images} or {@code points}. */
    static String plural(Shape sample) {
        return isPoint(sample) ? "points" : "images";
    }

    /** What a sample of a shape is called. */
    static String singular(Shape sample) {
        return isPoint(sample) ? "point" : "image";
    }
}
