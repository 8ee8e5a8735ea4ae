package scorefield.cli.evaluate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Tensor;
import scorefield.cli.console.Progress;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.Text;
import scorefield.cli.console.UserException;
import scorefield.cli.console.Version;
import scorefield.cli.data.RealData;
import scorefield.cli.option.ClassOptions;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.SamplerOptions;
import scorefield.cli.option.TuneChoice;
import scorefield.cli.option.TypedOptions;
import scorefield.cli.output.OutputFile;
import scorefield.cli.report.ReportPage;
import scorefield.cli.run.Classes;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.RunReport;
import scorefield.cli.run.Sampling;
import scorefield.ncsn.classifier.Classifier;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.evaluation.Evaluation;
import scorefield.ncsn.evaluation.ImageEvaluation;
import scorefield.ncsn.evaluation.Metric;
import scorefield.ncsn.evaluation.PointEvaluation;
import scorefield.ncsn.metric.Jackknife;
import scorefield.ncsn.metric.Measurement;
import scorefield.ncsn.metric.Neighbours;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.training.Checkpoint;

/** {@code scorefield evaluate}: how good samples are, in numbers that another person can reproduce. */
@Command(
        name = "evaluate",
        description =
                "Draws samples from a run, or takes them from a file, and measures them against real data: Frechet distance,"
                        + " precision, recall and classes by a classifier (trained here once for each labelled data set, and kept),"
                        + " distances of pixels, colours, and how near samples are to the training data. Each number comes with"
                        + " its 95 %% interval, without the last denoising step, and beside what real data get in the samples'"
                        + " place.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield evaluate",
            "      1000 samples of the newest run",
            "  scorefield evaluate --run runs/mnist --count 5000 --seed 7",
            "      more of them: numbers with different counts cannot be compared",
            "  scorefield evaluate --sampler consistent --evaluations 50",
            "      with a quicker sampler",
            "  scorefield evaluate --class all --guidance 1",
            "      of a run that was told classes, as many of each",
            "  scorefield evaluate --run runs/mnist --samples drawn.npy",
            "      samples that something else drew, N x H x W x C in [0, 1]",
            "  scorefield evaluate --samples fakes/ --reference photos.zip",
            "      any two sets of images of one size"
        })
public final class EvaluateCommand implements Callable<Integer> {

    /** Below, three nearest neighbours and covariances mean nothing. */
    private static final int LEAST = 10;

