package scorefield.cli.explore.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.Stopped;
import scorefield.cli.console.UserException;
import scorefield.cli.explore.server.Action;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Page;
import scorefield.cli.explore.server.Request;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.run.RunFolder;

/** All runs of a folder: their losses in one plot, their samples at any step, and what became of each. It follows them while they train. */
public final class RunsPage implements Page {

    private static final long PAUSE_MILLISECONDS = 500;

    /** After so many pauses the page is told that nothing has changed, which shows whether it still listens. */
    private static final int PAUSES = 10;

    private final Path folder;

    /** @param folder the folder of the runs; it may not exist yet */
    public RunsPage(Path folder) {
        this.folder = folder;
    }

    @Override
    public String name() {
        return "runs";
    }

    @Override
    public String title() {
        return "Runs";
    }

    @Override
    public Map<String, Action> actions() {
        return Map.of("watch", this::watch, "picture", this::picture);
    }

    /**
     * What has changed since the last time.
     *
     * @param folder the folder of the runs
     * @param names all runs in it
     * @param changed those that are new or have changed
     */
    private record News(String folder, List<String> names, List<WatchedRun.View> changed) {}

    /** Tells the page of all runs, and again whenever one has changed, until the page is left. */
    private Answer watch(Request request) throws IOException {
        SortedMap<String, WatchedRun> watched = new TreeMap<>();
        int silent = 0;
        while (true) {
            request.requireGoingOn();
            List<String> names = names();
            boolean other = !watched.keySet().equals(Set.copyOf(names));
            watched.keySet().retainAll(names);
            List<WatchedRun.View> changed = new ArrayList<>();
            for (String name : names) {
                watched.computeIfAbsent(name, any -> new WatchedRun(new RunFolder(folder.resolve(any))))
                        .look()
                        .ifPresent(changed::add);
            }
            if (silent == 0 || other || !changed.isEmpty()) {
                request.progress(new News(folder.toAbsolutePath().normalize().toString(), names, changed));
                silent = 0;
            }
            silent = (silent + 1) % PAUSES;
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }

    /** The names of the folders that hold runs, in the order of the alphabet. */
    private List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> new RunFolder(entry).hasCheckpoint())
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** The samples of a {@code run} after a {@code step}, or those of the finished run where none is named. */
    private Answer picture(Request request) throws IOException {
        String name = request.parameters().member("run").text();
        if (!names().contains(name)) {
            throw new UserException("there is no run '" + name + "' in " + folder + " any more; reload the page");
        }
        RunFolder run = new RunFolder(folder.resolve(name));
        Optional<Json> step = request.parameters().find("step");
        @Nullable
        Path picture =
                step.isEmpty() ? run.samples() : run.previews().get(step.get().whole(0, Long.MAX_VALUE));
        if (picture == null || !Files.isRegularFile(picture)) {
            throw new UserException("the run '" + name + "' has no samples of that step; reload the page");
        }
        return new Answer("image/png", Files.readAllBytes(picture));
    }
}
