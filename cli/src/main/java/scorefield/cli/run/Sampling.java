package scorefield.cli.run;

import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.Text;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.Quantisation;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.schedule.SamplingPlan;
import scorefield.ncsn.training.Checkpoint;

/** What samplers are given, and how their progress is shown. */
public final class Sampling {

    /** Images that are drawn at once, at most: more do not make a CPU faster, and need more memory. */
    private static final int IMAGES = 64;

    /** Points that are drawn at once, at most: they are small, and so is their network. */
    private static final int POINTS = 4096;

    /** How many times the steps that samples take are taken where a part is known (docs/theory.md has the measurement). */
    private static final int CONDITIONED = 4;

    private Sampling() {}

    /** Brings a checkpoint's moving average of the parameters, which samples are drawn with, to a device: the variable FLOAT[P]. */
    public static Tensor weights(Device device, Checkpoint checkpoint) {
        float[] average = checkpoint.state().average();
        Tensor weights = Tensor.variable("average", Shape.of(average.length));
        device.write(weights, Values.of(weights.shape(), average));
        return weights;
    }

    /** A run's network with the parameters that samples are drawn with, which go to the device. */
    public static ScoreFunction score(Device device, Checkpoint checkpoint) {
        ScoreNetwork network = checkpoint.network();
        return network.with(network.parameters().weights(weights(device, checkpoint)));
    }

    /**
     * A sampler.
     *
     * @param weights the variable FLOAT[P] with the parameters
     * @param count how many samples are wanted at a time
     */
    public static Sampler sampler(
            Device device, ScoreNetwork network, Tensor weights, int count, SamplerChoice choice) {
        Shape sample = network.sample();
        Shape batch = sample.times(Math.min(count, batch(sample)));
        return choice.on(device, network.with(network.parameters().weights(weights)), batch);
    }

    /**
     * Draws samples, and shows how far that is.
     *
     * @param observer is told of every stage besides
     */
    public static Values draw(Sampler sampler, int count, long seed, Progress progress, Sampler.Observer observer) {
        Values drawn = sampler.sample(count, seed, stage -> {
            observer.stageDone(stage);
            progress.share(stage.fraction(), Text.of("σ %.4g", stage.sigma()));
        });
        // Some samplers have something left to do after their last stage.
        progress.share(1, "done");
        return drawn;
    }

    /**
     * How to sample where a part of every sample is known: a condition makes itself felt more slowly than samples come about, so with more steps
     * than the run's samples take, each of the same size.
     *
     * @param stepsPerLevel how many at each noise level, or null for {@value #CONDITIONED} times the run's
     */
    public static SamplingPlan conditionedPlan(Configuration configuration, @Nullable Integer stepsPerLevel) {
        if (stepsPerLevel != null && stepsPerLevel < 1) {
            throw new UserException(
                    "--steps-per-level: at least one step is taken at each level, not " + stepsPerLevel);
        }
        SamplingPlan own = AnnealedLangevin.plan(
                configuration.noiseLevels(),
                configuration.parameters(AnnealedLangevin.ANNEALED),
                configuration.sampling().denoise());
        int steps = stepsPerLevel == null ? CONDITIONED * own.stepsPerLevel() : stepsPerLevel;
        return new SamplingPlan(own.levels(), steps, own.stepSize(), own.denoise());
    }

    /** An image as a network sees it; a grey one has its three equal channels for a network of colours. */
    public static float[] numbers(Images one, int channels) {
        float[] numbers = Quantisation.middles(one.image(0));
        if (one.channels() == channels) {
            return numbers;
        }
        float[] repeated = new float[numbers.length * channels];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = numbers[i / channels];
        }
        return repeated;
    }

    /** How many samples of a shape are drawn at once, at most. */
    public static int batch(Shape sample) {
        return SampleKind.isPoint(sample) ? POINTS : IMAGES;
    }
}
