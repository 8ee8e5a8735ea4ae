package scorefield.ncsn.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens files that a person named. Only regular files are opened: a pipe would wait for its writer, and a device may never end. */
public final class InputFile {

    private InputFile() {}

    /** Opens a file for reading. */
    public static InputStream open(Path path) throws IOException {
        requireRegular(path);
        return Files.newInputStream(path);
    }

    /** The first bytes of a file, {@code most} at most. */
    public static byte[] head(Path path, int most) throws IOException {
        try (InputStream in = open(path)) {
            return in.readNBytes(most);
        }
    }

    /**
     * Checks that a name leads to a regular file.
     *
     * @throws IOException saying what it is instead
     */
    public static void requireRegular(Path path) throws IOException {
        FileKind kind = FileKind.of(path);
        if (kind == FileKind.MISSING) {
            throw new NoSuchFileException(path.toString());
        }
        if (kind != FileKind.REGULAR) {
            throw new FileSystemException(path.toString(), null, "it is " + kind + "; only regular files are read");
        }
    }
}
