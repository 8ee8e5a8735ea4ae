package scorefield.ncsn.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two processes from training the same run: each would overwrite the other's checkpoints.
 *
 * <p>The operating system holds the lock, so it ends with the process, however that ends; the empty file stays.
 */
public final class RunLock implements AutoCloseable {

    private static final String FILE = ".lock";

    private final FileChannel file;

    private RunLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Locks a run.
     *
     * @throws RunException if it is being trained already
     */
    public static RunLock of(RunFolder run) throws IOException {
        return tryOf(run)
                .orElseThrow(() -> new RunException(run.path()
                        + ": this run is being trained by another process; stop that process first, or train another"
                        + " run in another folder"));
    }

    /** Locks a run, unless it is being trained already. */
    public static Optional<RunLock> tryOf(RunFolder run) throws IOException {
        Path path = run.path().resolve(FILE);
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(file, false) == null) {
            file.close();
            return Optional.empty();
        }
        return Optional.of(new RunLock(file));
    }

    /** Whether a process trains a run at the moment. */
    static boolean isHeld(RunFolder run) throws IOException {
        Path path = run.path().resolve(FILE);
        if (Files.notExists(path)) {
            return false;
        }
        // A shared lock, which needs no more than reading, cannot be had either; closing the file gives it back.
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return tryLock(file, true) == null;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file, boolean shared) throws IOException {
        try {
            return file.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
