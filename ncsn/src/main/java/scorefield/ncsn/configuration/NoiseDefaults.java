package scorefield.ncsn.configuration;

import java.util.Locale;
import java.util.OptionalInt;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.LargestDistance;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

/** What {@code auto} means: NCSNv2's techniques applied to the data. */
public final class NoiseDefaults {

    /** T where there is one noise level: plain Langevin dynamics, which has to find its way by itself. */
    private static final int STEPS_AT_ONE_LEVEL = 1000;

    /** α in units of σ² where there is one noise level: a twentieth of the size from which on the chain diverges. */
    private static final double STEP_AT_ONE_LEVEL = 0.2;

    private NoiseDefaults() {}

    /**
     * The configuration with its noise levels chosen, where they were {@code auto}: the largest is the largest distance between two samples
     * (technique 1), and their number is {@link Ncsnv2#ladder}'s (technique 2). An objective at one noise level has the smallest only.
     */
    public static Configuration resolve(Configuration configuration, DataSet data) {
        NoiseSettings noise = configuration.noise();
        double smallest = noise.sigmaMin();
        if (!configuration.objective().matching().annealed()) {
            return configuration.with("noise.sigma-max", smallest).with("noise.levels", 1);
        }
        if (noise.sigmaMax().isEmpty() && data.count() < 2) {
            throw new BadConfigurationException("noise.sigma-max: it is the largest distance between two samples, but "
                    + data.name() + " has one only; give more, or set noise.sigma-max");
        }
        double largest =
                noise.sigmaMax().orElseGet(() -> LargestDistance.among(data).value());
        if (!(largest > smallest)) {
            throw new BadConfigurationException("noise.sigma-max: the largest distance between two samples of "
                    + data.name() + " is " + largest + ", no more than noise.sigma-min = " + smallest
                    + "; are they all the same? Otherwise set noise.sigma-max");
        }
        int levels = noise.levels()
                .orElseGet(
                        () -> Ncsnv2.ladder(largest, smallest, data.dimension()).count());
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
        return plan(levels, sampling, sampling.stepsPerLevel());
    }

    /** The same with another T; empty for the program's choice. */
    static SamplingPlan plan(NoiseLevels levels, SamplingSettings sampling, OptionalInt stepsPerLevel) {
        boolean annealed = levels.count() > 1;
        int steps = stepsPerLevel.orElse(annealed ? SamplingPlan.DEFAULT_STEPS : STEPS_AT_ONE_LEVEL);
        if (steps < 1) {
            throw new BadConfigurationException(
                    "sampling.evaluations: Langevin dynamics takes one step or more, not " + steps);
        }
        try {
            double stepSize = sampling.stepSize()
                    .orElseGet(() -> annealed
                            ? Ncsnv2.stepSize(levels, steps)
                            : STEP_AT_ONE_LEVEL * levels.smallest() * levels.smallest());
            return new SamplingPlan(levels, steps, stepSize, sampling.denoise());
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException("sampling.step-size: " + e.getMessage());
        }
    }

    /**
     * How to sample with a given number of steps: T at each of ⌊steps/T⌋ levels between the ladder's ends. T is as configured or, so that
     * neighbouring levels lie no farther apart than the ladder's where that can be, ⌊steps/L⌋ with the ladder's L, and 1 at the least.
     *
     * <p>The variance that T steps leave (technique 4) cannot decide this: it is that of one data point, for which a single level and many
     * steps are best, and it knows nothing of modes that chains must find while the noise is large.
     */
    static SamplingPlan plan(NoiseLevels ladder, SamplingSettings sampling, int steps) {
        int each = sampling.stepsPerLevel().orElse(Math.max(1, steps / ladder.count()));
        if (steps / each < 2) {
            throw new BadConfigurationException("sampling.evaluations: " + steps
                    + " steps are too few for 2 noise levels with sampling.steps-per-level = " + each);
        }
        NoiseLevels levels = NoiseLevels.geometric(ladder.largest(), ladder.smallest(), steps / each);
        return plan(levels, sampling, OptionalInt.of(each));
    }

    /** For a message. */
    static String rounded(double number) {
        return String.format(Locale.ROOT, "%.4g", number);
    }
}
