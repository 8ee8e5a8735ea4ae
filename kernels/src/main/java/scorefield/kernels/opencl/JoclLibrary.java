package scorefield.kernels.opencl;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jocl.CL;
import org.jocl.LibUtils;

/**
 * JOCL's native library, loaded from {@code java.library.path} and from nowhere else.
 *
 * <p>JOCL asks Java for it first. Where Java cannot load it, JOCL unpacks it to a fixed name in the folder for temporary
 * files; and where a file of that name is there already, JOCL loads that, whoever put it there. So while JOCL loads it, that
 * folder is said to be the library's own.
 */
final class JoclLibrary {

    private static final String FILE = System.mapLibraryName(LibUtils.createPlatformLibraryName("JOCL_2_0_6"));

    private static final String TEMPORARY = "java.io.tmpdir";

    private static final String REMEDY =
            " bin/scorefield starts Java with the folder that the build makes for it; start a program of"
                    + " your own with -Djava.library.path=DIR, where DIR has what JOCL's jar has in lib/.";

    private JoclLibrary() {}

    /**
     * Loads the library, if it is not loaded yet.
     *
     * @throws UnsatisfiedLinkError if it cannot be loaded, with the reason and the remedy in one line
     */
    static void load() {
        String path = System.getProperty("java.library.path", "");
        Path folder = folder(path)
                .orElseThrow(() -> new UnsatisfiedLinkError(
                        FILE + " is in no folder of java.library.path (" + path + ")." + REMEDY));
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
