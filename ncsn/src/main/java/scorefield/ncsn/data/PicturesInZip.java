package scorefield.ncsn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import scorefield.ncsn.file.InputFile;

/**
 * Pictures as entries of a zip, which is read in place. Its names are used as names only: nothing is written to them.
 *
 * @param origin the zip's path
 * @param zip the open zip
 * @param names the entries' names, sorted
 * @param entries the entries in the same order
 */
record PicturesInZip(Path origin, ZipFile zip, List<String> names, List<ZipArchiveEntry> entries)
        implements PictureFiles {

    /** The ways of compression that Commons Compress undoes by itself. */
    private static final Set<ZipMethod> READABLE = Set.of(
            ZipMethod.STORED,
            ZipMethod.DEFLATED,
            ZipMethod.ENHANCED_DEFLATED,
            ZipMethod.BZIP2,
            ZipMethod.IMPLODING,
            ZipMethod.UNSHRINKING);

    /** The code page of names that are not in UTF-8 (PKWARE's APPNOTE.TXT, appendix D). */
    private static final Charset CODE_PAGE =
            Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1;

    static PictureFiles open(Path path) throws IOException {
        InputFile.requireRegular(path);
        ZipFile zip;
        try {
            zip = ZipFile.builder().setPath(path).setIgnoreLocalFileHeader(true).get();
        } catch (IOException | RuntimeException e) {
            throw new BadDataException(path + ": is a damaged zip, or one cut short: " + e.getMessage(), e);
        }
        // Of two entries with one name, the second is what unpacking leaves.
        TreeMap<String, ZipArchiveEntry> sorted = new TreeMap<>();
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            String name = name(entry);
            if (!entry.isDirectory() && !name.isEmpty() && PictureFiles.Clutter.isNot(name)) {
                sorted.put(name, entry);
            }
        }
        try {
            for (Map.Entry<String, ZipArchiveEntry> entry : sorted.entrySet()) {
                requireReadable(path + "/" + entry.getKey(), entry.getValue());
            }
        } catch (BadDataException e) {
            zip.close();
            throw e;
        }
        return new PicturesInZip(path, zip, List.copyOf(sorted.keySet()), List.copyOf(sorted.values()));
    }

    /** The path of an entry: separated by {@code /}, though Windows' programs write {@code \}, and without parts that say nothing. */
    private static String name(ZipArchiveEntry entry) {
        String name = decoded(entry).replace('\\', '/');
        return Arrays.stream(name.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals(".") && !part.equals(".."))
                .collect(Collectors.joining("/"));
    }

    private static String decoded(ZipArchiveEntry entry) {
        byte[] raw = entry.getRawName();
        if (raw == null || entry.getNameSource() != ZipArchiveEntry.NameSource.NAME) {
            return entry.getName();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException otherCodePage) {
            return new String(raw, CODE_PAGE);
        }
    }

    private static void requireReadable(String title, ZipArchiveEntry entry) {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new BadDataException(
                    title + ": is protected with a password; unpack the zip first, and give the folder");
        }
        ZipMethod method = ZipMethod.getMethodByCode(entry.getMethod());
        if (method == null || !READABLE.contains(method)) {
            throw new BadDataException(title + ": is compressed with zip's method " + entry.getMethod()
                    + (method == null ? "" : " (" + method + ")")
                    + ", which is not read; unpack the zip first, and give the folder");
        }
    }

    @Override
    public InputStream open(int file) throws IOException {
        ZipArchiveEntry entry = entries.get(file);
        synchronized (zip) { // finding the beginning of an entry moves the position in the file
            return new Checked(entry.getCrc(), () -> zip.getInputStream(entry));
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** The content of an entry. At its end the checksum is compared: not every decoder of pictures notices damage. */
    private static final class Checked extends InputStream {

        private final long expected;
        private final CRC32 actual = new CRC32();
        private final InputStream in;

        Checked(long expected, UnreadableFiles.Reading<InputStream> opening) throws IOException {
            this.expected = expected;
            this.in = undamaged(opening);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int read = undamaged(() -> in.read(buffer, from, length));
            if (read >= 0) {
                actual.update(buffer, from, read);
            } else if (expected >= 0 && actual.getValue() != expected) {
                throw new IOException("its checksum in the zip is wrong: it is damaged");
            }
            return read;
        }

        /** Some decoders of compressed data throw what comes to hand. */
        private static <T> T undamaged(UnreadableFiles.Reading<T> reading) throws IOException {
            try {
                return reading.read();
            } catch (RuntimeException e) {
                throw new IOException("it is damaged in the zip: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
