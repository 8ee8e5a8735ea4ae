package scorefield.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.SamplingProgress;
import scorefield.cli.console.StopSignal;
import scorefield.cli.console.Stopped;
import scorefield.cli.option.TuneChoice;
import scorefield.cli.picture.ClassPictures;
import scorefield.cli.picture.EmbeddedPictures;
import scorefield.cli.picture.ImagePictures;
import scorefield.cli.picture.OptionalPictures;
import scorefield.cli.picture.PlanarGround;
import scorefield.cli.picture.PointPictures;
import scorefield.cli.picture.SamplePictures;
import scorefield.cli.report.LossChart;
import scorefield.cli.report.ReportPage;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.tuning.Tuner;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.run.ClassCondition;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.RunHistory.Outcome;
import scorefield.ncsn.run.RunStatus;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.run.Training;
import scorefield.ncsn.run.TrainingListener;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;

/** What a training shows and draws: progress, the run's page, previews, and at the end the loss and samples. */
final class TrainingOutput implements TrainingListener, AutoCloseable {

    private RunFolder folder;
    private final Checkpoint start;
    private final Optional<OpenClDevice> openCl;
    private final Optional<Tuner> tuner;
    private final SamplePictures pictures;
    private final StopSignal stop;
    private final PrintWriter console;

    private final OptionalPictures optional;
    private final List<String> written = new ArrayList<>();
    private final EmbeddedPictures embedded = ReportPage.pictures();
    private final long began = System.nanoTime();
    private String message = "";
    private @Nullable Progress progress;
    private Outcome outcome = Outcome.RUNNING;

    /** How many the sampler of the last samples took. */
    private int evaluations;

    /**
     * The output of a training.
     *
     * @param openCl the device, if it is an OpenCL device
     * @param tuner what chose the device's kernels for a new run, if anything did
     */
    TrainingOutput(
            Training training,
            Optional<OpenClDevice> openCl,
            Optional<Tuner> tuner,
            StopSignal stop,
            PrintWriter console) {
        this.folder = training.folder();
        this.start = training.start();
        this.openCl = openCl;
        this.tuner = tuner;
        this.pictures = training.data() instanceof Points points
                ? new PointPictures(PlanarGround.ofData(training.configuration().data(), points))
                : new ImagePictures();
        this.stop = stop;
        this.console = console;
        this.optional = new OptionalPictures(console);
    }

    @Override
    public boolean isStopRequested() {
        return stop.requested();
    }

    @Override
    public void begun(Training training) throws IOException {
        if (!training.folder().equals(folder)) {
            console.println("run       " + training.folder().path() + ": another process has taken " + folder.path());
            folder = training.folder();
        }
        if (openCl.isPresent()) {
            console.println("The first step takes seconds longer, until every kernel is compiled.");
        }
        if (tuner.isPresent()) {
            tuner.get().save(folder.tuning());
            keepTuning(openCl, folder, console);
        }
    }

    /** From the first step to the last, however often it is resumed, a run computes with the same kernels. */
    static void keepTuning(Optional<OpenClDevice> openCl, RunFolder folder, PrintWriter console) {
        openCl.ifPresent(device -> device.tunedBy(Tuner.fixed(
                device.device(),
                folder.tuning(),
                line -> TuneChoice.say(
                        console,
                        line + "; the kernels differ from those that the run began with, so the last bits may differ"
                                + " as well"))));
    }

    @Override
    public void measured(Metrics.Reading reading) {
        Double speed = reading.samplesPerSecond();
        message = Text.of("loss %.4g", reading.loss())
                + (speed == null
                        ? ""
                        : Text.of(
                                "  %.4g %s/s",
                                speed, SampleKind.plural(start.data().sample())));
    }

    @Override
    public void stepped(long step) {
        progress().update(step, message);
    }

    private Progress progress() {
        if (progress == null) {
            progress = Progress.of(
                    "training",
                    "steps",
                    start.state().step(),
                    start.configuration().training().steps(),
                    console);
        }
        return progress;
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
        console.flush();
    }