    /** Of the intervals: their ends are known to a tenth of their width. */
    private static final int GROUPS = 50;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description =
                    "The run's folder. Without it, the newest run in runs/; with --samples and --reference, none.")
    private @Nullable Path run;

    @Option(
            names = "--samples",
            paramLabel = "FILE",
            description =
                    "Measure these instead of drawing: an array .npy, N x H x W x C in [0, 1] or N x D, or images as"
                            + " they can be trained on.")
    private @Nullable Path samples;

    @Option(
            names = "--reference",
            paramLabel = "SOURCE",
            description =
                    "The real data: a source as for train --data. Without it, what is held out beside the run's data"
                            + " (MNIST's t10k, a folder 'test' beside 'train', built-in sets with another seed), else the run's data.")
    private @Nullable String reference;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many samples to draw (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Of the samples, the intervals and the division of the real data (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where evaluation.json, evaluation.md and neighbours.png go. Without it, the run's folder, or"
                    + " the current one where there is no run.")
    private @Nullable Path out;

    @Mixin
    private SamplerOptions sampler = new SamplerOptions();

    @Mixin
    private ClassOptions classOptions = new ClassOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Mixin
    private TuneChoice tune = new TuneChoice();

    private final KeptClassifiers classifiers;
    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final Map<String, String> lines = new LinkedHashMap<>();

    /** With classifiers kept in the user's cache folder. */
    public EvaluateCommand() {
        this(KeptClassifiers.OF_USER);
    }

    /** With classifiers made and kept otherwise. */
    public EvaluateCommand(KeptClassifiers classifiers) {
        this.classifiers = classifiers;
    }

    @Override
    public Integer call() throws IOException {
        boolean free = run == null && samples != null && reference != null;
        RunFolder folder = free ? null : run == null ? RunFolder.newest() : new RunFolder(run);
        Checkpoint checkpoint = folder == null ? null : folder.read();
        if (samples != null) {
            requireNothingToDraw();
        }
        TypedOptions asked = new TypedOptions(Settings.NONE);
        return asked.naming(() -> {
            if (checkpoint != null) {
                sampler.addTo(asked, checkpoint.configuration());
                // What cannot be drawn is refused before a classifier is trained.
                checkpoint.configuration().with(asked.settings()).sampler();
                classOptions.of(checkpoint);
            }
            evaluate(folder, checkpoint, asked.settings());
            return 0;
        });
    }

    /** An option that would do nothing is a misunderstanding. */
    private void requireNothingToDraw() {
        if (spec.commandLine().getParseResult().hasMatchedOption("--count")) {
            throw new UserException("--count: with --samples nothing is drawn; all that are there are measured");
        }
        List<String> typed = Stream.of("sampler", "classOptions")
                .flatMap(mixin -> spec.mixins().get(mixin).options().stream())
                .map(CommandLine.Model.OptionSpec::longestName)
                .filter(spec.commandLine().getParseResult()::hasMatchedOption)
                .toList();
        if (!typed.isEmpty()) {
            throw new UserException(
                    typed.get(0) + ": with --samples nothing is drawn, so nothing is to be said of the sampler");
        }
    }

    private void evaluate(@Nullable RunFolder folder, @Nullable Checkpoint checkpoint, Settings sampling)
            throws IOException {
        RunFolder target = new RunFolder(out != null ? out : folder == null ? Path.of("") : folder.path());
        Path page = target.path().resolve("evaluation.md");
        OutputFile.requireWritable(target.evaluation());
        EvaluatedSamples given = samples == null ? null : EvaluatedSamples.read(samples);
        int n = given == null ? count : given.samples().count();
        if (n < LEAST) {
            throw new UserException((given == null ? "--count: " : samples + ": ") + n
                    + " samples are too few to be measured; " + LEAST + " are the least");
        }
        RealData real = checkpoint == null
                ? RealData.given(String.valueOf(reference))
                : RealData.of(checkpoint, "--reference", reference, n);
        // What is drawn has the training data's shape: known before minutes are spent on drawing.
        requireComparable(given == null ? real.training() : given.samples(), real);
        facts.put("version", Version.number());
        facts.put("seed", seed);
        facts.put(
                "intervals",
                "95 %, by a delete-a-group jackknife of " + GROUPS + " groups; of shares by Wilson's formula");
        PrintWriter console = spec.commandLine().getOut();
        try (Device opened = device.open(spec.commandLine().getErr())) {
            tune.tune(opened, console);
            facts.put("device", opened.name());
            // First, since it is kept: whoever stops the program later has not waited for it in vain.
            Optional<Images> labelled = KeptClassifiers.labelled(real.training(), real.reference());
            if (labelled.isPresent()) {
                classifiers.of(labelled.get(), opened, console);
            }
            EvaluatedSamples evaluated = given != null
                    ? given
                    : draw(checkpoint, checkpoint.configuration().with(sampling), opened);
            describe(folder, checkpoint, evaluated.samples(), real);
            EvaluationReport report = evaluated.samples() instanceof Images
                    ? images(evaluated, real, opened, target)
                    : points(evaluated, real);
            lines.forEach((name, line) -> console.println(Text.of("%-10s %s", name, line)));
            console.println();
            console.print(report.toText());
            report.writeJson(target.evaluation());
            report.writeMarkdown(page);
        }
        console.println();
        console.println("report     " + page + ", " + target.evaluation());
        if (facts.containsKey("neighbours")) {
            console.println("neighbours " + target.neighbours());
        }
        if (folder != null && out == null) {
            ReportPage.write(RunReport.of(folder), ReportPage.pictures());
            console.println("page       " + folder.report());
        }
    }

    private static void requireComparable(DataSet samples, RealData real) {
        for (DataSet other : List.of(real.reference(), real.training())) {
            if (!samples.sample().equals(other.sample())) {
                throw new UserException(
                        SampleKind.describe(samples.sample()) + " cannot be held against " + other.name()
                                + ", which are " + SampleKind.describe(other.sample())
                                + "; give samples and a --reference of one shape");
            }
        }
        if (real.reference().count() < 2 * LEAST) {
            throw new UserException("--reference: " + real.reference().name() + " has "
                    + real.reference().count() + " samples; at least " + 2 * LEAST + " are needed");
        }
    }

    private EvaluatedSamples draw(Checkpoint checkpoint, Configuration configuration, Device opened) {
        SamplerChoice choice = configuration.sampler();
        String name = configuration.sampling().sampler().name();
        Tensor weights = Sampling.weights(opened, checkpoint);
        ScoreNetwork network = checkpoint.network();
        Optional<Classes> classes = classOptions.of(checkpoint);
        PrintWriter console = spec.commandLine().getOut();
        try (Sampler drawing = classes.map(told -> told.sampler(opened, network, weights, count, choice))
                        .orElseGet(() -> Sampling.sampler(opened, network, weights, count, choice));
                Progress progress = Progress.inPercent("sampling", console)) {
            EvaluatedSamples drawn = EvaluatedSamples.draw(drawing, count, seed, progress);
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("sampler", name);
            about.put("choices", choice.description());
            about.put("evaluations", drawing.evaluations());
            classes.ifPresent(told -> {
                about.put("classes", told.names());
                about.put("guidance", told.guidance());
            });
            facts.put("sampling", about);
            lines.put(
                    "sampling",
                    Text.of(
                            "%s: %s%s; %d evaluations of the network, seed %d, on %s",
                            name,
                            choice.description(),
                            classes.map(told -> "; in turn " + told.describe()).orElse(""),
                            drawing.evaluations(),
                            seed,
                            opened.name()));
            return drawn;
        }
    }

    /** Says what the numbers are about, for people and for programs. */
    private void describe(
            @Nullable RunFolder folder, @Nullable Checkpoint checkpoint, DataSet evaluated, RealData real) {
        Map<String, Object> about = new LinkedHashMap<>();
        if (samples != null) {
            about.put("file", samples.toString());
        }
        if (folder != null && checkpoint != null) {
            about.put("run", folder.path().toString());
            about.put("step", checkpoint.state().step());
        }
        about.put("count", evaluated.count());
        about.put("sha256", evaluated.sha256());
        facts.put("samples", about);
        String source = samples != null || folder == null || checkpoint == null
                ? "from " + samples
                : "drawn from " + folder.path() + ", step " + checkpoint.state().step();
        lines.put("samples", evaluated.count() + " " + SampleKind.plural(evaluated.sample()) + " " + source);
        facts.put("reference", summary(real.reference(), real.what()));
        lines.put(
                "reference",
                real.reference().name() + ": " + real.reference().count() + " "
                        + SampleKind.plural(evaluated.sample()) + ", " + real.what() + " (SHA-256 "
                        + real.reference().sha256().substring(0, 8) + "…)");
        int inTheirPlace = Math.min(evaluated.count(), real.reference().count() / 2);
        if (inTheirPlace < evaluated.count()) {
            lines.put(
                    "note",
                    Text.of(
                            "only %d real %s could be measured in the samples' place, and numbers of different n cannot be"
                                    + " compared; %s",
                            inTheirPlace,
                            SampleKind.plural(evaluated.sample()),
                            samples == null
                                    ? "--count " + inTheirPlace + " measures as many samples"
                                    : "give as few samples, or a larger --reference"));
        }
        if (real.training() != real.reference()) {
            facts.put("training", summary(real.training(), "what the run was trained on"));
        }
    }

    private static Map<String, Object> summary(DataSet data, String what) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", data.name());
        map.put("what", what);
        map.put("count", data.count());
        map.put("sha256", data.sha256());
        return map;
    }

    private EvaluationReport images(EvaluatedSamples evaluated, RealData real, Device opened, RunFolder target)
            throws IOException {
        Images reference = (Images) real.reference();
        Images training = (Images) real.training();
        Images drawn = (Images) evaluated.samples();
        Optional<Images> labelled = KeptClassifiers.labelled(training, reference);
        Classifier classifier = labelled.isEmpty() ? null : classifier(labelled.get(), reference, opened);
        Function<Images, Classifier.Seen> eye = classifier == null ? null : images -> classifier.see(opened, images);
        if (classifier == null) {
            facts.put("extractor", "none: neither the training data nor the reference has labels");
            lines.put(
                    "extractor",
                    "none: neither the training data nor the reference has labels, so nothing is measured by a"
                            + " classifier's features or classes");
        }
        say("looking at the reference: " + reference.count() + " images");
        ImageEvaluation evaluation = new ImageEvaluation(
                reference,
                training,
                eye,
                classifier == null ? 0 : classifier.network().classes(),
                drawn.count(),
                new Jackknife(GROUPS, seed));
        say("looking for the samples' neighbours among " + training.count() + " training images");
        Neighbours neighbours = evaluation.neighbours(drawn);
        NeighbourPicture.write(target.neighbours(), drawn, training, neighbours);
        facts.put("neighbours", "neighbours.png");
        List<EvaluationReport.Column> columns = new ArrayList<>();
        say("measuring the samples");
        columns.add(column("samples", "samples", drawn, evaluation.measure(drawn, neighbours)));
        if (evaluated.notDenoised() instanceof Images noisy) {
            say("measuring the samples before the last step");
            columns.add(column("notDenoised", "not denoised", noisy, evaluation.measure(noisy)));
        }
        Images halves = evaluation.real();
        say("measuring as many real images");
        columns.add(column("real", "real data", halves, evaluation.measure(halves)));
        return report(columns);
    }

    /** What is at work now: each of these may take a minute. */
    private void say(String work) {
        PrintWriter console = spec.commandLine().getOut();
        console.println(work);
        console.flush();
    }

    private EvaluationReport points(EvaluatedSamples evaluated, RealData real) {
        Points drawn = (Points) evaluated.samples();
        boolean mixture = real.reference().name().equals("mixture");
        Evaluation<Points> evaluation = new PointEvaluation(
                (Points) real.reference(),
                mixture ? PlanarSets.mixture() : null,
                drawn.count(),
                new Jackknife(GROUPS, seed));
        List<EvaluationReport.Column> columns = new ArrayList<>();
        columns.add(column("samples", "samples", drawn, evaluation.measure(drawn)));
        if (evaluated.notDenoised() instanceof Points noisy) {
            columns.add(column("notDenoised", "not denoised", noisy, evaluation.measure(noisy)));
        }
        columns.add(column("real", "real data", evaluation.real(), evaluation.measure(evaluation.real())));
        return report(columns);
    }

    private EvaluationReport report(List<EvaluationReport.Column> columns) {
        return new EvaluationReport(facts, lines, columns);
    }

    private static EvaluationReport.Column column(
            String key, String title, DataSet data, Map<Metric, Measurement> measured) {
        return new EvaluationReport.Column(key, title, data.count(), measured);
    }

    /** The data set's classifier: kept from before, or trained now. */
    private Classifier classifier(Images labelled, Images reference, Device opened) throws IOException {
        Classifier classifier =
                classifiers.of(labelled, opened, spec.commandLine().getOut());
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("network", classifier.network().description());
        about.put("sha256", classifier.sha256());
        about.put("trainedOn", summary(labelled, "labelled images"));
        about.put("seed", classifiers.recipe().seed());
        about.put("accuracy", classifier.accuracy());
        about.put("heldOut", classifier.heldOut());
        String line = Text.of(
                "a classifier trained on %s, SHA-256 %s…; right on %.2f %% of %d images held out",
                labelled.name(),
                classifier.sha256().substring(0, 8),
                100 * classifier.accuracy(),
                classifier.heldOut());
        if (reference != labelled && reference.classes().equals(labelled.classes())) {
            double accuracy = classifier.accuracy(classifier.see(opened, reference), reference);
            about.put("accuracyOnReference", accuracy);
            line += Text.of(", and on %.2f %% of the reference", 100 * accuracy);
        }
        facts.put("extractor", about);
        lines.put("extractor", line);
        return classifier;
    }
}
