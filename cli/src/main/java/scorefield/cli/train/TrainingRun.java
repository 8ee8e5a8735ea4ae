package scorefield.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;
import scorefield.cli.console.Failures;
import scorefield.cli.console.Progress;
import scorefield.cli.console.RunFailedException;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.StopSignal;
import scorefield.cli.console.Stopped;
import scorefield.cli.console.Text;
import scorefield.cli.option.SettingsOptions;
import scorefield.cli.picture.ClassPictures;
import scorefield.cli.picture.OptionalPictures;
import scorefield.cli.picture.PointPictures;
import scorefield.cli.picture.SamplePictures;
import scorefield.cli.report.LiveReport;
import scorefield.cli.report.LossChart;
import scorefield.cli.run.Classes;
import scorefield.cli.run.Metrics;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.RunHistory;
import scorefield.cli.run.RunHistory.Outcome;
import scorefield.cli.run.Sampling;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.OutputSettings;
import scorefield.ncsn.configuration.SamplerChoice;
import scorefield.ncsn.configuration.SamplerKind;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.NonFiniteException;
import scorefield.ncsn.training.Statistics;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * Training with everything around it: progress, metrics, checkpoints, sample grids, and an end in good order when a person wants one.
 *
 * <p>What happens when is decided by the step alone, so that a resumed run does the same as one that was not stopped.
 */
final class TrainingRun {

    private static final int PREVIEW_STEPS_PER_LEVEL = 3;

    private static final int STOPPED = 130;

    private final RunFolder folder;
    private final Checkpoint from;
    private final RunHistory history;
    private final Configuration configuration;
    private final TrainingSettings training;
    private final OutputSettings output;
    private final Device device;
    private final ScoreNetwork network;
    private final Trainer trainer;
    private final SamplePictures pictures;
    private final StopSignal stop;
    private final PrintWriter console;
    private final OptionalPictures optionalPictures;

    private final long began = System.nanoTime();
    private long savedStep;
    /** Time that is not training, such as drawing samples; it does not count for samples a second. */
    private long aside;

    private @Nullable Sampler previewSampler;

    /**
     * @param from the state that the trainer starts from
     * @param history what the run has been through before
     * @param pictures how samples are shown
     */
    TrainingRun(
            RunFolder folder,
            Checkpoint from,
            RunHistory history,
            Device device,
            Trainer trainer,
            SamplePictures pictures,
            StopSignal stop,
            PrintWriter console) {
        this.folder = folder;
        this.from = from;
        this.history = history;
        this.configuration = from.configuration();
        this.training = configuration.training();
        this.output = configuration.output();
        this.device = device;
        this.network = from.network();
        this.trainer = trainer;
        this.pictures = pictures;
        this.stop = stop;
        this.console = console;
        this.optionalPictures = new OptionalPictures(console);
        this.savedStep = from.state().step();
    }

    /** About how many bytes a checkpoint takes: four numbers for each parameter. */
    static long checkpointBytes(Checkpoint checkpoint) {
        return 4L * Float.BYTES * checkpoint.state().parameters().length;
    }

    /** Writes a new run's first files: its settings, and its checkpoint before the first step. */
    static void begin(RunFolder folder, Checkpoint start) throws IOException {
        AtomicFile.write(
                folder.configuration(),
                SettingsOptions.toYaml(start.configuration()).getBytes(StandardCharsets.UTF_8));
        start.write(folder.checkpoint());
    }

    /** Trains to the end, or until the person stops it; returns the exit code. */
    int run() throws IOException {
        try {
            Metrics metrics = Metrics.continuing(folder.metrics(), trainer.stepsTaken());
            return reported(metrics, new LiveReport(folder, from, history, device.name(), metrics));
        } catch (NonFiniteException e) {
            throw new RunFailedException(
                    e.getMessage() + "; " + whatIsLeft() + "; a smaller training.learning-rate may help", e);
        } catch (IOException e) {
            throw new RunFailedException(e.getMessage() + "; " + whatIsLeft(), e);
        } finally {
            console.flush();
            if (previewSampler != null) {
                previewSampler.close();
            }
        }
    }

