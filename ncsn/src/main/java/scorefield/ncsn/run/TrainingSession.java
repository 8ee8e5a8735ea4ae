package scorefield.ncsn.run;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;
import scorefield.ncsn.Version;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.OutputSettings;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.run.RunHistory.Outcome;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.NonFiniteException;
import scorefield.ncsn.training.Statistics;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * One session of a training, from a start or a resumption to the end of the process: steps, metrics, checkpoints, previews, and the record of
 * it in the run's history.
 */
final class TrainingSession {

    /** Nanoseconds between two records, at least: recording should not slow down a quick run. */
    private static final long INTERVAL = 5_000_000_000L;

    private static final String STOPPED = "the training was stopped";

    private final RunFolder folder;
    private final RunHistory history;
    private final Checkpoint start;
    private final Configuration configuration;
    private final TrainingSettings training;
    private final OutputSettings output;
    private final Device device;
    private final Trainer trainer;
    private final TrainingListener listener;
    private final Collective ranks;
    private final Metrics metrics;

    private final Instant began = Instant.now();
    private long recordedAt;
    private Checkpoint saved;
    /** Time that is not training, such as drawing samples, in nanoseconds; it does not count for samples a second. */
    private long aside;

    private @Nullable Sampler previewSampler;
    private @Nullable TrainingEvents events;

    TrainingSession(Training run, Device device, Trainer trainer, TrainingListener listener, Collective ranks)
            throws IOException {
        this.folder = run.folder();
        this.history = run.history();
        this.start = run.start();
        this.configuration = start.configuration();
        this.training = configuration.training();
        this.output = configuration.output();
        this.device = device;
        this.trainer = trainer;
        this.listener = listener;
        this.ranks = ranks;
        this.metrics = Metrics.continuing(folder.metrics(), start.state().step());
        this.saved = start;
    }

    /** Trains to the end, or until the listener stops it. */
    Run run() throws IOException {
        try (TrainingEvents opened = output.tensorboard() ? TrainingEvents.of(folder, start) : null) {
            events = opened;
            return recorded();
        } catch (NonFiniteException e) {
            throw new TrainingFailedException(
                    e.getMessage() + "; " + whatIsLeft() + "; try a lower training.learning-rate (it is "
                            + Text.number(training.learningRate()) + ") or more steps of training.warmup (there are "
                            + training.warmup() + ")",
                    e);
        } catch (IOException e) {
            throw new TrainingFailedException(e.getMessage() + "; " + whatIsLeft(), e);
        } finally {
            if (previewSampler != null) {
                previewSampler.close();
            }
        }
    }

    private String whatIsLeft() {
        return "the checkpoint of step " + saved.state().step() + " is intact: " + folder.checkpoint();
    }

    /** Trains, and records how it ended. */
    private Run recorded() throws IOException {
        try {
            record(start.state().step(), Outcome.RUNNING, null);
            Outcome outcome = train();
            record(trainer.stepsTaken(), outcome, null);
            return new Run(folder, saved);
        } catch (NonFiniteException e) {
            recordFailure(e.step(), Outcome.DIVERGED, e);
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            recordFailure(trainer.stepsTaken(), Outcome.FAILED, e);
            throw e;
        }
    }

