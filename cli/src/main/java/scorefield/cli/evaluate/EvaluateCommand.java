package scorefield.cli.evaluate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.cli.console.SamplingProgress;
import scorefield.cli.console.UserException;
import scorefield.cli.option.AverageOption;
import scorefield.cli.option.ClassOptions;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RanksOption;
import scorefield.cli.option.RunOption;
import scorefield.cli.option.SamplerOptions;
import scorefield.cli.option.SeedOption;
import scorefield.cli.option.TuneChoice;
import scorefield.cli.option.TypedOptions;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.cli.report.ReportPage;
import scorefield.ncsn.Version;
import scorefield.ncsn.classifier.Classifier;
import scorefield.ncsn.classifier.KeptClassifiers;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Range;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.evaluation.EvaluatedSamples;
import scorefield.ncsn.evaluation.FeatureEvaluation;
import scorefield.ncsn.evaluation.FeatureExtractor;
import scorefield.ncsn.evaluation.FeatureStatistics;
import scorefield.ncsn.evaluation.ReferenceData;
import scorefield.ncsn.evaluation.SampleEvaluation;
import scorefield.ncsn.file.JsonFile;
import scorefield.ncsn.metric.GaussianFit;
import scorefield.ncsn.run.ClassCondition;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Average;
import scorefield.ncsn.training.Checkpoint;

/** {@code scorefield evaluate}: how good samples are, in numbers that can be reproduced. */
@Command(
        name = "evaluate",
        description = "Draws samples from a run, or takes them from a file, and compares them with real data:"
                + " Frechet distance, precision, recall and class shares from a classifier's features (the"
                + " classifier is trained once for each labelled data set, and kept), distances of pixels,"
                + " colours, and the distance to the training data. Each number has its 95 %% interval. The same"
                + " numbers are shown for the samples before the last denoising step, and for real data in the"
                + " samples' place.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield evaluate",
            "      1000 samples of the newest run",
            "  scorefield evaluate --run runs/mnist --count 5000 --seed 7",
            "      more samples; numbers can be compared only if their counts are equal",
            "  scorefield evaluate --sampler consistent --evaluations 50",
            "      with a faster sampler",
            "  scorefield evaluate --class all --guidance 1",
            "      with classifier-free guidance, from a class-conditional run",
            "  scorefield evaluate --run runs/mnist --samples drawn.npy",
            "      samples that something else drew, N x H x W x C from 0 to 1",
            "  scorefield evaluate --samples fakes/ --reference photos.zip",
            "      any two sets of images of one size",
            "  scorefield evaluate --count 5000 --extractor inception.onnx",
            "      by the features of another network; see docs/exchange.md"
        })
