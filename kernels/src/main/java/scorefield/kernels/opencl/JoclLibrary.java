package scorefield.kernels.opencl;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jocl.CL;
import org.jocl.LibUtils;

/**
 * JOCL's native library: loaded from {@code java.library.path}, or else unpacked to a new folder that only this user can write to.
 *
 * <p>bin/scorefield starts Java with the folder that the build has unpacked the library to. A program of another build need not:
 * then JOCL unpacks the library itself. By default it does so under a fixed name in the folder for temporary files, and if a file of that
 * name exists, JOCL loads it, whoever made it. So while JOCL loads the library, that folder is set to one of our own.
 */
final class JoclLibrary {

    private static final String FILE = System.mapLibraryName(LibUtils.createPlatformLibraryName("JOCL_2_0_6"));

    private static final String TEMPORARY = "java.io.tmpdir";

    private static final String REMEDY =
            " To load it from another folder DIR, copy it there from lib/ of JOCL's jar and start Java with"
                    + " -Djava.library.path=DIR.";

    private JoclLibrary() {}

    /**
     * Loads the library, if it is not loaded yet.
     *
     * @throws UnsatisfiedLinkError if it cannot be loaded, with the reason and the remedy in one line
     */
    static void load() {
        Path folder = folder(System.getProperty("java.library.path", "")).orElseGet(JoclLibrary::newFolder);
        String temporary = System.getProperty(TEMPORARY);
        System.setProperty(TEMPORARY, folder.toString());
        try {
            CL.setExceptionsEnabled(false);
        } catch (UnsatisfiedLinkError e) {
            UnsatisfiedLinkError explained = new UnsatisfiedLinkError(
                    folder.resolve(FILE) + " could not be loaded: " + reason(e) + "." + REMEDY);
            explained.initCause(e);
            throw explained;
        } finally {
            System.setProperty(TEMPORARY, temporary);
        }
    }

    private static Optional<Path> folder(String path) {
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .filter(folder -> Files.isRegularFile(folder.resolve(FILE)))
                .findFirst();
    }

    /** A folder that only this user can write to; it is removed when the program ends. */
    private static Path newFolder() {
        try {
            Path folder = Files.createTempDirectory("scorefield-jocl-");
            folder.toFile().deleteOnExit();
            folder.resolve(FILE).toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw (UnsatisfiedLinkError)
                    new UnsatisfiedLinkError(FILE + " could not be unpacked: " + e.getMessage() + "." + REMEDY)
                            .initCause(e);
        }
    }

    /** JOCL's message has traces of both attempts; what the loader said stands at the beginning of a trace. */
    private static String reason(UnsatisfiedLinkError e) {
        String start = UnsatisfiedLinkError.class.getName() + ": ";
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst()
                .orElse("the loader gave no reason");
    }
}
