package scorefield.cli.explore.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import scorefield.autodiff.Device;
import scorefield.cli.console.UserException;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.ScoreModel;

/** The runs that the page can show, each read and written to the device once, and again when its checkpoint has changed. */
final class OpenRuns {

    private record Opened(FileTime written, Run run, ScoreModel model) {}

    private final Optional<Path> named;
    private final Path parent;
    private final Device device;
    private final Map<Path, Opened> opened = new HashMap<>();

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

    /** A run's network, for a request that computes on a device of its own. */
    synchronized ScoreModel model(String folder, Device of) throws IOException {
        ScoreModel model = open(find(folder)).model;
        return new ScoreModel(of, model.network(), model.parameters(), model.guide());
    }

    private Opened open(RunFolder folder) throws IOException {
        if (!folder.hasCheckpoint()) {
            return read(folder, FileTime.fromMillis(0)); // which says what is missing
        }
        FileTime written = Files.getLastModifiedTime(folder.checkpoint());
        Opened known = opened.get(folder.path());
        if (known == null || !known.written.equals(written)) {
            known = read(folder, written);
            opened.put(folder.path(), known);
        }
        return known;
    }

    private Opened read(RunFolder folder, FileTime written) throws IOException {
        Run run = Run.open(folder.path());
        return new Opened(written, run, run.on(device));
    }
}