    @Override
    public void previewed(long step, Values samples) throws IOException {
        optional.draw(() -> write(folder.preview(step), samples, step));
        if (Files.exists(folder.preview(step))) {
            progress().print("step " + step + ": samples so far in " + folder.preview(step));
        }
    }

    private void write(Path file, Values samples, long step) throws IOException {
        Optional<ClassCondition> classes =
                ClassCondition.first(start, samples.shape().dim(0));
        SamplePictures shown = classes.isPresent() ? new ClassPictures(classes.get()) : pictures;
        shown.write(file, samples, "at step " + step);
    }

    @Override
    public void changed(RunStatus status) throws IOException {
        outcome = status.outcome();
        ReportPage.write(status, embedded);
    }

    /** How the training ended. */
    Outcome outcome() {
        return outcome;
    }

    /** Samples first: they exist even if a later picture cannot be drawn. */
    @Override
    public void trained(Run run, Device device) throws IOException {
        close();
        long seed = run.configuration().training().seed();
        long step = run.checkpoint().state().step();
        SamplerChoice choice = run.configuration().sampler();
        ScoreModel model = run.on(device);
        Values samples = samples(run, model, choice, seed);
        draw("samples   ", folder.samples(), () -> write(folder.samples(), samples, step));
        if (Files.exists(folder.samples())) {
            written.add("            by the "
                    + run.configuration().sampling().sampler().name() + " sampler: " + choice.description() + "; "
                    + evaluations + " network evaluations");
        }
        if (pictures instanceof PointPictures plane) {
            NoiseLevels levels = run.noiseLevels();
            draw(
                    "score     ",
                    folder.field(),
                    () -> plane.writeField(folder.field(), device, model.score(), plane.fieldLevel(levels)));
            draw(
                    "paths     ",
                    folder.paths(),
                    () -> plane.writePaths(
                            folder.paths(),
                            choice,
                            device,
                            model.score(choice.guidance()),
                            levels,
                            seed,
                            this::requireGoingOn));
        }
        String title = "loss on " + start.data().name();
        draw(
                "loss      ",
                folder.lossChart(),
                () -> LossChart.write(folder.lossChart(), title, Metrics.read(folder.metrics())));
        console.println(Text.of(
                "trained to step %d in %s%s",
                step,
                Text.duration((System.nanoTime() - began) / 1e9),
                start.state().step() == 0
                        ? ""
                        : " (resumed at step " + start.state().step() + ")"));
        printFiles();
    }

    /** Draws a picture at the end. If its text cannot be drawn, it exists only if it can be drawn without. */
    private void draw(String what, Path file, OptionalPictures.Drawing drawing) throws IOException {
        optional.draw(drawing);
        if (Files.exists(file)) {
            written.add(what + "  " + file);
        }
    }

    /** The samples that the settings ask for; of a class-conditional run as many of each class. */
    private Values samples(Run run, ScoreModel model, SamplerChoice choice, long seed) {
        int count = run.configuration().sampling().images();
        Optional<ClassCondition> classes = ClassCondition.first(run.checkpoint(), count);
        int drawn = count - classes.map(condition -> count % condition.count()).orElse(0);
        try (Sampler sampler = classes.map(condition -> model.sampler(choice, condition, count / condition.count()))
                .orElseGet(() -> model.sampler(choice, count))) {
            Values samples =
                    SamplingProgress.draw("sampling", console, sampler, drawn, seed, stage -> requireGoingOn());
            evaluations = choice.networkEvaluations(sampler);
            return samples;
        }
    }

    private void requireGoingOn() {
        if (stop.requested()) {
            throw new Stopped();
        }
    }

    private void printFiles() {
        boolean points = pictures instanceof PointPictures;
        written.forEach(console::println);
        console.println("report      " + folder.report());
        console.println("checkpoint  " + folder.checkpoint());
        console.println("next: bin/scorefield sample --run " + folder.path() + (points ? "" : " --count 16")
                + " --seed 1 --frames " + folder.path().resolve("annealing.gif"));
    }
}
