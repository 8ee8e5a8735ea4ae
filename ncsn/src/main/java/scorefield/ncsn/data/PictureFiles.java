package scorefield.ncsn.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The files of a folder or zip that should be pictures, sorted by path. May be read from several threads.
 *
 * <p>Files that systems leave beside pictures are ignored: names that begin with a dot, {@code __MACOSX},
 * {@code Thumbs.db}, {@code desktop.ini}, README and LICENSE files, and text: prose, tables and annotations, by their names' endings. Any other
 * file must be a picture.
 */
interface PictureFiles extends AutoCloseable {

    /** The folder or zip, as the user gave it. */
    Path origin();

    /** Paths within the folder or zip, separated by {@code /}, in order. */
    List<String> names();

    byte[] read(String name) throws IOException;

    @Override
    void close() throws IOException;

    static PictureFiles inFolder(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            List<String> names = walk.filter(PictureFiles::isMeant)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(Clutter::isNot)
                    .sorted()
                    .toList();
            return new InFolder(folder, names);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A link to nowhere is meant as a picture, too: it is refused by name rather than passed over. */
    private static boolean isMeant(Path file) {
        return Files.isRegularFile(file) || (Files.isSymbolicLink(file) && !Files.isDirectory(file));
    }

    static PictureFiles inZip(Path path) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(path.toFile());
        } catch (ZipException e) {
            throw new BadDataException(path + ": is a damaged zip, or one cut short: " + e.getMessage(), e);
        }
        List<String> names = zip.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .filter(Clutter::isNot)
                .sorted()
                .toList();
        return new InZip(path, zip, names);
    }

    /** Pictures as files. */
    record InFolder(Path origin, List<String> names) implements PictureFiles {

        @Override
        public byte[] read(String name) throws IOException {
            return Files.readAllBytes(origin.resolve(name));
        }

        @Override
        public void close() {
            // Holds nothing open.
        }
    }

    /** Pictures as entries of a zip, which is read in place. */
    record InZip(Path origin, ZipFile zip, List<String> names) implements PictureFiles {

        @Override
        public byte[] read(String name) throws IOException {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw new FileNotFoundException(name);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return in.readAllBytes();
            }
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }

    /** Files that are found in folders of pictures and are not data. */
    final class Clutter {

        private static final Set<String> NAMES = Set.of("thumbs.db", "desktop.ini", "__macosx");

        private static final Set<String> TEXTS =
                Set.of("txt", "md", "csv", "tsv", "json", "jsonl", "xml", "yaml", "yml", "html");

        private Clutter() {}

        static boolean isNot(String path) {
            for (String part : path.split("/")) {
                if (part.startsWith(".") || NAMES.contains(part.toLowerCase(Locale.ROOT))) {
                    return false;
                }
            }
            String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
            String ending = name.substring(name.lastIndexOf('.') + 1);
            return !(name.startsWith("readme") || name.startsWith("license") || TEXTS.contains(ending));
        }
    }
}
