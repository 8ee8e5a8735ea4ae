package scorefield.ncsn.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import scorefield.ncsn.file.IoReason;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;

/**
 * The folder of a run, and the files in it. Training writes the checkpoint, the metrics, the configuration and the history; the rest is written
 * by programs that draw pictures and pages of the run.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {

    /** The folder of runs that were given none of their own. */
    public static final Path RUNS = Path.of("runs");

    private static final String PREVIEWS = "previews";

    private static final Pattern PREVIEW = Pattern.compile("step-(\\d{1,18})\\.png");

    /** The run itself. */
    public Path checkpoint() {
        return path.resolve("checkpoint.safetensors");
    }

    /** A line of JSON for each reading of the loss. */
    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /** All settings in YAML, from which another run can be trained. */
    public Path configuration() {
        return path.resolve("config.yaml");
    }

    /** The kernels that the run computes with, where they were tuned. */
    public Path tuning() {
        return path.resolve("tuning.txt");
    }

    /** The run's history, session by session. */
    public Path history() {
        return path.resolve("run.json");
    }

    /** A page about the run. */
    public Path report() {
        return path.resolve("report.html");
    }

    /** The measured quality of the samples, where it was evaluated. */
    public Path evaluation() {
        return path.resolve("evaluation.json");
    }

    /** Samples beside the training data nearest to them, where that was evaluated. */
    public Path neighbours() {
        return path.resolve("neighbours.png");
    }

    /** A plot of the loss over the steps. */
    public Path lossChart() {
        return path.resolve("loss.png");
    }

    /** Samples of the finished run. */
    public Path samples() {
        return path.resolve("samples.png");
    }

    /** A plot of the learned score of points in the plane, as arrows. */
    public Path field() {
        return path.resolve("field.png");
    }

    /** A plot of the paths of a few sampling chains in the plane. */
    public Path paths() {
        return path.resolve("paths.png");
    }

    /** Samples that were drawn while training. */
    public Path preview(long step) {
        return path.resolve(PREVIEWS).resolve(Text.of("step-%07d.png", step));
    }

    /** The samples that were drawn while training, by the step after which they were. */
    public SortedMap<Long, Path> previews() throws IOException {
        SortedMap<Long, Path> previews = new TreeMap<>();
        Path folder = path.resolve(PREVIEWS);
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Matcher name = PREVIEW.matcher(file.getFileName().toString());
                    if (name.matches()) {
                        previews.put(Long.parseLong(name.group(1)), file);
                    }
                }
            }
        }
        return previews;
    }

    /** Whether it holds a run. */
    public boolean hasCheckpoint() {
        return Files.isRegularFile(checkpoint());
    }

    /**
     * Checks that a new run can have this folder: that it holds no run, and no file that the run would overwrite. The folder may hold other
     * files.
     *
     * @throws RunException naming what is there
     */
    public void requireFree() throws IOException {
        if (hasCheckpoint()) {
            throw new RunException(
                    path + ": there already is a run in this folder; resume it, or choose another folder");
        }
        List<String> taken = Stream.concat(
                        Stream.of(
                                checkpoint(),
                                configuration(),
                                history(),
                                metrics(),
                                tuning(),
                                report(),
                                lossChart(),
                                samples(),
                                field(),
                                paths()),
                        previews().values().stream())
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .map(file -> path.relativize(file).toString())
                .toList();
        if (!taken.isEmpty()) {
            throw new RunException(path + ": holds no run, but " + String.join(", ", taken)
                    + (taken.size() == 1 ? ", a name that a run's file has" : ", names that a run's files have")
                    + "; nothing was overwritten: choose another folder, or move "
                    + (taken.size() == 1 ? "it" : "them"));
        }
    }

    /**
     * Reads the run's checkpoint.
     *
     * @throws RunException if there is none
     */
    public Checkpoint read() throws IOException {
        if (!hasCheckpoint()) {
            throw new RunException(path + ": there is no run in this folder (no checkpoint.safetensors)");
        }
        return Checkpoint.read(checkpoint());
    }

    /** The run in {@link #RUNS} whose checkpoint was written last, if there is any. */
    public static Optional<RunFolder> findNewest() throws IOException {
        return all(RUNS).stream().findFirst();
    }

    /** The runs in a folder, the one first whose checkpoint was written last; none if there is no such folder. */
    public static List<RunFolder> all(Path parent) throws IOException {
        Map<RunFolder, FileTime> times = new HashMap<>();
        if (Files.isDirectory(parent)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, Files::isDirectory)) {
                for (Path folder : folders) {
                    RunFolder run = new RunFolder(folder);
                    if (run.hasCheckpoint()) {
                        times.put(run, Files.getLastModifiedTime(run.checkpoint()));
                    }
                }
            }
        }
        return times.keySet().stream()
                .sorted(Comparator.comparing((RunFolder run) -> times.get(run)).reversed())
                .toList();
    }

    /**
     * The run that a person names: by its folder, or by the checkpoint in it.
     *
     * @throws RunException if it is another file
     */
    public static RunFolder named(Path path) {
        if (!Files.isRegularFile(path)) {
            return new RunFolder(path);
        }
        Path parent = path.getParent();
        RunFolder folder = new RunFolder(parent == null ? Path.of(".") : parent);
        if (!folder.checkpoint().getFileName().equals(path.getFileName())) {
            throw new RunException(path + ": is a file; name the folder of a run, or the "
                    + folder.checkpoint().getFileName() + " in it");
        }
        return folder;
    }

    /** A folder in {@link #RUNS} that does not exist yet. */
    public static RunFolder unused(String name) {
        RunFolder folder = new RunFolder(RUNS.resolve(name));
        for (int n = 2; Files.exists(folder.path); n++) {
            folder = new RunFolder(RUNS.resolve(name + "-" + n));
        }
        return folder;
    }

    /**
     * Checks, before anything is computed, that the folder can be created and written to: that a file can be created in it, or in the nearest
     * folder above it that exists. No folder is created, because another process may be about to use it.
     *
     * @throws RunException if it cannot
     */
    public void requireWritable() throws IOException {
        Path nearest = path.resolve(PREVIEWS).toAbsolutePath();
        while (nearest.getParent() != null && Files.notExists(nearest)) {
            nearest = nearest.getParent();
        }
        try {
            Files.delete(Files.createTempFile(nearest, ".writable", ".tmp"));
        } catch (FileSystemException e) {
            throw cannotBeWritten(e);
        }
    }

    private RunException cannotBeWritten(FileSystemException e) {
        return new RunException(path + ": cannot be written to: " + IoReason.of(e) + "; choose another folder");
    }

    /**
     * Creates the folder where it is missing, and checks, before hours are spent, that files can be written into it.
     *
     * @param bytes the size of a checkpoint
     * @throws RunException if the folder cannot be written to
     * @throws IOException if the disk has too little free space
     */
    public void prepare(long bytes) throws IOException {
        try {
            Files.createDirectories(path.resolve(PREVIEWS));
            Files.delete(Files.createTempFile(path, ".writable", ".tmp"));
        } catch (FileSystemException e) {
            String reason = IoReason.of(e);
            if (reason.contains("space") || reason.contains("quota")) {
                throw new IOException(path + ": cannot be written to: " + reason, e);
            }
            throw cannotBeWritten(e);
        }
        // While a checkpoint is replaced, the old and the new one exist.
        long needed = 2 * bytes + (1 << 20);
        // 0 where it is not known. Files.getFileStore fails in a chroot whose file system is no listed mount.
        long free = path.toFile().getUsableSpace();
        if (free > 0 && free < needed) {
            throw new IOException(path + ": the disk has too little free space: the run's checkpoints need "
                    + Text.bytes(needed) + ", but " + Text.bytes(free) + " are free");
        }
    }
}
