package scorefield.ncsn.data;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import scorefield.ncsn.file.InputFile;

/**
 * The files of a folder or zip that should be pictures, sorted by path. May be read from several threads.
 *
 * <p>Files that systems leave beside pictures are ignored: names that begin with a dot, {@code __MACOSX},
 * {@code Thumbs.db}, {@code desktop.ini}, README and LICENSE files, and text: prose, tables and annotations, by their names' endings. Any other
 * file must be a picture.
 */
interface PictureFiles extends AutoCloseable {

    /** Enough to tell every format apart; a tar archive's mark is the last, at byte 257. */
    int LOOK = 512;

    /** The folder or zip, as the user gave it. */
    Path origin();

    /** Paths within the folder or zip, separated by {@code /}, in order. */
    List<String> names();

    /** Opens a file by its place among the names. */
    InputStream open(int file) throws IOException;

    @Override
    void close() throws IOException;

    /** What messages call a file. */
    default String title(int file) {
        return origin() + "/" + names().get(file);
    }

    /**
     * The bytes of a file. Of one that is no picture only the first are read; and of a picture no more than its size needs, because a small zip
     * may hold a file that is huge.
     */
    default byte[] read(int file) throws IOException {
        try (InputStream in = open(file)) {
            byte[] head = in.readNBytes(LOOK);
            if (!Magic.of(head).isPicture()) {
                return head;
            }
            byte[] beginning = joined(head, in.readNBytes(PictureLimits.mostBytesBeforeTheSize() - head.length));
            if (beginning.length < PictureLimits.mostBytesBeforeTheSize()) {
                return beginning;
            }
            PictureSurvey.Pixels size = PictureDecoder.size(title(file), beginning);
            long most = PictureLimits.mostBytes(size);
            byte[] rest = in.readNBytes(Math.toIntExact(most - beginning.length + 1));
            if (beginning.length + rest.length > most) {
                throw new IOException(
                        "it has more than " + most + " bytes, more than a picture of " + size + " pixels needs");
            }
            return joined(beginning, rest);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The pictures of a folder and of its subfolders. */
    static PictureFiles inFolder(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            List<String> names = walk.filter(PictureFiles::isMeant)
                    .map(file -> folder.relativize(file).toString().replace(File.separatorChar, '/'))
                    .filter(Clutter::isNot)
                    .sorted()
                    .toList();
            return new InFolder(folder, names);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A link to nowhere, or to a pipe, is meant as a picture, too: it is refused by name rather than passed over. */
    private static boolean isMeant(Path file) {
        return Files.isRegularFile(file) || (Files.isSymbolicLink(file) && !Files.isDirectory(file));
    }

    /** Pictures as files. */
    record InFolder(Path origin, List<String> names) implements PictureFiles {

        @Override
        public InputStream open(int file) throws IOException {
            return InputFile.open(origin.resolve(names.get(file)));
        }

        @Override
        public void close() {
            // Holds nothing open.
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