public final class EvaluateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Mixin
    private AverageOption average = new AverageOption();

    @Option(
            names = "--samples",
            paramLabel = "FILE",
            description = "Evaluate these samples instead of drawing new ones: an array (.npy, .npz, .safetensors),"
                    + " N x H x W x C in [0, 1] or N x D, or images as for train --data. With --reference as well, no"
                    + " run is needed.")
    private @Nullable Path samples;

    @Option(
            names = "--range",
            paramLabel = "LOW,HIGH",
            converter = RangeConverter.class,
            description =
                    "What black and white are in an array of images that --samples names, where it is not 0,1: such as"
                            + " -1,1 or 0,255.")
    private @Nullable Range range;

    @Option(
            names = "--reference",
            paramLabel = "SOURCE",
            description =
                    "The real data: a source as for train --data. Without it, held-out data beside the run's data"
                            + " (MNIST's t10k, a folder 'test' beside 'train', built-in sets with another seed), else the run's data.")
    private @Nullable String reference;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many samples to draw (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--averages",
            description = "Measure the samples of every moving average that the run keeps (training.half-lives), and of"
                    + " the parameters themselves, side by side.")
    private boolean averages;

    @Mixin
    private SeedOption seed = new SeedOption();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder for evaluation.json, evaluation.md and neighbours.png. Without it, the run's"
                    + " folder, or the current folder if there is no run.")
    private @Nullable Path out;

    @Mixin
    private ExtractorOptions extractor = new ExtractorOptions();

    @Mixin
    private SamplerOptions sampler = new SamplerOptions();

    @Mixin
    private ClassOptions classOptions = new ClassOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Mixin
    private TuneChoice tune = new TuneChoice();

    @Mixin
    private RanksOption together = new RanksOption();

    private final KeptClassifiers classifiers;
    private final Collective ranks;
    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final Map<String, String> lines = new LinkedHashMap<>();

    /** Reads --range. */
    static final class RangeConverter implements CommandLine.ITypeConverter<Range> {
        @Override
        public Range convert(String text) {
            try {
                return Range.parse(text);
            } catch (BadConfigurationException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }

    /**
     * With classifiers kept in the user's cache folder.
     *
     * @param ranks that draw the samples together; the first measures them
     */
    public EvaluateCommand(Collective ranks) {
        this(ShownClassifiers.OF_USER, ranks);
    }

    /** With classifiers made and kept otherwise. */
    public EvaluateCommand(KeptClassifiers classifiers) {
        this(classifiers, Collective.ALONE);
    }

    private EvaluateCommand(KeptClassifiers classifiers, Collective ranks) {
        this.classifiers = classifiers;
        this.ranks = ranks;
    }

    @Override
    public Integer call() throws IOException {
        if (together.isAsked()) {
            return together.start(spec);
        }
        boolean byExtractor = extractor.isGiven();
        RanksOption.requireAlone(ranks, "--samples", samples != null);
        RanksOption.requireAlone(ranks, "--extractor", byExtractor);
        if (range != null && samples == null) {
            throw new UserException("--range has no effect without --samples; leave it out");
        }
        boolean free = run.named().isEmpty() && samples != null && reference != null;
        Run opened = free ? null : average.of(run.open());
        if (samples != null) {
            requireNothingToDraw();
        }
        if (averages && average.name() != null) {
            throw new UserException("--averages measures every average; leave out --average");
        }
        TypedOptions asked = new TypedOptions(Settings.NONE);
        return asked.naming(() -> {
            if (opened != null) {
                sampler.addTo(asked, opened.configuration());
                // What cannot be drawn is refused before a classifier is trained.
                opened.configuration().with(asked.settings()).sampler();
                classOptions.of(opened.checkpoint());
            }
            if (byExtractor) {
                evaluateByExtractor(opened, asked.settings());
            } else if (opened != null && !ranks.isFirst()) {
                drawForFirst(opened, asked.settings());
            } else {
                evaluate(opened, asked.settings());
            }
            return 0;
        });
    }

    /** What is measured by the features of a network of others, in a table and as {@code extractor.json}. */
    private void evaluateByExtractor(@Nullable Run evaluatedRun, Settings sampling) throws IOException {
        Path folder = out != null
                ? out
                : evaluatedRun == null ? Path.of("") : evaluatedRun.folder().path();
        Path json = folder.resolve("extractor.json");
        OutputFile.require(json, OutputFormat.JSON);
        OutputFile.requireIfGiven(extractor.statistics(), OutputFormat.NPZ);
        OutputFile.requireApart(
                Arrays.asList(json, extractor.statistics()),
                Arrays.asList(
                        samples,
                        Optional.ofNullable(reference).flatMap(DataSets::file).orElse(null)));
        PrintWriter console = spec.commandLine().getOut();
        try (FeatureExtractor network = extractor.open()) {
            boolean statistics = reference != null && FeatureStatistics.recognises(Path.of(reference));
            ReferenceData real = statistics
                    ? null
                    : evaluatedRun == null
                            ? ReferenceData.given(String.valueOf(reference))
                            : ReferenceData.of(evaluatedRun.checkpoint(), reference, count);
            Images evaluated = images(
                    samples == null
                            ? drawn(evaluatedRun, sampling)
                            : EvaluatedSamples.read(samples, Optional.ofNullable(range))
                                    .samples());
            console.println("extractor  " + network.description());
            console.println("samples    " + evaluated);
            console.println("reference  "
                    + (real == null
                            ? reference + ": statistics"
                            : real.reference().toString()));
            say("looking at the samples: " + evaluated.count() + " images");
            double[][] features = network.features(evaluated);
            if (extractor.statistics() != null) {
                FeatureStatistics.write(extractor.statistics(), GaussianFit.of(features));
            }
            Map<String, Double> measured;
            if (real == null) {
                measured = FeatureEvaluation.of(features, FeatureStatistics.read(Path.of(reference)));
            } else {
                say("looking at the reference: " + real.reference().count() + " images");
                measured = FeatureEvaluation.of(features, network.features(images(real.reference())), seed.value());
            }
            console.println();
            measured.forEach((name, value) -> console.println(Text.of("%-16s %.6g", name, value)));
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("version", Version.number());
            report.put("extractor", network.description());
            report.put("samples", summary(evaluated, samples == null ? "drawn" : samples.toString()));
            report.put("reference", real == null ? reference : summary(real.reference(), real.what()));
            report.put("seed", seed.value());
            report.put("metrics", measured);
            JsonFile.write(json, report);
        }
        console.println();
        console.println("report     " + json);
        if (extractor.statistics() != null) {
            console.println("statistics " + extractor.statistics());
        }
    }

    private DataSet drawn(@Nullable Run evaluatedRun, Settings sampling) throws IOException {
        try (Device opened = tune.open(device, spec.commandLine())) {
            return draw(evaluatedRun, evaluatedRun.configuration().with(sampling), opened)
                    .samples();
        }
    }

    private static Images images(DataSet data) {
        if (data instanceof Images images) {
            return images;
        }
        throw new UserException("--extractor sees images, but " + data.name() + " holds points; leave it out");
    }

    /** Refuses an option that would have no effect. */
    private void requireNothingToDraw() {
        if (spec.commandLine().getParseResult().hasMatchedOption("--count")) {
            throw new UserException("--count has no effect with --samples, all of which are measured; leave it out");
        }
        if (averages) {
            throw new UserException(
                    "--averages has no effect with --samples, for which nothing is drawn; leave it out");
        }
        List<String> typed = Stream.of("sampler", "classOptions", "average")
                .flatMap(mixin -> spec.mixins().get(mixin).options().stream())
                .map(CommandLine.Model.OptionSpec::longestName)
                .filter(spec.commandLine().getParseResult()::hasMatchedOption)
                .toList();
        if (!typed.isEmpty()) {
            throw new UserException(
                    typed.get(0) + " has no effect with --samples, for which nothing is drawn; leave it out");
        }
    }

    /** On another rank than the first: its part of the samples, in the order in which the first measures them. */
    private void drawForFirst(Run drawnRun, Settings sampling) {
        Configuration configuration = drawnRun.configuration().with(sampling);
        try (Device opened = tune.open(device, ranks, spec.commandLine())) {
            draw(drawnRun, configuration, opened);
            if (averages) {
                List<String> labels = Average.labels(configuration.training());
                labels.subList(1, labels.size())
                        .forEach(label -> draw(drawnRun.withAverage(label), configuration, opened));
            }
        }
    }

    private void evaluate(@Nullable Run evaluatedRun, Settings sampling) throws IOException {
        RunFolder target = new RunFolder(
                out != null
                        ? out
                        : evaluatedRun == null
                                ? Path.of("")
                                : evaluatedRun.folder().path());
        Path page = target.path().resolve("evaluation.md");
        OutputFile.requireWritableFolder(target.path());
        List.of(target.evaluation(), page, target.neighbours())
                .forEach(file -> OutputFile.require(file, OutputFormat.JSON, OutputFormat.MARKDOWN, OutputFormat.PNG));
        OutputFile.requireApart(
                List.of(target.path()),
                Arrays.asList(
                        samples,
                        Optional.ofNullable(reference).flatMap(DataSets::file).orElse(null)));
        EvaluatedSamples given = samples == null ? null : EvaluatedSamples.read(samples, Optional.ofNullable(range));
        int n = given == null ? count : given.samples().count();
        if (n < SampleEvaluation.LEAST) {
            throw new UserException(
                    given == null
                            ? "--count must be at least " + SampleEvaluation.LEAST + " for samples to be measured; got "
                                    + n
                            : samples + ": at least " + SampleEvaluation.LEAST + " samples are needed; there are " + n);
        }
        ReferenceData real = evaluatedRun == null
                ? ReferenceData.given(String.valueOf(reference))
                : ReferenceData.of(evaluatedRun.checkpoint(), reference, n);
        if (given != null) {
            real = real.inColourLike(given.samples());
            given = given.inColourLike(real.reference());
        }
        // What is drawn has the training data's shape: known before minutes are spent on drawing.
        SampleEvaluation.requireComparable(given == null ? real.training() : given.samples(), real);
        facts.put("version", Version.number());
        facts.put("seed", seed.value());
        facts.put(
                "intervals",
                "95 %, by a delete-a-group jackknife of " + SampleEvaluation.GROUPS
                        + " groups; of shares by Wilson's formula");
        PrintWriter console = spec.commandLine().getOut();
        Stream.of(given == null ? real.training() : given.samples(), real.reference())
                .distinct()
                .forEach(data -> data.notes().forEach(note -> say("note: " + data.name() + ": " + note)));
        try (Device opened = tune.open(device, ranks, spec.commandLine())) {
            facts.put("device", opened.name());
            // First, since it is kept: if the program is stopped later, the time is not lost.
            Optional<Images> labelled = KeptClassifiers.labelled(real.training(), real.reference());
            Classifier classifier =
                    labelled.isEmpty() ? null : ShownClassifiers.of(classifiers, labelled.get(), opened, console);
            EvaluatedSamples evaluated = given != null
                    ? given
                    : draw(evaluatedRun, evaluatedRun.configuration().with(sampling), opened);
            describe(evaluatedRun, evaluated.samples(), real);
            if (evaluated.samples() instanceof Images) {
                describe(classifier, labelled, real.reference(), opened);
            }
            SampleEvaluation evaluation =
                    SampleEvaluation.of(opened, evaluated, real, classifier, seed.value(), this::say);
            if (evaluation.neighbours().isPresent()) {
                NeighbourPicture.write(
                        target.neighbours(),
                        (Images) evaluated.samples(),
                        (Images) real.training(),
                        evaluation.neighbours().get());
                facts.put("neighbours", "neighbours.png");
            }
            List<SampleEvaluation.Column> columns = new ArrayList<>(evaluation.columns());
            if (averages) {
                columns.addAll(1, ofOtherAverages(evaluatedRun, sampling, real, classifier, opened));
            }
            EvaluationReport report = new EvaluationReport(facts, lines, columns);
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
        if (evaluatedRun != null && out == null) {
            ReportPage.write(evaluatedRun.status(), ReportPage.pictures());
            console.println("page       " + evaluatedRun.folder().report());
        }
    }

    /** What is measured of the samples of each average but the first, and of the parameters themselves. */
    private List<SampleEvaluation.Column> ofOtherAverages(
            Run evaluatedRun, Settings sampling, ReferenceData real, @Nullable Classifier classifier, Device opened) {
        List<SampleEvaluation.Column> columns = new ArrayList<>();
        List<String> labels = Average.labels(evaluatedRun.configuration().training());
        for (String label : labels.subList(1, labels.size())) {
            say("average " + label);
            EvaluatedSamples drawn = draw(
                    evaluatedRun.withAverage(label),
                    evaluatedRun.configuration().with(sampling),
                    opened);
            SampleEvaluation.Column measured = SampleEvaluation.of(
                            opened, drawn, real, classifier, seed.value(), this::say)
                    .columns()
                    .get(0);
            columns.add(new SampleEvaluation.Column(
                    "average." + label, "average " + label, measured.count(), measured.measured()));
        }
        return columns;
    }

    private EvaluatedSamples draw(Run drawnRun, Configuration configuration, Device opened) {
        SamplerChoice choice = configuration.sampler();
        String name = configuration.sampling().sampler().name();
        ScoreModel model = drawnRun.on(opened);
        Checkpoint checkpoint = drawnRun.checkpoint();
        Optional<ClassCondition> classes = classOptions.of(checkpoint).or(() -> ClassCondition.all(checkpoint));
        PrintWriter console = spec.commandLine().getOut();
        try (Sampler drawing = classes.map(condition -> model.sampler(choice, condition, count))
                .orElseGet(() -> model.sampler(choice, count))) {
            EvaluatedSamples drawn = SamplingProgress.during(
                    "sampling",
                    console,
                    progress -> EvaluatedSamples.draw(drawing, count, seed.value(), ranks, progress));
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("sampler", name);
            if (average.name() != null) {
                about.put("average", average.name());
            }
            about.put("choices", choice.description());
            about.put("evaluations", choice.networkEvaluations(drawing));
            classes.ifPresent(condition -> {
                about.put("classes", condition.names());
                about.put("guidance", condition.guidance());
            });
            facts.put("sampling", about);
            lines.put(
                    "sampling",
                    Text.of(
                            "%s: %s%s%s; %d evaluations of the network, seed %d, on %s",
                            name,
                            choice.description(),
                            classes.map(condition -> "; in turn " + condition.describe())
                                    .orElse(""),
                            average.name() == null ? "" : "; average " + average.name(),
                            choice.networkEvaluations(drawing),
                            seed.value(),
                            opened.name()));
            return classes.filter(condition -> !condition.isNone(checkpoint))
                    .map(condition -> drawn.withLabels(
                            condition.labels(count), checkpoint.data().classes()))
                    .orElse(drawn);
        }
    }

    /** Describes what the numbers are about, in text and for programs. */
    private void describe(@Nullable Run drawnFrom, DataSet evaluated, ReferenceData real) {
        Map<String, Object> about = new LinkedHashMap<>();
        if (samples != null) {
            about.put("file", samples.toString());
        }
        if (drawnFrom != null) {
            about.put("run", drawnFrom.folder().path().toString());
            about.put("step", drawnFrom.checkpoint().state().step());
        }
        about.put("count", evaluated.count());
        about.put("sha256", evaluated.sha256());
        facts.put("samples", about);
        String source = samples != null ? "from " + samples : "drawn from " + drawnFrom;
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
                                    : "give no more samples than that, or a larger --reference"));
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

    /** Prints what is at work now: each part may take a minute. */
    private void say(String work) {
        PrintWriter console = spec.commandLine().getOut();
        console.println(work);
        console.flush();
    }

    /** Says which classifier gives features and classes. */
    private void describe(
            @Nullable Classifier classifier, Optional<Images> labelled, DataSet reference, Device opened) {
        if (classifier == null || labelled.isEmpty()) {
            facts.put("extractor", "none: neither the training data nor the reference has labels");
            lines.put(
                    "extractor",
                    "none: neither the training data nor the reference has labels, so nothing is measured by a"
                            + " classifier's features or classes");
            return;
        }
        Images learned = labelled.get();
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("network", classifier.network().description());
        about.put("sha256", classifier.sha256());
        about.put("trainedOn", summary(learned, "labelled images"));
        about.put("seed", classifiers.recipe().seed());
        about.put("accuracy", classifier.accuracy());
        about.put("heldOut", classifier.heldOut());
        String line = Text.of(
                "a classifier trained on %s, SHA-256 %s…; right on %.2f %% of %d held-out images",
                learned.name(), classifier.sha256().substring(0, 8), 100 * classifier.accuracy(), classifier.heldOut());
        if (reference instanceof Images images
                && reference != learned
                && reference.classes().equals(learned.classes())) {
            double accuracy = classifier.accuracy(classifier.see(opened, images), images);
            about.put("accuracyOnReference", accuracy);
            line += Text.of(", and on %.2f %% of the reference", 100 * accuracy);
        }
        facts.put("extractor", about);
        lines.put("extractor", line);
    }
}