    /** Trains, and says on the run's page how it ended. */
    private int reported(Metrics metrics, LiveReport report) throws IOException {
        try {
            boolean finished = trainAndSample(metrics, report);
            report.end(trainer.stepsTaken(), finished ? Outcome.FINISHED : Outcome.STOPPED, null);
            return finished ? 0 : STOPPED;
        } catch (NonFiniteException e) {
            endBadly(report, e.step(), Outcome.DIVERGED, e);
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            endBadly(report, trainer.stepsTaken(), Outcome.FAILED, e);
            throw e;
        }
    }

    /** What went wrong first is what a person has to know, even where the page cannot be written either. */
    private static void endBadly(LiveReport report, long step, Outcome outcome, Throwable failure) {
        try {
            report.end(step, outcome, Failures.message(failure));
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Whether it came to the end. */
    private boolean trainAndSample(Metrics metrics, LiveReport report) throws IOException {
        try {
            train(metrics, report);
            finish(metrics);
            return true;
        } catch (Stopped e) {
            if (trainer.stepsTaken() > savedStep) {
                save();
            }
            console.println("stopped after step " + trainer.stepsTaken() + " of " + training.steps() + ", saved in "
                    + folder.checkpoint() + "; to go on: bin/scorefield train --resume --out " + folder.path());
            return false;
        }
    }

    private String whatIsLeft() {
        return "the checkpoint of step " + savedStep + " is intact: " + folder.checkpoint();
    }

    /** Takes the steps. */
    private void train(Metrics metrics, LiveReport report) throws IOException {
        long readAt = System.nanoTime();
        long first = trainer.stepsTaken();
        long readStep = first;
        String message = "";
        try (Progress progress = Progress.of("training", "steps", first, training.steps(), console)) {
            while (trainer.stepsTaken() < training.steps()) {
                trainer.step();
                long step = trainer.stepsTaken();
                boolean ends = step == training.steps() || stop.requested();
                // The first step compiled the kernels; it says nothing about the speed.
                boolean compiled = step == first + 1;
                if (ends || step % output.logEvery() == 0) {
                    Statistics statistics = trainer.statistics();
                    double seconds = (System.nanoTime() - readAt - aside) / 1e9;
                    Double speed = compiled ? null : (step - readStep) * training.batch() / seconds;
                    double epoch = trainer.epoch()
                            + (double) trainer.cursor() / from.data().count();
                    metrics.add(Metrics.Reading.of(step, epoch, statistics, speed));
                    message = Text.of("loss %.4g", statistics.loss())
                            + (speed == null ? "" : Text.of("  %.4g %s/s", speed, SampleKind.plural(network.sample())));
                    readAt = System.nanoTime();
                    readStep = step;
                    aside = 0;
                } else if (compiled) {
                    message = Text.of("loss %.4g", trainer.peek().loss());
                    readAt = System.nanoTime();
                    readStep = step;
                    aside = 0;
                }
                progress.update(step, message);
                if (ends || step % output.checkpointEvery() == 0) {
                    save();
                }
                requireGoingOn();
                if (output.previewEvery() > 0 && step % output.previewEvery() == 0 && step < training.steps()) {
                    preview(step, progress);
                }
                if (step % output.logEvery() == 0) {
                    update(report, step);
                }
            }
        }
    }

    private void update(LiveReport report, long step) throws IOException {
        long start = System.nanoTime();
        report.update(step);
        aside += System.nanoTime() - start;
    }

    private void save() throws IOException {
        TrainingState state = trainer.state(); // waits for the steps under way, which count as training
        long start = System.nanoTime();
        new Checkpoint(configuration, from.data(), state).write(folder.checkpoint());
        savedStep = trainer.stepsTaken();
        aside += System.nanoTime() - start;
    }

    private void preview(long step, Progress progress) throws IOException {
        long start = System.nanoTime();
        if (previewSampler == null) {
            previewSampler = sampler(output.previewImages(), SamplerKind.of(previewConfiguration()));
        }
        // The same seed each time: one sees the same samples become better.
        Values samples =
                previewSampler.sample(shown(output.previewImages()), training.seed(), stage -> requireGoingOn());
        optionalPictures.draw(() -> write(folder.preview(step), samples, step));
        if (Files.exists(folder.preview(step))) {
            progress.print("step " + step + ": samples so far in " + folder.preview(step));
        }
        aside += System.nanoTime() - start;
    }

    /** Images take fewer levels than in the end, so that a preview is quick. Points are quick, and one level is no ladder. */
    private Configuration previewConfiguration() {
        if (SampleKind.isPoint(network.sample())
                || NoiseDefaults.ladder(configuration).count() == 1) {
            return configuration;
        }
        // What suits the run's own levels need not suit fewer.
        return configuration
                .with("noise.levels", output.previewLevels())
                .with("sampling.evaluations", "auto")
                .with("sampling.steps-per-level", PREVIEW_STEPS_PER_LEVEL)
                .with("sampling.step-size", "auto")
                .with("sampling.eta", "auto");
    }

    /** What is drawn in turn where the network is told classes: all of them, or as many as the samples are. */
    private Optional<Classes> classes(int samples) {
        return Classes.of(from, samples);
    }

    /** How many of so many samples are shown: as many of each class where there are classes. */
    private int shown(int samples) {
        return samples - classes(samples).map(told -> samples % told.count()).orElse(0);
    }

    private Sampler sampler(int samples, SamplerChoice choice) {
        return classes(samples)
                .map(told -> told.sampler(device, network, trainer.average(), samples / told.count(), choice))
                .orElseGet(() -> Sampling.sampler(device, network, trainer.average(), samples, choice));
    }

    private void write(Path file, Values samples, long step) throws IOException {
        Optional<Classes> classes = classes(samples.shape().dim(0));
        SamplePictures shown = classes.isPresent() ? new ClassPictures(classes.get()) : pictures;
        shown.write(file, samples, "at step " + step);
    }

    private void requireGoingOn() {
        if (stop.requested()) {
            throw new Stopped();
        }
    }

    /** Samples first: whatever else fails, they are there. */
    private void finish(Metrics metrics) throws IOException {
        List<String> written = new ArrayList<>();
        SamplerChoice choice = SamplerKind.of(configuration);
        int count = configuration.sampling().images();
        try (Sampler sampler = sampler(count, choice);
                Progress progress = Progress.inPercent("sampling", console)) {
            Values samples = Sampling.draw(sampler, shown(count), training.seed(), progress, stage -> requireGoingOn());
            draw("samples   ", folder.samples(), written, () -> write(folder.samples(), samples, trainer.stepsTaken()));
        }
        if (pictures instanceof PointPictures plane) {
            NoiseLevels ladder = NoiseDefaults.ladder(configuration);
            ScoreFunction score = network.with(network.parameters().weights(trainer.average()));
            draw(
                    "score     ",
                    folder.field(),
                    written,
                    () -> plane.writeField(folder.field(), device, score, plane.fieldLevel(ladder)));
            draw(
                    "paths     ",
                    folder.paths(),
                    written,
                    () -> plane.writePaths(
                            folder.paths(), choice, device, score, ladder, training.seed(), this::requireGoingOn));
        }
        String title = "loss on " + from.data().name();
        draw(
                "loss      ",
                folder.lossChart(),
                written,
                () -> LossChart.write(folder.lossChart(), title, metrics.readings()));
        console.println(Text.of(
                "trained to step %d in %s%s",
                trainer.stepsTaken(),
                Text.duration((System.nanoTime() - began) / 1e9),
                from.state().step() == 0
                        ? ""
                        : " (resumed at step " + from.state().step() + ")"));
        written.forEach(console::println);
        console.println("report      " + folder.report());
        console.println("checkpoint  " + folder.checkpoint());
        console.println("next: bin/scorefield sample --run " + folder.path()
                + (pictures instanceof PointPictures ? "" : " --count 16") + " --seed 1 --frames "
                + folder.path().resolve("annealing.gif"));
    }

    /** Draws a picture of the end; one whose text cannot be drawn is there if it can be without. */
    private void draw(String what, Path file, List<String> written, OptionalPictures.Drawing drawing)
            throws IOException {
        optionalPictures.draw(drawing);
        if (Files.exists(file)) {
            written.add(what + "  " + file);
        }
    }
}
