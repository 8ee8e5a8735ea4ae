package scorefield.ncsn.file;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.ArchiveException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/** NumPy's files of several arrays: a zip of {@code NAME.npy}, as {@code numpy.savez} writes it, compressed or not. */
public final class Npz {

    private static final String ENDING = ".npy";

    private Npz() {}

    /**
     * Whether a zip is one of arrays: its first entry, by which zips of pictures differ, is a {@code .npy} file.
     *
     * @throws IOException if the file cannot be read
     */
    public static boolean recognises(Path zip) throws IOException {
        try (ZipArchiveInputStream in = new ZipArchiveInputStream(InputFile.open(zip))) {
            ZipArchiveEntry first = in.getNextEntry();
            return first != null && first.getName().endsWith(ENDING);
        } catch (ArchiveException | ZipException | EOFException e) {
            return false; // whoever reads it as something else says what is wrong
        }
    }

    /**
     * Reads all arrays, by their names without the ending, in the file's order.
     *
     * @throws BadFileException if the file is damaged, or holds something else
     */
    public static Map<String, Array> read(Path path) throws IOException {
        Map<String, Array> arrays = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(path.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                if (!name.endsWith(ENDING)) {
                    throw new BadFileException(path + ": holds " + name + ", but a .npz file holds .npy files only");
                }
                try (InputStream content = new BufferedInputStream(zip.getInputStream(entry))) {
                    arrays.put(
                            name.substring(0, name.length() - ENDING.length()),
                            Npy.read(content, path + "/" + name, entry.getSize()));
                }
            }
        } catch (ZipException e) {
            throw new BadFileException(path + ": is a damaged zip, or one cut short: " + e.getMessage(), e);
        }
        if (arrays.isEmpty()) {
            throw new BadFileException(path + ": is not a .npz file: it holds no .npy file");
        }
        return arrays;
    }

    /** Writes arrays atomically (see {@link AtomicFile}). */
    public static void write(Path path, Map<String, Array> arrays) throws IOException {
        AtomicFile.write(path, file -> {
            ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(file));
            for (Map.Entry<String, Array> entry : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey() + ENDING));
                Npy.write(zip, entry.getValue());
                zip.closeEntry();
            }
            zip.finish();
        });
    }
}
