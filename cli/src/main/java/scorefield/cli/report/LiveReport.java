package scorefield.cli.report;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.Version;
import scorefield.cli.picture.EmbeddedPictures;
import scorefield.cli.run.Metrics;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.RunHistory;
import scorefield.cli.run.RunHistory.Outcome;
import scorefield.cli.run.RunHistory.Session;
import scorefield.cli.run.RunReport;
import scorefield.ncsn.training.Checkpoint;

/** Keeps the page and the history of a run up to date during training. */
public final class LiveReport {

    /** The minimum time between two pages in nanoseconds, so that writing the page does not slow down a short run. */
    private static final long INTERVAL = 5_000_000_000L;

    private final RunFolder folder;
    private final Checkpoint from;
    private final RunHistory before;
    private final String device;
    private final Metrics metrics;
    private final Instant began = Instant.now();
    private final EmbeddedPictures pictures = ReportPage.pictures();
    private long writtenAt;

    /**
     * Begins a session, and records it at once.
     *
     * @param from the state from which it starts
     * @param before the history of the run before this session
     */
    public LiveReport(RunFolder folder, Checkpoint from, RunHistory before, String device, Metrics metrics)
            throws IOException {
        this.folder = folder;
        this.from = from;
        this.before = before;
        this.device = device;
        this.metrics = metrics;
        write(from.state().step(), Outcome.RUNNING, null);
    }

    /** Rewrites the page, unless it is only seconds old. */
    public void update(long step) throws IOException {
        if (System.nanoTime() - writtenAt >= INTERVAL) {
            write(step, Outcome.RUNNING, null);
        }
    }

    /**
     * Ends the session.
     *
     * @param message the error; null if there was none
     */
    public void end(long step, Outcome outcome, @Nullable String message) throws IOException {
        write(step, outcome, message);
    }

    private void write(long step, Outcome outcome, @Nullable String message) throws IOException {
        double seconds = began.until(Instant.now(), ChronoUnit.MILLIS) / 1e3;
        RunHistory history = before.and(new Session(
                began.truncatedTo(ChronoUnit.SECONDS).toString(),
                device,
                Version.number(),
                from.state().step(),
                step,
                seconds,
                outcome,
                message));
        history.write(folder.history());
        ReportPage.write(
                new RunReport(
                        folder,
                        from.configuration(),
                        from.data(),
                        from.state().parameters().length,
                        step,
                        history,
                        metrics.readings()),
                pictures);
        writtenAt = System.nanoTime();
    }
}
