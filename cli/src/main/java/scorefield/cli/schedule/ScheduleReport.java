package scorefield.cli.schedule;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import scorefield.ncsn.Version;
import scorefield.ncsn.configuration.ConfigurationYaml;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.PairwiseDistances;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.evaluation.SamplingTime;
import scorefield.ncsn.evaluation.ScheduleEvaluation;
import scorefield.ncsn.file.JsonFile;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.ScheduleAssessment;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.TrainingSetup;

/**
 * What {@code schedule} found out, as a text, a configuration and JSON.
 *
 * @param deviceName on which the time was measured
 */
record ScheduleReport(ScheduleEvaluation evaluation, String deviceName) {

    /** Shares of the pairs whose quantiles are shown. */
    static final List<Double> SHARES = List.of(0.01, 0.25, 0.5, 0.75, 0.99, 0.999);

    /** Levels that are shown besides the last, at most. */
    private static final int MOST_SHOWN = 8;

    /** Everything, for a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        evaluation.distances().ifPresent(distances -> describe(distances, text));
        describeLevels(text);
        describeTime(text);
        evaluation
                .warnings()
                .forEach(warning -> text.append("\nwarning: ").append(warning).append('\n'));
        return text.append("\n# For `scorefield train --config FILE`, or to be set one by one with --set:\n")
                .append(yaml())
                .toString();
    }

    private DataSet data() {
        return evaluation.setup().data();
    }

    private void describe(PairwiseDistances found, StringBuilder text) {
        String kind = SampleKind.plural(data().sample());
        text.append(Text.of(
                "%ndistances between %s, %s%n",
                kind,
                found.all()
                        ? Text.of("all %,d pairs of %,d", found.pairs(), found.compared())
                        : Text.of(
                                "%,d pairs of %,d, chosen at random from %,d",
                                found.pairs(), found.compared(), data().count())));
        StringBuilder shares = new StringBuilder("  share of pairs ");
        StringBuilder quantiles = new StringBuilder("  not farther    ");
        for (double share : SHARES) {
            shares.append(Text.of("%9s", Text.number(100 * share) + " %"));
            quantiles.append(Text.of("%9.4g", found.quantile(share)));
        }
        text.append(shares).append("  largest\n").append(quantiles);
        text.append(Text.of("%9.4g%s", found.largest(), found.exact() ? "" : " or more"));
        List<Integer> pair = found.farthestPair();
        if (!pair.isEmpty()) {
            TrainingSetup setup = evaluation.setup();
            text.append(Text.of("  (%s and %s)", setup.sampleName(pair.get(0)), setup.sampleName(pair.get(1))));
        }
        text.append('\n');
    }

    private void describeLevels(StringBuilder text) {
        ScheduleAssessment assessment = evaluation.assessment();
        NoiseLevels levels = assessment.levels();
        text.append(Text.of("%nnoise levels for D = %,d%n", assessment.dimension()));
        line(text, "L", Text.of("%d, σ from %.4g to %.4g", levels.count(), levels.largest(), levels.smallest()));
        line(text, "γ", Text.of("%.4f, so neighbours overlap by C = %.3f", levels.ratio(), assessment.overlap()));
        line(text, "", techniqueTwo());
        line(text, "T", assessment.stepsPerLevel() + " steps at each level");
        line(text, "ε", Text.of("%.4g in x ← x + (α/2)·s + √α·z, α = ε·σ²/σ_L² (here)", assessment.stepSize()));
        line(
                text,
                "",
                Text.of("%.4g where a step is α·s + √(2α)·z (NCSNv2's text and code)", assessment.publishedStepSize()));
        line(text, "", Text.of("snr %.4g for score-SDE's corrector", assessment.signalToNoise()));
        line(text, "", Text.of("from %.4g on chains diverge", Ncsnv2.stabilityLimit(levels)));
        assessment
                .variance()
                .ifPresent(variance -> line(
                        text,
                        "s_T²/σ²",
                        Text.of(
                                "%.3f after a level that began with the one before it (technique 4); from the start on:",
                                variance)));
        describeSomeLevels(text);
    }

    /** Some of the levels: most of what happens happens at the first. */
    private void describeSomeLevels(StringBuilder text) {
        ScheduleAssessment assessment = evaluation.assessment();
        double[] variances = assessment.variances();
        StringBuilder numbers = new StringBuilder();
        StringBuilder sigmas = new StringBuilder();
        StringBuilder left = new StringBuilder();
        for (int level : shownLevels()) {
            numbers.append(Text.of("%9d", level + 1));
            sigmas.append(Text.of("%9.4g", assessment.levels().sigma(level)));
            if (assessment.stable()) {
                left.append(Text.of("%9.3f", variances[level]));
            }
        }
        line(text, "level", numbers.toString());
        line(text, "σ", sigmas.toString());
        if (assessment.stable()) {
            line(text, "s_T²/σ²", left.toString());
        }
    }