    /** The failure itself is what the user has to know, even where it cannot be recorded. */
    private void recordFailure(long step, Outcome outcome, Throwable failure) {
        try {
            String message = failure.getMessage();
            record(step, outcome, message == null ? failure.getClass().getName() : message);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void record(long step, Outcome outcome, @Nullable String message) throws IOException {
        double seconds = began.until(Instant.now(), ChronoUnit.MILLIS) / 1e3;
        RunHistory now = history.and(new RunHistory.Session(
                began.truncatedTo(ChronoUnit.SECONDS).toString(),
                device.name(),
                Version.number(),
                start.state().step(),
                step,
                seconds,
                outcome,
                message));
        now.write(folder.history());
        listener.changed(new RunStatus(
                folder, configuration, start.data(), start.state().parameters().length, step, now, metrics.readings()));
        recordedAt = System.nanoTime();
    }

    private Outcome train() throws IOException {
        try {
            takeSteps();
            listener.trained(new Run(folder, saved), device);
            return Outcome.FINISHED;
        } catch (CancellationException stopped) {
            if (trainer.stepsTaken() > saved.state().step()) {
                save();
            }
            return Outcome.STOPPED;
        }
    }

    private void takeSteps() throws IOException {
        long readAt = System.nanoTime();
        long first = trainer.stepsTaken();
        long readStep = first;
        while (trainer.stepsTaken() < training.steps()) {
            trainer.step();
            long step = trainer.stepsTaken();
            boolean stopped = ranks.any(listener.isStopRequested()); // all ranks stop after the same step
            boolean ends = step == training.steps() || stopped;
            // The first step compiled the kernels; it says nothing about the speed.
            boolean compiled = step == first + 1;
            if (ends || step % output.logEvery() == 0) {
                Statistics statistics = trainer.statistics();
                double seconds = (System.nanoTime() - readAt - aside) / 1e9;
                Double speed = compiled ? null : (step - readStep) * training.batch() / seconds;
                Metrics.Reading reading = Metrics.Reading.of(step, epoch(), statistics, speed);
                metrics.add(reading);
                if (events != null) {
                    events.measured(reading);
                }
                listener.measured(reading);
                readAt = System.nanoTime();
                readStep = step;
                aside = 0;
            } else if (compiled) {
                listener.measured(Metrics.Reading.of(step, epoch(), trainer.peek(), null));
                readAt = System.nanoTime();
                readStep = step;
                aside = 0;
            }
            listener.stepped(step);
            if (ends || step % output.checkpointEvery() == 0) {
                save();
            }
            if (stopped) {
                throw new CancellationException(STOPPED);
            }
            requireGoingOn();
            boolean last = step == training.steps();
            if (last ? events != null : output.previewEvery() > 0 && step % output.previewEvery() == 0) {
                preview(step);
            }
            if (step % output.logEvery() == 0 && System.nanoTime() - recordedAt >= INTERVAL) {
                long since = System.nanoTime();
                record(step, Outcome.RUNNING, null);
                aside += System.nanoTime() - since;
            }
        }
    }

    private double epoch() {
        return trainer.epoch() + (double) trainer.cursor() / start.data().count();
    }

    /** Other ranks would wait for this one: with them it is the next step that ends the training. */
    private void requireGoingOn() {
        if (ranks.size() == 1 && listener.isStopRequested()) {
            throw new CancellationException(STOPPED);
        }
    }

    private void save() throws IOException {
        TrainingState state = trainer.state(); // waits for the steps under way, which count as training
        long since = System.nanoTime();
        Checkpoint checkpoint = new Checkpoint(configuration, start.data(), state);
        checkpoint.write(folder.checkpoint());
        saved = checkpoint;
        aside += System.nanoTime() - since;
    }

    private void preview(long step) throws IOException {
        long since = System.nanoTime();
        int images = output.previewImages();
        Optional<ClassCondition> classes = ClassCondition.first(start, images);
        if (previewSampler == null) {
            previewSampler = previewSampler(classes, images);
        }
        // As many of each class.
        int count =
                images - classes.map(condition -> images % condition.count()).orElse(0);
        // The same seed each time: one sees the same samples become better.
        Values samples = previewSampler.sample(count, training.seed(), stage -> requireGoingOn());
        if (events != null) {
            events.sampled(step, samples);
        }
        if (step < training.steps()) { // the listener has the samples that are drawn in the end
            listener.previewed(step, samples);
        }
        aside += System.nanoTime() - since;
    }

    private Sampler previewSampler(Optional<ClassCondition> classes, int images) {
        SamplerChoice choice = previewChoice();
        // Without the guide, which the first previews would not have.
        ScoreModel model = new ScoreModel(
                configuration.device().forTraining(device), start.network(), trainer.average(), Optional.empty());
        return classes.map(condition -> model.sampler(choice, condition, images / condition.count()))
                .orElseGet(() -> model.sampler(choice, images));
    }

    /** Images take fewer levels than in the end, so that a preview is quick. Points are quick, and one level is not a schedule. */
    private SamplerChoice previewChoice() {
        boolean whole = SampleKind.isPoint(start.data().sample())
                || configuration.noiseLevels().count() == 1;
        return whole ? configuration.sampler() : configuration.previewSampler(output.previewLevels());
    }
}
