package scorefield.cli.sample;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.SamplingProgress;
import scorefield.cli.console.UserException;
import scorefield.cli.evaluate.ShownClassifiers;
import scorefield.cli.option.AverageOption;
import scorefield.cli.option.ClassOptions;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.OutOption;
import scorefield.cli.option.RanksOption;
import scorefield.cli.option.RunOption;
import scorefield.cli.option.SamplerOptions;
import scorefield.cli.option.SeedOption;
import scorefield.cli.option.TuneChoice;
import scorefield.cli.option.TypedOptions;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.cli.picture.Animation;
import scorefield.cli.picture.ClassPictures;
import scorefield.cli.picture.ImagePictures;
import scorefield.cli.picture.OptionalPictures;
import scorefield.cli.picture.PlanarGround;
import scorefield.cli.picture.PointPictures;
import scorefield.ncsn.classifier.Classifier;
import scorefield.ncsn.classifier.KeptClassifiers;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.SamplingSettings;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.evaluation.ReferenceData;
import scorefield.ncsn.evaluation.SamplerComparison;
import scorefield.ncsn.file.Sha256;
import scorefield.ncsn.run.ClassCondition;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.samples.SampleOrder;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;

/** {@code scorefield sample}: new samples from a run. */
@Command(
        name = "sample",
        description = "Draws new images, or points, with a trained network. The default sampler is annealed"
                + " Langevin dynamics: x <- x + (alpha/2)*score + sqrt(alpha)*z, alpha = step-size *"
                + " (sigma/sigma-min)^2, T steps at each of L noise levels. No data set is needed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield sample",
            "      the newest run; its settings say how many samples",
            "  scorefield sample --run runs/mnist --count 100 --seed 7 --out digits.png",
            "      a hundred samples; the same seed always draws the same ones",
            "  scorefield sample --count 50000 --out samples.npz",
            "      an array for NumPy, drawn to disk; --resume goes on after an interruption",
            "  scorefield sample --count 16 --frames annealing.gif",
            "      and an animation: noise becomes images, level by level",
            "  scorefield sample --sampler consistent --evaluations 50",
            "      faster: one evaluation of the network for each noise level",
            "  scorefield sample --compare --evaluations 5,10,50",
            "      compares the quality and the cost of all samplers",
            "  scorefield sample --class all --guidance 1",
            "      a row of images for each class, of a class-conditional run",
            "  scorefield sample --run runs/moons --field field.png --paths paths.png",
            "      for points: also the learned score, and the paths of a few samples"
        })
