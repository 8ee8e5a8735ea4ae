package scorefield.ncsn.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What a name leads to, symbolic links followed. */
enum FileKind {
    /** Nothing. */
    MISSING("nothing"),
    REGULAR("a regular file"),
    FOLDER("a folder"),
    PIPE("a named pipe"),
    DEVICE("a device"),
    DISK("a disk (block device)"),
    SOCKET("a socket"),
    OTHER("not a regular file");

    /** The bits of a Unix mode that hold the type of the file (POSIX, {@code sys/stat.h}). */
    private static final int TYPE = 0170000;

    private final String description;

    FileKind(String description) {
        this.description = description;
    }

    /**
     * Looks at a name.
     *
     * @throws IOException if it cannot be looked at, for example because symbolic links form a loop
     */
    static FileKind of(Path path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return MISSING;
        }
        if (attributes.isRegularFile()) {
            return REGULAR;
        }
        if (attributes.isDirectory()) {
            return FOLDER;
        }
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("unix")) {
            return OTHER;
        }
        return switch ((int) Files.getAttribute(path, "unix:mode") & TYPE) {
            case 0010000 -> PIPE;
            case 0020000 -> DEVICE;
            case 0060000 -> DISK;
            case 0140000 -> SOCKET;
            default -> OTHER;
        };
    }

    /** With an article, such as {@code a named pipe}. */
    @Override
    public String toString() {
        return description;
    }
}
