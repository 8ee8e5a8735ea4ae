package scorefield.cli.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import scorefield.cli.console.UserException;
import scorefield.ncsn.file.IoReason;

/** Checks before long work that its result can be written. */
public final class OutputFile {

    private OutputFile() {}

    /** Creates the file's folder if it is missing, and checks that a file can be created in it. */
    public static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(file)) {
            throw new UserException(file + ": is a folder; name a file");
        }
        try {
            tryWriting(folder);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be written: " + IoReason.of(e) + "; name another file");
        }
    }

    /** The file with the same name and another extension. */
    public static Path beside(Path file, String ending) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ending);
    }

    /** Creates a folder if it is missing, and checks that a file can be created in it. */
    public static void requireWritableFolder(Path folder) {
        try {
            tryWriting(folder);
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be written to: " + IoReason.of(e) + "; name another folder");
        }
    }

    private static void tryWriting(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.delete(Files.createTempFile(folder, ".writable", ".tmp"));
    }
}
