package scorefield.ncsn.file;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a file atomically: it is complete or absent, even if the program, the disk or the power fails.
 *
 * <p>The content is written to a temporary file in the same folder and forced to disk; then the file is renamed to the
 * target. A rename is atomic, but without forcing the content first, a file system may rename before it has stored the
 * content. The folder is forced too, so that the new name is durable. After a failure the temporary file is deleted and
 * the target is unchanged. Leftovers of a killed process are deleted the next time the same target is written.
 */
public final class AtomicFile {

    /** The names of the temporary files that this process is writing. */
    private static final Set<String> WRITING = ConcurrentHashMap.newKeySet();

    private AtomicFile() {}

    /** Writes the content of a file from its beginning; it may seek back. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of the content to a new, empty file. A failure leaves the target as it was. */
        void writeTo(FileChannel file) throws IOException;
    }

    /**
     * Creates or replaces {@code target}.
     *
     * @throws IOException with the target's path and the reason, for example a full disk; the target is unchanged
     */
    public static void write(Path target, Content content) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        try {
            if (folder == null || Files.isDirectory(target)) {
                throw new IOException("it is a folder");
            }
            if (Files.notExists(folder)) {
                throw new IOException("the folder " + folder + " does not exist");
            }
            removeLeftovers(folder, target.getFileName().toString());
            write(folder, target, content);
        } catch (IOException e) {
            throw new IOException("cannot write " + target + ": " + IoReason.of(e), e);
        }
    }

    /** Creates or replaces {@code target} with these bytes. */
    public static void write(Path target, byte[] bytes) throws IOException {
        write(target, file -> writeFully(file, ByteBuffer.wrap(bytes)));
    }

    /** Writes all remaining bytes of the buffer, because a channel may write fewer at once. */
    static void writeFully(FileChannel file, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
    }

    private static void write(Path folder, Path target, Content content) throws IOException {
        // A process's number alone does not make a name: in containers, every program may have the same one.
        String name =
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + "-" + UUID.randomUUID() + ".tmp";
        Path temporary = folder.resolve(name);
        WRITING.add(name);
        try {
            try (FileChannel file =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(file);
                file.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            // After the rename there is nothing to delete.
            Files.deleteIfExists(temporary);
            WRITING.remove(name);
        }
        // Windows cannot open a folder as a file; it makes names durable by other means.
        if (File.separatorChar == '/') {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** Deletes temporary files of this target that nobody writes: the process that their name contains has ended, or is this one. */
    private static void removeLeftovers(Path folder, String name) throws IOException {
        Pattern temporary = Pattern.compile(Pattern.quote("." + name + ".") + "(\\d{1,18})-[0-9a-f-]+\\.tmp");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher matcher = temporary.matcher(file.getFileName().toString());
                if (matcher.matches() && !isWritten(matcher.group(), Long.parseLong(matcher.group(1)))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isWritten(String temporary, long process) {
        return process == ProcessHandle.current().pid()
                ? WRITING.contains(temporary)
                : ProcessHandle.of(process).isPresent();
    }
}
