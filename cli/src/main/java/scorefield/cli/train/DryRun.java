package scorefield.cli.train;

import java.io.PrintWriter;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.ExitCode;
import scorefield.autodiff.Device;
import scorefield.cli.console.StopSignal;
import scorefield.cli.console.Stopped;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.run.Training;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.StepTime;
import scorefield.ncsn.training.Trainer;

/** What {@code train --dry-run} prints: the memory and the time that training would take, from a few steps that are discarded. */
final class DryRun {

    private static final DateTimeFormatter END = DateTimeFormatter.ofPattern("EEE d MMM yyyy HH:mm", Locale.ROOT);

    /** About 30,000 years: beyond that, no date is printed. */
    private static final double MOST_SECONDS = 1e12;

    /** A day: beyond that, advice on what would be faster is printed. */
    private static final double LONG = 86_400;

    private DryRun() {}

    /** Returns the exit code. */
    static int print(Training training, Device device, StopSignal stop, PrintWriter console) {
        try (Trainer trainer = training.trainer(device)) {
            describe(training.start(), trainer, stop, console);
            return ExitCode.OK;
        } catch (Stopped e) {
            return TrainCommand.STOPPED;
        }
    }

    private static void describe(Checkpoint start, Trainer trainer, StopSignal stop, PrintWriter console) {
        TrainingSettings training = start.configuration().training();
        String kind = SampleKind.plural(start.data().sample());
        long parameters = (long) Float.BYTES * start.state().parameters().length;
        long data = (long) start.data().count()
                * start.data().sample().size()
                * start.data().dtype().bytes();
        console.println(Text.of(
                "memory    %s on the device: data %s, parameters with average and Adam's moments %s, the step itself %s",
                Text.bytes(trainer.bytes()),
                Text.bytes(data),
                Text.bytes(4 * parameters),
                Text.bytes(trainer.bytes() - data - 4 * parameters)));
        console.flush();
        double seconds = StepTime.measure(
                () -> {
                    if (stop.requested()) {
                        throw new Stopped();
                    }
                    trainer.step();
                },
                trainer::statistics);
        double stepsInEpoch = (double) start.data().count() / training.batch();
        double total = seconds * training.steps();
        console.println(Text.of(
                "time      %s a step of %d %s (%.4g %s/s), %s an epoch of %s %s",
                Text.seconds(seconds),
                training.batch(),
                kind,
                training.batch() / seconds,
                kind,
                duration(seconds * stepsInEpoch),
                Text.number(stepsInEpoch),
                stepsInEpoch == 1 ? "step" : "steps"));
        console.println(Text.of(
                "training  %d steps, %s epochs: %s%s, without the previews that are drawn on the way",
                training.steps(),
                Text.number(training.steps() / stepsInEpoch),
                duration(total),
                total < MOST_SECONDS
                        ? ", until "
                                + LocalDateTime.now().plusSeconds((long) total).format(END)
                        : ""));
        if (total > LONG) {
            console.println("faster    with a smaller data.size, network.channels or training.steps: --set KEY=VALUE");
        }
        console.println("This was a dry run: nothing was written. Leave out --dry-run to train.");
        console.flush();
    }

    /** As {@link Text#duration}, but never zero. */
    private static String duration(double seconds) {
        return seconds < 1 ? Text.seconds(seconds) : Text.duration(seconds);
    }
}
