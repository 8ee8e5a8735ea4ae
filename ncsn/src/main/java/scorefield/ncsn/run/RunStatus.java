package scorefield.ncsn.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.run.RunHistory.Outcome;
import scorefield.ncsn.run.RunHistory.Session;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;

/**
 * The state of a run, while it is trained and afterwards.
 *
 * @param folder the run's folder
 * @param configuration every setting
 * @param data what it is trained on
 * @param parameters how many parameters the network has
 * @param step the last step that was taken
 * @param history all sessions, including one under way
 * @param readings the metrics so far
 */
public record RunStatus(
        RunFolder folder,
        Configuration configuration,
        DataSummary data,
        int parameters,
        long step,
        RunHistory history,
        List<Metrics.Reading> readings) {

    /** Reads the status of a run from its folder, whether it is being trained or not. */
    public static RunStatus of(RunFolder folder) throws IOException {
        Checkpoint checkpoint = folder.read();
        return of(
                folder,
                checkpoint.configuration(),
                checkpoint.data(),
                checkpoint.state().parameters().length,
                checkpoint.state().step());
    }

    private static RunStatus of(
            RunFolder folder, Configuration configuration, DataSummary data, int parameters, long atLeast)
            throws IOException {
        RunHistory history = RunHistory.read(folder.history());
        if (!RunLock.isHeld(folder)) {
            history = history.ended();
        }
        List<Metrics.Reading> readings = Metrics.read(folder.metrics());
        long read = readings.isEmpty() ? 0 : readings.get(readings.size() - 1).step();
        return new RunStatus(folder, configuration, data, parameters, Math.max(read, atLeast), history, readings);
    }

    /** The status now, as long as the checkpoint is the same: it is not read again, so this can be asked every second. */
    public RunStatus now() throws IOException {
        return of(folder, configuration, data, parameters, step);
    }

    /** The session under way, or the last one; empty for a run from before sessions were recorded. */
    public Optional<Session> session() {
        List<Session> sessions = history.sessions();
        return sessions.isEmpty() ? Optional.empty() : Optional.of(sessions.get(sessions.size() - 1));
    }

    /** The outcome of the last session. */
    public Outcome outcome() {
        long steps = configuration.training().steps();
        return session().map(Session::outcome).orElse(step >= steps ? Outcome.FINISHED : Outcome.STOPPED);
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
