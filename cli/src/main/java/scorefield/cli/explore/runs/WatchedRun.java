package scorefield.cli.explore.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scorefield.cli.plot.Thinned;
import scorefield.cli.report.RunText;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.RunException;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.RunHistory;
import scorefield.ncsn.run.RunStatus;

/** A run that is looked at again and again. Its files are read only where they have changed, the checkpoint, which is large, most rarely. */
final class WatchedRun {

    /** More readings make no visible difference in a plot. */
    private static final int MOST_READINGS = 2000;

    private final RunFolder folder;

    /** The state of each file when it was read last, and that of the checkpoint. */
    private List<Object> files = List.of();

    private Object checkpoint = List.of();

    private @Nullable RunStatus status;
    private @Nullable View shown;

    WatchedRun(RunFolder folder) {
        this.folder = folder;
    }

    /**
     * A run as the page shows it.
     *
     * @param status what became of it so far, in a sentence; where its files cannot be read, why
     * @param running whether it is being trained
     * @param settings what distinguishes it: data, network, objective
     * @param step the last step that was taken
     * @param steps the steps at which the loss was read
     * @param losses the loss at each
     * @param previews the steps after which samples were drawn
     * @param samples whether it has samples of the finished run
     */
    record View(
            String name,
            String status,
            boolean running,
            List<String> settings,
            long step,
            double[] steps,
            double[] losses,
            List<Long> previews,
            boolean samples) {}

    /** The run, if it has changed since it was looked at last. */
    Optional<View> look() throws IOException {
        List<Object> now = new ArrayList<>();
        for (Path file : List.of(
                folder.checkpoint(),
                folder.metrics(),
                folder.history(),
                folder.samples(),
                folder.preview(0).getParent())) {
            now.add(state(file));
        }
        // That a training was killed is not in a file, but in the system's locks.
        boolean mayHaveEnded = shown != null && shown.running;
        if (now.equals(files) && !mayHaveEnded) {
            return Optional.empty();
        }
        View view = read(now.get(0));
        boolean news = !now.equals(files) || shown == null || !view.status.equals(shown.status);
        files = now;
        shown = view;
        return news ? Optional.of(view) : Optional.empty();
    }

    /** @param newCheckpoint the state of the checkpoint's file */
    private View read(Object newCheckpoint) throws IOException {
        try {
            RunStatus before = status;
            RunStatus now = before != null && newCheckpoint.equals(checkpoint) ? before.now() : RunStatus.of(folder);
            status = now;
            checkpoint = newCheckpoint;
            return view(now);
        } catch (BadFileException | RunException e) {
            // A damaged file; or one that was replaced while it was read, and then it is read again.
            return new View(
                    name(),
                    String.valueOf(e.getMessage()),
                    false,
                    List.of(),
                    0,
                    new double[0],
                    new double[0],
                    List.of(),
                    false);
        }
    }

    private String name() {
        return folder.path().getFileName().toString();
    }

    /** Changes whenever the file does. */
    private static Object state(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(attributes.lastModifiedTime(), attributes.size());
        } catch (NoSuchFileException missing) {
            return List.of();
        }
    }

    private View view(RunStatus run) throws IOException {
        Figure.Line losses = Thinned.of(
                new Figure.Line(
                        "loss",
                        run.readings().stream()
                                .mapToDouble(Metrics.Reading::step)
                                .toArray(),
                        run.readings().stream()
                                .mapToDouble(Metrics.Reading::loss)
                                .toArray()),
                MOST_READINGS);
        return new View(
                name(),
                RunText.status(run),
                run.outcome() == RunHistory.Outcome.RUNNING,
                List.of(
                        run.data().toString(),
                        RunText.network(run.configuration(), run.data()),
                        RunText.objective(run.configuration().objective())),
                run.step(),
                losses.x(),
                losses.y(),
                List.copyOf(folder.previews().keySet()),
                Files.isRegularFile(folder.samples()));
    }
}
