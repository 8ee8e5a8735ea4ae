package scorefield.ncsn.evaluation;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;
import scorefield.autodiff.Device;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseSettings;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.PairwiseDistances;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;
import scorefield.ncsn.schedule.ScheduleAssessment;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.TrainingSetup;

/**
 * A data set for which noise levels and steps are wanted, with those that are set already. NCSNv2's techniques choose the rest.
 *
 * <pre>{@code
 * ScheduleEvaluation evaluation = ScheduleRequest.of(Settings.of("data.source", "moons")).evaluate(device);
 * Run run = Training.on("moons").set(evaluation.settings()).run(device);
 * }</pre>
 *
 * @param setup the data and all settings but those of the noise schedule, which may still be {@code auto}
 * @param levels how many noise levels; empty for as many as technique 2 asks for
 */
public record ScheduleRequest(TrainingSetup setup, OptionalInt levels) {

    /**
     * Opens the data that some settings name. A preset's number of levels, made for speed, counts only where technique 2 is silent.
     *
     * @throws scorefield.ncsn.data.BadDataException if the data cannot be read
     * @throws BadConfigurationException if a setting does not suit the data, or only one noise level is set
     */
    public static ScheduleRequest of(Settings asked) {
        TrainingSetup setup = TrainingSetup.withoutNoiseLevels(asked);
        boolean given =
                asked.has("noise.levels") || !Ncsnv2.boundsRatio(setup.data().dimension());
        OptionalInt levels = given ? setup.configuration().noise().levels() : OptionalInt.empty();
        if (levels.isPresent() && levels.getAsInt() < 2) {
            throw new BadConfigurationException("noise.levels must be at least 2 here; got " + levels.getAsInt()
                    + ": the techniques are about neighbouring noise levels");
        }
        return new ScheduleRequest(setup, levels);
    }

    /**
     * The distances between the samples, from which the largest noise level follows; empty for a single sample.
     *
     * @param most how many samples are compared with each other, at most; of more, so many are chosen at random
     * @param progress receives the share that is done, up to 1
     * @throws BadConfigurationException if no largest noise level follows from them and none is set
     */
    public Optional<PairwiseDistances> distances(Device device, int most, DoubleConsumer progress) {
        DataSet samples = setup.data();
        boolean given = setup.configuration().noise().sigmaMax().isPresent();
        if (samples.count() < 2) {
            if (!given) {
                throw new BadConfigurationException(
                        samples + ": a single sample gives no distances, so no largest noise"
                                + " level follows from it; set noise.sigma-max");
            }
            return Optional.empty();
        }
        long seed = setup.configuration().training().seed();
        PairwiseDistances distances = PairwiseDistances.among(device, samples, most, seed, progress);
        if (distances.largest() == 0 && !given) {
            throw new BadConfigurationException(
                    samples + ": all samples are the same, so no largest noise level follows"
                            + " from their distances; give other data, or set noise.sigma-max");
        }
        return Optional.of(distances);
    }

    /**
     * Chooses what is not set, and measures how long sampling takes.
     *
     * @param distances {@link #distances}'
     * @throws BadConfigurationException if the largest noise level is not larger than the smallest
     */
    public ScheduleEvaluation evaluate(Device device, Optional<PairwiseDistances> distances) {
        ScheduleAssessment assessment = assess(distances);
        SamplingTime time =
                SamplingTime.measure(device, setup.configuration(), setup.data().sample());
        return new ScheduleEvaluation(setup, distances, assessment, time);
    }

    /** Compares the samples, up to {@value PairwiseDistances#MOST} of them, and evaluates. */
    public ScheduleEvaluation evaluate(Device device) {
        return evaluate(device, distances(device, PairwiseDistances.MOST, share -> {}));
    }

    private ScheduleAssessment assess(Optional<PairwiseDistances> distances) {
        Configuration configuration = setup.configuration();
        NoiseSettings noise = configuration.noise();
        int dimension = setup.data().dimension();
        double smallest = noise.sigmaMin();
        double largest =
                noise.sigmaMax().orElseGet(() -> distances.orElseThrow().largest());
        if (!(largest > smallest)) {
            throw new BadConfigurationException(Text.of(
                    "the largest distance between two samples is %.4g, no more than the smallest noise level %.4g; set a"
                            + " smaller noise.sigma-min, or a larger noise.sigma-max",
                    largest, smallest));
        }
        NoiseLevels chosen = levels.isPresent()
                ? NoiseLevels.geometric(largest, smallest, levels.getAsInt())
                : Ncsnv2.levels(largest, smallest, dimension);
        AnnealedLangevin.Parameters steps = configuration.parameters(AnnealedLangevin.ANNEALED);
        int each = steps.stepsPerLevel().orElse(SamplingPlan.DEFAULT_STEPS);
        return steps.stepSize().isPresent()
                ? new ScheduleAssessment(
                        chosen, dimension, each, steps.stepSize().getAsDouble())
                : ScheduleAssessment.of(chosen, dimension, each);
    }
}