    /** 1, 2, 4, 8, … and the last, as indices. */
    private List<Integer> shownLevels() {
        List<Integer> shown = new ArrayList<>();
        int last = evaluation.assessment().levels().count() - 1;
        for (int level = 1; level - 1 < last && shown.size() < MOST_SHOWN; level *= 2) {
            shown.add(level - 1);
        }
        shown.add(last);
        return shown;
    }

    /** What technique 2 asks for, and where training by default would do otherwise. */
    private String techniqueTwo() {
        int dimension = evaluation.assessment().dimension();
        if (!Ncsnv2.boundsRatio(dimension)) {
            return "technique 2 asks for nothing below 5 dimensions: levels overlap whatever their number";
        }
        NoiseLevels levels = evaluation.assessment().levels();
        double ratio = Ncsnv2.ratio(dimension, Ncsnv2.OVERLAP);
        int count = Ncsnv2.count(levels.largest(), levels.smallest(), ratio);
        TrainingSetup setup = evaluation.setup();
        OptionalInt trained = setup.configuration().noise().levels();
        return Text.of("technique 2 asks for C = %.1f: γ = %.4f, L = %d", Ncsnv2.OVERLAP, ratio, count)
                + (trained.isPresent() && trained.getAsInt() != levels.count()
                        ? Text.of("; preset %s trains %d, for speed", setup.preset(), trained.getAsInt())
                        : "");
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(Text.of("  %-8s %s%n", name, value));
    }

    private void describeTime(StringBuilder text) {
        long evaluations = evaluation.evaluations();
        boolean denoise = evaluation.setup().configuration().sampling().denoise();
        text.append(Text.of(
                "%nsampling takes %,d network evaluations%s%n",
                evaluations, denoise ? ", the final denoising step among them" : ""));
        String kind = SampleKind.plural(data().sample());
        SamplingTime time = evaluation.time();
        if (!time.problem().isEmpty()) {
            text.append("  how long that takes cannot be measured: ")
                    .append(time.problem())
                    .append('\n');
            return;
        }
        text.append(Text.of(
                "  %s for %,d %s, %s a step of %,d, with the network that training would begin with (%,d parameters)%n",
                Text.duration(time.total(evaluations)),
                time.images(),
                kind,
                Text.seconds(time.seconds()),
                time.batch(),
                time.parameters()));
    }

    /** The settings to train with, for {@code --config}. */
    String yaml() {
        String yaml = ConfigurationYaml.of(evaluation.settings());
        return evaluation.stepSizeFollows()
                ? yaml.replace(
                        "step-size: auto",
                        Text.of(
                                "step-size: auto # technique 4's, here %.4g",
                                evaluation.assessment().stepSize()))
                : yaml;
    }

    void writeJson(Path path) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", data().name());
        data.put("count", data().count());
        data.put("sha256", data().sha256());
        map.put("data", data);
        ScheduleAssessment assessment = evaluation.assessment();
        map.put("dimension", assessment.dimension());
        evaluation.distances().ifPresent(distances -> map.put("distances", toMap(distances)));
        NoiseLevels levels = assessment.levels();
        map.put("levels", levels.toArray());
        map.put("gamma", levels.ratio());
        map.put("overlap", assessment.overlap());
        map.put("stepsPerLevel", assessment.stepsPerLevel());
        map.put("stepSize", assessment.stepSize());
        map.put("publishedStepSize", assessment.publishedStepSize());
        map.put("signalToNoise", assessment.signalToNoise());
        map.put("stabilityLimit", Ncsnv2.stabilityLimit(levels));
        assessment.variance().ifPresent(variance -> map.put("variance", variance));
        map.put("variances", assessment.variances());
        map.put("evaluations", evaluation.evaluations());
        SamplingTime time = evaluation.time();
        if (time.problem().isEmpty()) {
            Map<String, Object> sampling = new LinkedHashMap<>();
            sampling.put("device", deviceName);
            sampling.put("parameters", time.parameters());
            sampling.put("batch", time.batch());
            sampling.put("secondsPerStep", time.seconds());
            sampling.put("samples", time.images());
            sampling.put("seconds", time.total(evaluation.evaluations()));
            map.put("sampling", sampling);
        }
        map.put("warnings", evaluation.warnings());
        map.put("version", Version.number());
        JsonFile.write(path, map);
    }

    private Map<String, Object> toMap(PairwiseDistances found) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("compared", found.compared());
        map.put("pairs", found.pairs());
        map.put("all", found.all());
        map.put("seed", evaluation.setup().configuration().training().seed());
        Map<String, Object> quantiles = new LinkedHashMap<>();
        SHARES.forEach(share -> quantiles.put(share.toString(), found.quantile(share)));
        map.put("quantiles", quantiles);
        map.put("largest", found.largest());
        map.put("exact", found.exact());
        map.put("farthestPair", found.farthestPair());
        evaluation.outliers().ifPresent(outliers -> map.put("outliers", outliers));
        return map;
    }
}