public final class SampleCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Mixin
    private AverageOption average = new AverageOption();

    @Option(
            names = "--count",
            paramLabel = "N",
            description =
                    "How many samples; of each class, where --class names several. Without it, as many as the run's"
                            + " sampling.images (of several classes, 8 of each).")
    private @Nullable Integer count;

    @Mixin
    private OutOption out = new OutOption();

    @Option(
            names = "--bytes",
            description = "With --out .npy, .npz or .safetensors: images as bytes, not as float32 in [0, 1].")
    private boolean bytes;

    @Option(
            names = "--resume",
            description = "Go on with a drawing to --out that was interrupted: what is in FILE.partial is kept.")
    private boolean resume;

    @Mixin
    private SeedOption seed = new SeedOption();

    @Mixin
    private SamplerOptions sampler = new SamplerOptions();

    @Mixin
    private ClassOptions classOptions = new ClassOptions();

    @Option(
            names = "--frames",
            paramLabel = "FILE.gif",
            description = "Also write an animation of the annealing (of images, the first 64).")
    private @Nullable Path frames;

    @Option(
            names = "--paths",
            paramLabel = "FILE.png",
            description = "For points: also draw the paths of a few samples, over the density of the samples.")
    private @Nullable Path paths;

    @Option(
            names = "--field",
            paramLabel = "FILE.png",
            description = "For points: also draw the learned score as arrows, over the density of the samples.")
    private @Nullable Path field;

    @Option(
            names = "--compare",
            description = "Compare all samplers, at several numbers of evaluations: report how far their samples are"
                    + " from the run's data, as a table, as a plot (--out; without it, compare.png in the run's"
                    + " folder) and as JSON beside it.")
    private boolean compare;

    @Option(
            names = "--against",
            paramLabel = "SOURCE",
            description = "For --compare: the real data, a source as for train --data. Without it, held-out data beside"
                    + " the run's data (MNIST's t10k, built-in sets with another seed), else the run's data.")
    private @Nullable String against;

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Mixin
    private TuneChoice tune = new TuneChoice();

    @Mixin
    private RanksOption together = new RanksOption();

    private final KeptClassifiers classifiers;
    private final Collective ranks;

    /**
     * With classifiers kept in the user's cache folder.
     *
     * @param ranks that draw together
     */
    public SampleCommand(Collective ranks) {
        this(ShownClassifiers.OF_USER, ranks);
    }

    /** With classifiers made and kept otherwise. */
    public SampleCommand(KeptClassifiers classifiers) {
        this(classifiers, Collective.ALONE);
    }

    private SampleCommand(KeptClassifiers classifiers, Collective ranks) {
        this.classifiers = classifiers;
        this.ranks = ranks;
    }

    @Override
    public Integer call() throws IOException {
        if (together.isAsked()) {
            return together.start(spec);
        }
        RanksOption.requireAlone(ranks, "--compare", compare);
        RanksOption.requireAlone(ranks, "--frames", frames != null);
        Run opened = average.of(run.open());
        Checkpoint checkpoint = opened.checkpoint();
        boolean points = SampleKind.isPoint(checkpoint.data().sample());
        requirePoints("--paths", paths, checkpoint);
        requirePoints("--field", field, checkpoint);
        Optional<ClassCondition> classes = classOptions.of(checkpoint);
        if (frames != null && classes.isPresent() && classes.get().count() > 1) {
            throw new UserException("--frames can show one class only; name one with --class");
        }
        TypedOptions asked = new TypedOptions(Settings.NONE);
        if (compare && classes.isPresent()) {
            throw new UserException(
                    "--class has no effect with --compare, which draws samples of all classes; leave it out");
        }
        if (compare) {
            return asked.naming(() -> compare(opened, asked));
        }
        if (against != null) {
            throw new UserException("--against has no effect without --compare; give --compare as well");
        }
        return asked.naming(() -> {
            asked.add("--count", "sampling.images", count);
            sampler.addTo(asked, checkpoint.configuration());
            Configuration configuration = checkpoint.configuration().with(asked.settings());
            SamplerChoice choice = configuration.sampler();
            Optional<SampleFile> file = SampleFile.of(out.named(), opened.sample(), bytes, resume);
            file.ifPresent(one -> {
                RanksOption.requireAlone(ranks, "--out " + one.target(), true);
                Stream.of(frames, paths, field).filter(Objects::nonNull).forEach(picture -> {
                    throw new UserException(
                            picture + ": such pictures are drawn beside a picture of the samples only; draw"
                                    + " them in a second command, with --out FILE.png and the same --seed");
                });
            });
            Path target =
                    file.map(SampleFile::target).orElseGet(() -> out.file(opened, "sample.png", OutputFormat.PNG));
            OutputFile.requireIfGiven(frames, OutputFormat.GIF);
            OutputFile.requireIfGiven(paths, OutputFormat.PNG);
            OutputFile.requireIfGiven(field, OutputFormat.PNG);
            OutputFile.requireApart(Arrays.asList(target, frames, paths, field), List.of());
            PrintWriter console = spec.commandLine().getOut();
            try (Device on = tune.open(device, ranks, spec.commandLine())) {
                if (!ranks.isFirst()) {
                    drawForFirst(opened.on(on), choice, classes, configuration.sampling());
                    return 0;
                }
                announce(opened, choice, configuration.sampling(), classes, on);
                if (file.isPresent()) {
                    drawToFile(opened, opened.on(on), configuration, choice, classes, file.get());
                } else if (classes.isPresent()) {
                    drawClasses(opened.on(on), configuration, choice, classes.get(), target);
                } else {
                    draw(opened, opened.on(on), configuration, choice, target);
                }
            }
            print(console, points ? "points" : "images", target);
            print(console, "frames", frames);
            print(console, "paths ", paths);
            print(console, "score ", field);
            return 0;
        });
    }

    private int compare(Run compared, TypedOptions asked) throws IOException {
        Checkpoint checkpoint = compared.checkpoint();
        requireNoPicture("--frames", frames);
        requireNoPicture("--paths", paths);
        requireNoPicture("--field", field);
        if (bytes || resume) {
            throw new UserException((resume ? "--resume" : "--bytes")
                    + " has no effect with --compare, which writes no samples; leave one of the two out");
        }
        int samples = count == null ? SamplerComparison.COUNT : count;
        asked.add("--count", "sampling.images", samples);
        sampler.addSharedTo(asked);
        Configuration configuration = checkpoint.configuration().with(asked.settings());
        ReferenceData real = ReferenceData.of(checkpoint, against, samples);
        Path plot = out.file(compared, "compare.png", OutputFormat.PNG);
        Path json = OutputFile.isStream(plot)
                ? compared.folder().path().resolve("compare.json")
                : OutputFile.beside(plot, OutputFormat.JSON);
        OutputFile.require(json, OutputFormat.JSON);
        OutputFile.requireApart(
                List.of(plot, json),
                Stream.ofNullable(against)
                        .map(DataSets::file)
                        .flatMap(Optional::stream)
                        .toList());
        SamplerComparison comparison = new SamplerComparison(
                configuration, real.reference(), sampler.compared(SamplerComparison.EVALUATIONS), seed.value());
        PrintWriter console = spec.commandLine().getOut();
        try (Device opened = tune.open(device, spec.commandLine())) {
            Optional<Images> labelled = KeptClassifiers.labelled(real.training(), real.reference());
            Classifier classifier =
                    labelled.isEmpty() ? null : ShownClassifiers.of(classifiers, labelled.get(), opened, console);
            ComparisonReport report = new ComparisonReport(
                    compared.folder().path().toString(),
                    checkpoint.state().step(),
                    real.reference(),
                    samples,
                    seed.value(),
                    opened.name(),
                    classifier == null ? null : classifier.sha256(),
                    comparison.distances(classifier == null ? null : images -> classifier.see(opened, images)));
            console.println(Text.of(
                    "%d %s by every sampler against %s (%s): %d evaluations of the network for each",
                    samples,
                    SampleKind.plural(checkpoint.data().sample()),
                    real.reference().name(),
                    real.what(),
                    comparison.evaluations()));
            List<SamplerComparison.Result> results = compared(comparison, compared.on(opened), report);
            report.writeJson(json, results);
            print(console, "json", json);
            if (new OptionalPictures(console).draw(() -> report.writePlot(plot, results))) {
                print(console, "plot", plot);
            }
        }
        return 0;
    }

    private static void requireNoPicture(String option, @Nullable Path file) {
        if (file != null) {
            throw new UserException(option
                    + " has no effect with --compare, which draws no picture of one sampler's samples; leave one of"
                    + " the two out");
        }
    }

    /** The table grows line by line, so that an early stop keeps what was found. */
    private List<SamplerComparison.Result> compared(
            SamplerComparison comparison, ScoreModel model, ComparisonReport report) {
        try (Progress progress =
                Progress.inPercent("comparing", spec.commandLine().getOut())) {
            progress.print(report.head());
            progress.print(report.lineOfRealData());
            return comparison.run(model, report.distances(), new SamplerComparison.Watch() {
                @Override
                public void at(double fraction, String doing) {
                    progress.share(fraction, doing);
                }

                @Override
                public void found(SamplerComparison.Result result) {
                    progress.print(report.line(result));
                }
            });
        }
    }

    private static void requirePoints(String option, @Nullable Path file, Checkpoint checkpoint) {
        Shape sample = checkpoint.data().sample();
        if (file != null && !SampleKind.isPoint(sample)) {
            throw new UserException(option
                    + ": only points of the plane can be drawn like this, but this run's samples are images " + sample);
        }
    }

    private static void print(PrintWriter console, String what, @Nullable Path file) {
        if (file != null) {
            console.println(what + "  " + file);
        }
    }

    private void announce(
            Run opened, SamplerChoice choice, SamplingSettings settings, Optional<ClassCondition> classes, Device on) {
        int each = classes.map(asked -> ClassOptions.ofEach(asked, count, settings.images()))
                .orElse(settings.images());
        int samples = each * classes.map(ClassCondition::count).orElse(1);
        spec.commandLine()
                .getOut()
                .println(Text.of(
                        "%s: %d %s%s, %s, by the %s sampler, on %s",
                        opened,
                        samples,
                        SampleKind.plural(opened.sample()),
                        classes.map(asked -> ", " + (asked.count() == 1 ? "" : each + " of each ") + asked.describe())
                                .orElse(opened.checkpoint().network().classes() > 0 ? ", of all classes in turn" : ""),
                        choice.description(),
                        settings.sampler().name(),
                        on.name()));
    }

    private void drawToFile(
            Run drawn,
            ScoreModel model,
            Configuration configuration,
            SamplerChoice choice,
            Optional<ClassCondition> classes,
            SampleFile file)
            throws IOException {
        int images = configuration.sampling().images();
        int each =
                classes.map(asked -> ClassOptions.ofEach(asked, count, images)).orElse(images);
        SampleOrder order = classes.map(asked -> asked.order(each)).orElseGet(() -> SampleOrder.asDrawn(each));
        Map<String, String> how = how(drawn.checkpoint(), configuration, choice, classes);
        try (Sampler drawing =
                classes.isPresent() ? model.sampler(choice, classes.get(), each) : model.sampler(choice, each)) {
            file.draw(drawing, order, seed.value(), how, spec.commandLine().getOut());
        }
    }

    /** What samples depend on besides the seed and the sampler's batch. */
    static Map<String, String> how(
            Checkpoint checkpoint,
            Configuration configuration,
            SamplerChoice choice,
            Optional<ClassCondition> classes) {
        Map<String, String> how = new LinkedHashMap<>();
        how.put("network", Sha256.of(checkpoint.state().average()));
        how.put("sampler", configuration.sampling().sampler().name() + ": " + choice.description());
        how.put("classes", classes.map(ClassCondition::describe).orElse("all in turn"));
        boolean guided = choice.guidance().active();
        how.put("autoguidance", guided ? choice.guidance().toString() : "none");
        how.put(
                "guide",
                checkpoint
                        .state()
                        .guide()
                        .filter(guide -> guided)
                        .map(Sha256::of)
                        .orElse("none"));
        return how;
    }

    private void draw(Run drawn, ScoreModel model, Configuration configuration, SamplerChoice choice, Path target)
            throws IOException {
        int samples = configuration.sampling().images();
        try (Sampler drawing = model.sampler(choice, samples)) {
            if (!SampleKind.isPoint(drawn.sample())) {
                drawImages(drawing, drawn.sample(), samples, target);
                return;
            }
            PointPictures pictures = drawPoints(drawing, drawn, samples, target);
            NoiseLevels levels = configuration.noiseLevels();
            if (field != null) {
                pictures.writeField(field, model.device(), model.score(), pictures.fieldLevel(levels));
            }
            if (paths != null) {
                pictures.writePaths(
                        paths, choice, model.device(), model.score(choice.guidance()), levels, seed.value(), () -> {});
            }
        }
    }

    private void drawClasses(
            ScoreModel model, Configuration configuration, SamplerChoice choice, ClassCondition classes, Path target)
            throws IOException {
        int each = ClassOptions.ofEach(classes, count, configuration.sampling().images());
        int rows = classes.count();
        try (Sampler drawing = model.sampler(choice, classes, each)) {
            if (rows == 1) {
                drawImages(drawing, model.network().sample(), each, target);
                return;
            }
            Values drawn = sample(drawing, rows * each, stage -> {});
            new OptionalPictures(spec.commandLine().getOut())
                    .draw(() -> new ClassPictures(classes).write(target, drawn, ""));
        }
    }

    private void drawImages(Sampler sampler, Shape sample, int samples, Path target) throws IOException {
        ImagePictures pictures = new ImagePictures();
        Animation animation = new Animation();
        Values drawn = sample(sampler, samples, stage -> animation.add(pictures.frame(stage.x(), stage.sigma())));
        pictures.write(target, drawn, "");
        if (frames != null) {
            animation.add(pictures.frame(firstOf(drawn, sample), 0));
            animation.write(frames);
        }
    }

    /** On another rank than the first: its part of the samples, which the first shows. */
    private void drawForFirst(
            ScoreModel model, SamplerChoice choice, Optional<ClassCondition> classes, SamplingSettings settings) {
        int each = classes.map(asked -> ClassOptions.ofEach(asked, count, settings.images()))
                .orElse(settings.images());
        try (Sampler drawing =
                classes.map(asked -> model.sampler(choice, asked, each)).orElseGet(() -> model.sampler(choice, each))) {
            sample(drawing, each * classes.map(ClassCondition::count).orElse(1), stage -> {});
        }
    }

    private record Noisy(Values x, double sigma) {}

    /** The part of the plane that is shown follows from the samples, so frames are drawn after them. */
    private PointPictures drawPoints(Sampler sampler, Run of, int samples, Path target) throws IOException {
        List<Noisy> watched = new ArrayList<>();
        Values drawn = sample(sampler, samples, stage -> watched.add(new Noisy(stage.x(), stage.sigma())));
        PointPictures pictures =
                new PointPictures(PlanarGround.ofSamples(of.configuration().data(), drawn.floats()));
        pictures.write(target, drawn, "of " + of);
        if (frames != null) {
            Animation animation = new Animation();
            watched.forEach(noisy -> animation.add(pictures.frame(noisy.x(), noisy.sigma())));
            animation.add(pictures.frame(firstOf(drawn, of.sample()), 0));
            animation.write(frames);
        }
        return pictures;
    }

    /** @param watcher watches the stages that an animation shows, where there is one */
    private Values sample(Sampler sampler, int samples, Sampler.Observer watcher) {
        Animation animation = new Animation();
        PrintWriter console = spec.commandLine().getOut();
        return SamplingProgress.draw("sampling", console, sampler, samples, seed.value(), ranks, stage -> {
            if (frames != null && stage.batch() == 0 && animation.wants(stage.done())) {
                watcher.stageDone(stage);
            }
        });
    }

    /** The samples that an animation shows: those of the first batch. */
    private static Values firstOf(Values samples, Shape sample) {
        int count = Math.min(samples.shape().dim(0), ScoreModel.batch(sample));
        return Values.of(sample.times(count), Arrays.copyOf(samples.floats(), count * sample.size()));
    }
}
