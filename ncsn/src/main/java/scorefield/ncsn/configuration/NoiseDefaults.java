package scorefield.ncsn.configuration;

import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.LargestDistance;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

/** What {@code auto} means: NCSNv2's techniques applied to the data. */
public final class NoiseDefaults {

    private NoiseDefaults() {}

    /**
     * The configuration with its noise levels chosen, where they were {@code auto}: the largest is the largest distance between two images
     * (technique 1), and their number is {@link Ncsnv2#ladder}'s (technique 2).
     */
    public static Configuration resolve(Configuration configuration, Images images) {
        NoiseSettings noise = configuration.noise();
        double smallest = noise.sigmaMin();
        double largest =
                noise.sigmaMax().orElseGet(() -> LargestDistance.among(images).value());
        if (!(largest > smallest)) {
            throw new BadConfigurationException("noise.sigma-max: the largest distance between two images of "
                    + images.name() + " is " + largest + ", no more than noise.sigma-min = " + smallest
                    + "; are all images the same? Otherwise set noise.sigma-max");
        }
        int levels = noise.levels()
                .orElseGet(() ->
                        Ncsnv2.ladder(largest, smallest, images.dimension()).count());
        return configuration.with("noise.sigma-max", largest).with("noise.levels", levels);
    }

    /** The ladder of a resolved configuration. */
    public static NoiseLevels ladder(Configuration configuration) {
        NoiseSettings noise = configuration.noise();
        return NoiseLevels.geometric(
                noise.sigmaMax().orElseThrow(), noise.sigmaMin(), noise.levels().orElseThrow());
    }

    /** How to sample through some noise levels: T and ε as configured, or NCSNv2's (technique 4). */
    public static SamplingPlan plan(NoiseLevels levels, SamplingSettings sampling) {
        int steps = sampling.stepsPerLevel().orElse(SamplingPlan.DEFAULT_STEPS);
        try {
            double stepSize = sampling.stepSize().orElseGet(() -> Ncsnv2.stepSize(levels, steps));
            return new SamplingPlan(levels, steps, stepSize, sampling.denoise());
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException("sampling: " + e.getMessage());
        }
    }
}
