package scorefield.cli.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.Text;
import scorefield.cli.run.RunHistory.Outcome;
import scorefield.cli.run.RunHistory.Session;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;

/**
 * What a run's page tells, but for what lies in the run's folder as files of their own: pictures and an evaluation.
 *
 * @param parameters how many the network has
 * @param step the last that was taken
 * @param history with the session under way
 * @param readings of the loss
 */
public record RunReport(
        RunFolder folder,
        Configuration configuration,
        DataSummary data,
        int parameters,
        long step,
        RunHistory history,
        List<Metrics.Reading> readings) {

    /** The report of a run that lies in a folder, whether it is over or not. */
    public static RunReport of(RunFolder folder) throws IOException {
        Checkpoint checkpoint = folder.read();
        RunHistory history = RunHistory.read(folder.history());
        if (!RunLock.isHeld(folder)) {
            history = history.ended();
        }
        List<Metrics.Reading> readings = Metrics.read(folder.metrics());
        long read = readings.isEmpty() ? 0 : readings.get(readings.size() - 1).step();
        return new RunReport(
                folder,
                checkpoint.configuration(),
                checkpoint.data(),
                checkpoint.state().parameters().length,
                Math.max(read, checkpoint.state().step()),
                history,
                readings);
    }

    /** The session under way, or the last; none of a run that was begun before sessions were recorded. */
    public Optional<Session> session() {
        List<Session> sessions = history.sessions();
        return sessions.isEmpty() ? Optional.empty() : Optional.of(sessions.get(sessions.size() - 1));
    }

    /** What became of the run so far. */
    public Outcome outcome() {
        long steps = configuration.training().steps();
        return session().map(Session::outcome).orElse(step >= steps ? Outcome.FINISHED : Outcome.STOPPED);
    }

    /** The same in a sentence. */
    public String status() {
        long steps = configuration.training().steps();
        String message = session().map(Session::message).orElse("");
        String onward = "; to go on: bin/scorefield train --resume --out " + folder.path();
        return switch (outcome()) {
            case RUNNING -> Text.of("running: step %,d of %,d%s", step, steps, left());
            case FINISHED -> Text.of("finished: %,d steps%s", step, took());
            case STOPPED -> Text.of("stopped after step %,d of %,d%s", step, steps, onward);
            case INTERRUPTED -> Text.of("interrupted after step %,d of %,d, without a word%s", step, steps, onward);
            case DIVERGED -> "diverged at " + message;
            case FAILED -> Text.of("failed after step %,d of %,d: %s", step, steps, message);
        };
    }

    private String took() {
        return history.sessions().isEmpty() ? "" : " in " + Text.duration(history.seconds());
    }

    private String left() {
        Double speed = speed();
        long steps = configuration.training().steps() - step;
        if (steps == 0) {
            return ", drawing samples";
        }
        return speed == null
                ? ""
                : ", about " + Text.duration(steps * configuration.training().batch() / speed) + " left";
    }

    /** Samples a second, by the last reading that says so. */
    @Nullable
    public Double speed() {
        for (int i = readings.size() - 1; i >= 0; i--) {
            if (readings.get(i).samplesPerSecond() != null) {
                return readings.get(i).samplesPerSecond();
            }
        }
        return null;
    }
}
