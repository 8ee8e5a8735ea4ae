package scorefield.cli.explore.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.cli.console.UserException;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.ScoreModel;

/**
 * The runs that the page can show. The one that was used last stays on the device; it is read again when its checkpoint has changed. When another
 * is opened, the memory of the one before is freed, as soon as no request computes with it.
 */
final class OpenRuns {

    /** A run that was read, its network on the device, and how many requests compute with it. */
    private static final class Opened {

        private final Path folder;
        private final FileTime written;
        private final Run run;
        private final ScoreModel model;
        private int users;

        Opened(Path folder, FileTime written, Run run, ScoreModel model) {
            this.folder = folder;
            this.written = written;
            this.run = run;
            this.model = model;
        }
    }

    private final Optional<Path> named;
    private final Path parent;
    private final Device device;
    private @Nullable Opened latest;

    /**
     * Knows the runs of a folder, and the named one.
     *
     * @param named the run that is shown first, if there is one
     * @param parent the folder of the runs
     * @param device where the networks' weights are written
     */
    OpenRuns(Optional<Path> named, Path parent, Device device) {
        this.named = named;
        this.parent = parent;
        this.device = device;
    }

    /** The named run, then all others, the newest first. */
    List<RunFolder> all() throws IOException {
        List<RunFolder> all = new ArrayList<>();
        named.map(RunFolder::named).ifPresent(all::add);
        Optional<Path> first = all.stream().findFirst().map(OpenRuns::place);
        RunFolder.all(parent).stream()
                .filter(run -> !first.equals(Optional.of(place(run))))
                .forEach(all::add);
        return all;
    }

    private static Path place(RunFolder run) {
        return run.path().toAbsolutePath().normalize();
    }

    /** A run that {@link #all} lists, by its folder. */
    private RunFolder find(String folder) throws IOException {
        return all().stream()
                .filter(run -> run.path().toString().equals(folder))
                .findFirst()
                .orElseThrow(() -> new UserException(folder + ": there is no such run any more; reload the page"));
    }

    /** Reads a run. */
    synchronized Run run(String folder) throws IOException {
        return open(find(folder)).run;
    }

    /** A run and its network, for a request that computes on a device of its own. */
    synchronized Use use(String folder, Device of) throws IOException {
        Opened opened = open(find(folder));
        opened.users++;
        return new Use(opened, of);
    }

    /** A run while a request computes with it. Closing it gives it back: from then on its network's memory may be freed. */
    final class Use implements AutoCloseable {

        private final Opened opened;
        private final Device device;

        private Use(Opened opened, Device device) {
            this.opened = opened;
            this.device = device;
        }

        Run run() {
            return opened.run;
        }

        ScoreModel model() {
            ScoreModel model = opened.model;
            return new ScoreModel(device, model.network(), model.parameters(), model.guide());
        }

        @Override
        public void close() {
            synchronized (OpenRuns.this) {
                opened.users--;
                freeIfUnused(opened);
            }
        }
    }

    private Opened open(RunFolder folder) throws IOException {
        if (!folder.hasCheckpoint()) {
            Run.open(folder.path()); // which says what is missing
        }
        FileTime written = Files.getLastModifiedTime(folder.checkpoint());
        Opened before = latest;
        if (before != null && before.folder.equals(folder.path()) && before.written.equals(written)) {
            return before;
        }
        Run run = Run.open(folder.path());
        Opened now = new Opened(folder.path(), written, run, run.on(device));
        latest = now;
        if (before != null) {
            freeIfUnused(before);
        }
        return now;
    }

    private void freeIfUnused(Opened opened) {
        if (opened != latest && opened.users == 0) {
            opened.model.free();
        }
    }
}
