package scorefield.ncsn.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.Outliers;
import scorefield.ncsn.data.PairwiseDistances;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.ScheduleAssessment;
import scorefield.ncsn.setting.Kind;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.TrainingSetup;

/**
 * The noise levels and steps for a data set, what sampling will make of them, and what it will cost. {@link ScheduleRequest} makes it.
 *
 * @param setup the data, and the settings that were asked for
 * @param distances between the samples; empty for a single sample
 * @param assessment of the noise levels and steps
 * @param time that a step of sampling takes on the device
 */
public record ScheduleEvaluation(
        TrainingSetup setup, Optional<PairwiseDistances> distances, ScheduleAssessment assessment, SamplingTime time) {

    /** Outliers that a warning names, at most; the others are counted. */
    private static final int NAMED = 5;

    /** Network evaluations for a batch of samples. */
    public long evaluations() {
        return assessment.evaluations(setup.configuration().sampling().denoise());
    }

    /** The samples that alone set the largest distance, if there are any. */
    public Optional<Outliers> outliers() {
        return distances.flatMap(Outliers::among);
    }

    /** What is wrong with the data and the levels, each in a sentence with what to do; nothing where nothing is. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        outliers().ifPresent(outliers -> warnings.add(warning(outliers)));
        NoiseLevels levels = assessment.levels();
        distances
                .map(found -> found.quantile(0.5))
                .filter(half -> levels.largest() < half)
                .ifPresent(half -> warnings.add(Text.of(
                        "the largest noise level %.4g is below half of all distances (%.4g): at the first levels chains"
                                + " cannot move between all samples, so modes will have wrong weights; raise"
                                + " noise.sigma-max",
                        levels.largest(), half)));
        warnings.addAll(assessment.warnings());
        return warnings;
    }

    private String warning(Outliers outliers) {
        List<Integer> samples = outliers.samples();
        String names = samples.stream().limit(NAMED).map(setup::sampleName).collect(Collectors.joining(", "));
        return Text.of(
                "outliers set the largest distance: without %s%s it would be %.4g, not %.4g; look at %s, leave out what does"
                        + " not belong there, or set noise.sigma-max=%.4g",
                names,
                samples.size() > NAMED ? " and " + (samples.size() - NAMED) + " more" : "",
                outliers.without(),
                outliers.largest(),
                samples.size() == 1 ? "it" : "them",
                outliers.without());
    }

    /** Whether the step size follows from the noise levels by technique 4; else it was set. */
    public boolean stepSizeFollows() {
        return setup.configuration()
                .parameters(AnnealedLangevin.ANNEALED)
                .stepSize()
                .isEmpty();
    }

    /** The noise levels and steps as settings to train with. */
    public Settings settings() {
        NoiseLevels levels = assessment.levels();
        return Settings.of("sampling.step-size", stepSizeFollows() ? Kind.AUTO : (Object) assessment.stepSize())
                .over(Settings.of("sampling.steps-per-level", assessment.stepsPerLevel()))
                .over(Settings.of("noise.levels", levels.count()))
                .over(Settings.of("noise.sigma-min", levels.smallest()))
                .over(Settings.of("noise.sigma-max", levels.largest()));
    }
}
