package scorefield.ncsn.edit;

import java.util.OptionalInt;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunException;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.KnownLuminance;
import scorefield.ncsn.sampler.KnownPart;
import scorefield.ncsn.sampler.KnownPixels;
import scorefield.ncsn.sampler.PosteriorSampler;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;

/**
 * Samplers of images of which something is known, from a run's network. Images are H×W×C in [0, 1]. The caller closes each sampler.
 *
 * <pre>{@code
 * ImageEdits edits = new ImageEdits(run, device);
 * try (Sampler sampler = edits.inpainting(image, mask.known(), ImageEdits.plan(run.configuration(), OptionalInt.empty()), 4)) {
 *     Values filledIn = sampler.sample(4, 1);
 * }
 * }</pre>
 */
public final class ImageEdits {

    /** How many times the steps of plain sampling are taken where a part is known (docs/theory.md has the measurement). */
    private static final int CONDITIONED = 4;

    private final ScoreModel model;

    /**
     * Edits by a run's network, whose weights are written to the device.
     *
     * @throws RunException if the run is on points
     */
    public ImageEdits(Run run, Device device) {
        requireImages(run);
        this.model = run.on(device);
    }

    /**
     * Edits by a network whose weights are on its device already.
     *
     * @param model of images
     */
    public ImageEdits(ScoreModel model) {
        this.model = model;
    }

    /**
     * Refuses a run on points.
     *
     * @throws RunException naming the run
     */
    public static void requireImages(Run run) {
        if (SampleKind.isPoint(run.sample())) {
            throw new RunException(run.folder().path() + ": is a run on points; edit pictures with a run on images");
        }
    }

    /**
     * How to sample where a part of every sample is known. A condition takes effect more slowly than samples take shape; so there are more steps than
     * the run's samples take, each of the same size.
     *
     * @param stepsPerLevel how many steps at each noise level; empty for {@value #CONDITIONED} times the run's
     * @throws BadConfigurationException if it is less than 1
     */
    public static SamplingPlan plan(Configuration run, OptionalInt stepsPerLevel) {
        SamplingPlan own = AnnealedLangevin.plan(
                run.noiseLevels(),
                run.parameters(AnnealedLangevin.ANNEALED),
                run.sampling().denoise());
        int steps = stepsPerLevel.orElse(CONDITIONED * own.stepsPerLevel());
        if (steps < 1) {
            throw new BadConfigurationException("there must be at least one step at each noise level; got " + steps);
        }
        return new SamplingPlan(own.levels(), steps, own.stepSize(), own.denoise());
    }

    /**
     * Fills in the unknown pixels of an image.
     *
     * @param known for each of the H·W pixels, row by row, whether it is known
     * @param count how many answers are wanted at a time
     */
    public Sampler inpainting(Values image, boolean[] known, SamplingPlan plan, int count) {
        return conditioned(new KnownPixels(image, known), plan, count);
    }

    /**
     * Gives a grey image colours.
     *
     * @param grey the luminance, H×W×1
     * @param count how many answers are wanted at a time
     */
    public Sampler colorizing(Values grey, SamplingPlan plan, int count) {
        return conditioned(new KnownLuminance(grey), plan, count);
    }

    private Sampler conditioned(KnownPart known, SamplingPlan plan, int count) {
        return new AnnealedLangevin(model.device(), model.score(), model.batch(count), plan, known);
    }

    /**
     * Removes noise from an image: {@link PosteriorSampler#mean} is the mean of the clean images that the noise may hide, its samples are some of
     * them.
     *
     * @param levels {@link #levels from the image's noise level down}
     * @param count how many samples are wanted at a time
     */
    public PosteriorSampler denoising(Values noisy, NoiseLevels levels, int count) {
        return new PosteriorSampler(model.device(), model.score(), model.batch(count), noisy, levels);
    }

    /**
     * The noise levels from an image's own down to the smallest that a run's network knows.
     *
     * @param sigma the standard deviation of the image's noise
     * @param steps how many levels, at least 2; empty for the mean alone, which needs only the first
     * @throws BadConfigurationException if the network was not trained at such a level, or there are too few steps
     */
    public static NoiseLevels levels(Run run, double sigma, OptionalInt steps) {
        NoiseLevels known = run.noiseLevels();
        if (!(sigma >= known.smallest() && sigma <= known.largest())) {
            throw new BadConfigurationException("sigma must be from " + Text.number(known.smallest()) + " to "
                    + Text.number(known.largest()) + ", the noise levels of the run; got "
                    + Text.number(sigma));
        }
        if (steps.isEmpty()) {
            return NoiseLevels.of(sigma);
        }
        if (steps.getAsInt() < 2 || sigma == known.smallest()) {
            throw new BadConfigurationException("steps must be at least 2, and sigma above the run's smallest noise"
                    + " level " + Text.number(known.smallest()) + ", to draw samples; got " + steps.getAsInt()
                    + " steps from sigma = " + Text.number(sigma));
        }
        return NoiseLevels.geometric(sigma, known.smallest(), steps.getAsInt());
    }

    /** An image with Gaussian noise added, for trying out {@link #denoising}. */
    public static Values noisy(Values image, double sigma, long seed) {
        SplitMix random = new SplitMix(seed, 0);
        float[] numbers = image.floats().clone();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] += (float) (sigma * random.normal());
        }
        return Values.of(image.shape(), numbers);
    }

    /** A grey image H×W×1 with three equal channels. */
    public static Values threeChannels(Values grey) {
        float[] one = grey.floats();
        float[] three = new float[3 * one.length];
        for (int i = 0; i < three.length; i++) {
            three[i] = one[i / 3];
        }
        Shape shape = grey.shape();
        return Values.of(shape.with(2, 3), three);
    }
}
