package scorefield.ncsn.file;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes what a person named as an output. A regular file is written atomically: it is complete or absent, even if the program, the disk or
 * the power fails. What else a name can be, {@link #write(Path, Content)} says.
 *
 * <p>The content is written to a temporary file in the same folder and forced to disk; then the file is renamed to the
 * target. A rename is atomic, but without forcing the content first, a file system may rename before it has stored the
 * content. The folder is forced too, so that the new name is durable. After a failure the temporary file is deleted and
 * the target is unchanged. Leftovers of a killed process are deleted the next time the same target is written.
 */
public final class AtomicFile {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** The names of this process' standard output. What is written to it goes behind what was printed, even into a file. */
    private static final Set<String> STANDARD_OUTPUT = Set.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

    /** Names of files that a process has open. They look like links to files, which are not to be replaced behind the process' back. */
    private static final Pattern OPEN_FILE = Pattern.compile("/dev/std(out|err)|/(dev|proc/[^/]+)/fd/\\d+");

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
     * Writes {@code target}. Symbolic links are followed, and stay. A regular file is replaced, and its permissions are kept; a file that is
     * missing is created. A pipe, a device such as {@code /dev/null} and an open file such as {@code /dev/stdout} are written to, as the shell's
     * {@code >} does. A folder, a socket and a disk are refused.
     *
     * @throws IOException with the target's path and the reason, for example a full disk; a regular file is unchanged
     */
    public static void write(Path target, Content content) throws IOException {
        try {
            Optional<Path> file = fileBehind(target);
            if (file.isEmpty()) {
                stream(target, content);
                return;
            }
            Path folder = file.get().getParent();
            if (Files.notExists(folder)) {
                throw new IOException("the folder " + folder + " does not exist");
            }
            requireNotReadOnly(file.get());
            removeLeftovers(folder, file.get().getFileName().toString());
            write(folder, file.get(), content);
        } catch (IOException e) {
            throw new IOException("cannot write " + target + ": " + IoReason.of(e), e);
        }
    }

    /**
     * Checks, without writing it, that {@code target} can be written. The folder of a regular file is created if it is missing.
     *
     * @throws IOException with the reason
     */
    public static void requireWritable(Path target) throws IOException {
        Optional<Path> file = fileBehind(target);
        if (file.isPresent()) {
            Files.createDirectories(file.get().getParent());
            requireNotReadOnly(file.get());
            Files.delete(Files.createTempFile(file.get().getParent(), ".writable", ".tmp"));
        } else if (!isStandardOutput(target) && !Files.isWritable(target)) {
            throw new AccessDeniedException(target.toString());
        }
    }

    /**
     * Whether a name leads to something that is written to rather than replaced: a pipe, a device, an open file.
     *
     * @throws IOException if it cannot be written at all, with the reason
     */
    public static boolean isStream(Path target) throws IOException {
        return fileBehind(target).isEmpty();
    }

    /** Whether a name is that of this process' standard output, where nothing else should be printed then. */
    public static boolean isStandardOutput(Path target) {
        return STANDARD_OUTPUT.contains(target.toString());
    }

    /** The regular file, there or not, that a name leads to; empty for what is written to rather than replaced. */
    private static Optional<Path> fileBehind(Path target) throws IOException {
        if (isStandardOutput(target)) {
            return Optional.empty();
        }
        FileKind kind = FileKind.of(target);
        switch (kind) {
            case PIPE, DEVICE, OTHER -> {
                return Optional.empty();
            }
            case FOLDER -> throw new IOException("it is a folder");
            case SOCKET, DISK -> throw new IOException("it is " + kind);
            case REGULAR, MISSING -> {
                // Links are followed one by one: a link may lead to a file that is to be created.
            }
        }
        Path file = target.toAbsolutePath();
        while (Files.isSymbolicLink(file)) {
            if (OPEN_FILE.matcher(file.toString()).matches()) {
                return Optional.empty();
            }
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        return Optional.of(file);
    }

    /** A folder's owner may replace a file that is read-only; the shell's {@code >} does not, and neither does this. */
    private static void requireNotReadOnly(Path file) throws IOException {
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new AccessDeniedException(file.toString());
        }
    }

    /** The content is completed in a temporary file first, because it may seek back, and a pipe cannot. */
    private static void stream(Path target, Content content) throws IOException {
        Path temporary = Files.createTempFile("scorefield", ".tmp");
        try {
            try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                content.writeTo(file);
            }
            if (isStandardOutput(target)) {
                // Stays open: it is the process' own.
                Files.copy(temporary, new FileOutputStream(FileDescriptor.out));
                return;
            }
            try (OutputStream out =
                    Files.newOutputStream(target, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                Files.copy(temporary, out);
            }
        } finally {
            Files.delete(temporary);
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
            if (POSIX && Files.exists(target)) {
                Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(target));
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
