package scorefield.ncsn.evaluation;

import scorefield.autodiff.Device;
import scorefield.autodiff.DeviceMemoryException;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.StepTime;

/**
 * What sampling costs on a device.
 *
 * @param images how many samples are wanted
 * @param batch how many are drawn at once
 * @param parameters the network's
 * @param seconds a Langevin step of a batch takes; NaN where it could not be measured
 * @param problem why it could not be measured, or empty
 */
public record SamplingTime(int images, int batch, int parameters, double seconds, String problem) {

    /**
     * Takes a few Langevin steps with the network that training would begin with.
     *
     * @param configuration of the network, and of how many samples are wanted
     * @param sample the shape of one
     */
    public static SamplingTime measure(Device device, Configuration configuration, Shape sample) {
        int images = configuration.sampling().images();
        int batch = Math.min(images, ScoreModel.batch(sample));
        ScoreNetwork network;
        try {
            network = Checkpoint.network(configuration, sample);
        } catch (BadConfigurationException e) {
            return unknown(images, batch, e.getMessage());
        }
        float[] initial = network.parameters().initial(configuration.training().seed());
        Tensor weights = Tensor.variable("weights", Shape.of(initial.length));
        device.write(weights, Values.of(weights.shape(), initial));
        try (LangevinDynamics dynamics = new LangevinDynamics(
                device, network.with(network.parameters().weights(weights)), sample.times(batch))) {
            dynamics.seed(1, 0);
            dynamics.startUniform();
            double seconds = StepTime.measure(() -> dynamics.step(1, 1e-4), () -> requireFinite(dynamics));
            return new SamplingTime(images, batch, initial.length, seconds, "");
        } catch (DeviceMemoryException e) {
            return unknown(images, batch, e.getMessage());
        }
    }

    private static SamplingTime unknown(int images, int batch, String problem) {
        return new SamplingTime(images, batch, 0, Double.NaN, problem);
    }

    private static void requireFinite(LangevinDynamics dynamics) {
        if (!dynamics.isFinite()) {
            throw new IllegalStateException("a network that was not trained yet has left the finite numbers");
        }
    }

    /** How many batches there are. */
    public int batches() {
        return (images - 1) / batch + 1;
    }

    /** Seconds for all samples; a denoising step counts as a Langevin step, which it is but for the noise. */
    public double total(long evaluations) {
        return seconds * evaluations * batches();
    }
}
