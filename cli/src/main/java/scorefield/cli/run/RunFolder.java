package scorefield.cli.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import scorefield.cli.console.Text;
import scorefield.cli.console.UserException;
import scorefield.ncsn.file.IoReason;
import scorefield.ncsn.training.Checkpoint;

/**
 * The folder of one run, and what lies where in it.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {

    /** Where runs lie that were given no folder. */
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

    /** All settings, as they can be given to {@code --config} again. */
    public Path configuration() {
        return path.resolve("config.yaml");
    }

    /** Which kernels the run computes with, where they were chosen by trying. */
    public Path tuning() {
        return path.resolve("tuning.txt");
    }

    /** How the run came about, session by session. */
    public Path history() {
        return path.resolve("run.json");
    }

    /** All about the run on one page. */
    public Path report() {
        return path.resolve("report.html");
    }

    /** How good the samples are, where that was measured. */
    public Path evaluation() {
        return path.resolve("evaluation.json");
    }

    /** Samples beside the training data nearest to them, where that was evaluated. */
    public Path neighbours() {
        return path.resolve("neighbours.png");
    }

    /** The loss over the steps, drawn. */
    public Path lossChart() {
        return path.resolve("loss.png");
    }

    /** Samples of the finished run. */
    public Path samples() {
        return path.resolve("samples.png");
    }

    /** The score that was learned of points of the plane, as arrows. */
    public Path field() {
        return path.resolve("field.png");
    }

    /** The ways of a few sampling chains through the plane. */
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

    /** Reads the run's checkpoint; refused in words a person understands where there is none. */
    public Checkpoint read() throws IOException {
        if (!hasCheckpoint()) {
            throw new UserException(path + ": there is no run in this folder (no checkpoint.safetensors)");
        }
        return Checkpoint.read(checkpoint());
    }

    /** The run whose checkpoint was written last. */
    public static RunFolder newest() throws IOException {
        return findNewest()
                .orElseThrow(() -> new UserException("there is no run in " + RUNS.toAbsolutePath()
                        + " yet: `bin/scorefield train` makes one; one that lies elsewhere is named by its folder"));
    }

    /** The run whose checkpoint was written last, if there is any. */
    public static Optional<RunFolder> findNewest() throws IOException {
        Optional<RunFolder> newest = Optional.empty();
        FileTime newestTime = FileTime.fromMillis(Long.MIN_VALUE);
        if (Files.isDirectory(RUNS)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(RUNS, Files::isDirectory)) {
                for (Path folder : folders) {
                    RunFolder run = new RunFolder(folder);
                    if (run.hasCheckpoint()) {
                        FileTime time = Files.getLastModifiedTime(run.checkpoint());
                        if (time.compareTo(newestTime) > 0) {
                            newest = Optional.of(run);
                            newestTime = time;
                        }
                    }
                }
            }
        }
        return newest;
    }

    /** A folder under {@link #RUNS} that no run has. */
    public static RunFolder unused(String name) {
        RunFolder folder = new RunFolder(RUNS.resolve(name));
        for (int n = 2; Files.exists(folder.path); n++) {
            folder = new RunFolder(RUNS.resolve(name + "-" + n));
        }
        return folder;
    }

    /**
     * Makes sure, before anything is computed, that the folder can be made and written into; what is made for that is removed.
     *
     * @throws UserException if it cannot
     */
    public void requireWritable() throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path folder = path.resolve(PREVIEWS).toAbsolutePath();
                folder != null && Files.notExists(folder);
                folder = folder.getParent()) {
            missing.add(folder);
        }
        try {
            Files.createDirectories(path.resolve(PREVIEWS));
            Files.delete(Files.createTempFile(path, ".writable", ".tmp"));
        } catch (FileSystemException e) {
            throw cannotBeWritten(e);
        } finally {
            for (Path folder : missing) {
                Files.deleteIfExists(folder);
            }
        }
    }

    private UserException cannotBeWritten(FileSystemException e) {
        return new UserException(
                path + ": cannot be written to: " + IoReason.of(e) + "; choose another folder with --out");
    }

    /**
     * Makes the folder where it is missing, and makes sure, before hours are spent, that files can be written into it.
     *
     * @param bytes how much a checkpoint takes
     * @throws UserException if the folder cannot be written to
     * @throws IOException if there is too little room on the disk
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
        // 0 where nobody knows, as Files.getFileStore does not in a chroot, whose file system is no mount that it can
        // find.
        long free = path.toFile().getUsableSpace();
        if (free > 0 && free < needed) {
            throw new IOException(path + ": there is too little room on the disk: the run's checkpoints need "
                    + Text.bytes(needed) + ", but " + Text.bytes(free) + " are free");
        }
    }
}
