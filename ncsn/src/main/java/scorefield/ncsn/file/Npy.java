package scorefield.ncsn.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import scorefield.ncsn.text.Text;

/**
 * NumPy's array files, for exchanging numbers with Python: little-endian float32, float64, int32, int64 and uint8 in C
 * order, format versions 1 to 3 (NumPy, "numpy.lib.format").
 */
public final class Npy {

    private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ANY_DESCR = Pattern.compile("'descr'\\s*:\\s*(.*?),\\s*'fortran_order'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

    private static final String TYPES = "float32, float64, int32, int64 and uint8";

    /** As in NumPy, which refuses a longer one because it is slow to parse. */
    private static final int LONGEST_HEADER = 10_000;

    /** As in NumPy. */
    private static final int MOST_AXES = 64;

    private static final int BUFFER = 1 << 20;

    private Npy() {}

    /**
     * Reads an array of float32, float64, int32, int64 or uint8 numbers.
     *
     * @throws BadFileException if the file is damaged, truncated, of another format or another type of numbers
     */
    public static Array read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new BadFileException(path + ": is a folder, not a .npy file");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new BadFileException(path + ": is not a regular file");
        }
        try (InputStream file = new BufferedInputStream(Files.newInputStream(path))) {
            return read(file, path.toString(), Files.size(path));
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new BadFileException(path + ": " + IoReason.of(e), e);
        }
    }

    /**
     * Reads an array from a stream that holds nothing else.
     *
     * @param name of the file, for errors
     * @param size of the file in bytes
     */
    static Array read(InputStream file, String name, long size) throws IOException {
        try {
            return parse(file, size);
        } catch (BadFileException e) {
            throw new BadFileException(name + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads float32 or float64 numbers as float32.
     *
     * @throws BadFileException as {@link #read}, or if a number is not finite as float32
     */
    public static Array readFinite(Path path) throws IOException {
        Array array = read(path);
        return Array.of(array.finiteFloats(path.toString()), array.shape());
    }

    private static Array parse(InputStream file, long size) throws IOException {
        byte[] begin = file.readNBytes(MAGIC.length + 4);
        if (begin.length < MAGIC.length + 4 || !Arrays.equals(begin, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new BadFileException("is not a .npy file: it does not begin with \\x93NUMPY");
        }
        int version = begin[MAGIC.length];
        if (version < 1 || version > 3) {
            throw new BadFileException("is a .npy file of version " + version + " (byte 6); 1 to 3 are read");
        }
        long at = begin.length;
        long headerLength = Short.toUnsignedInt(ByteBuffer.wrap(begin, MAGIC.length + 2, 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort());
        if (version > 1) {
            byte[] upper = file.readNBytes(2);
            at += upper.length;
            headerLength += upper.length < 2 ? size : ((upper[0] & 0xffL) << 16) + ((upper[1] & 0xffL) << 24);
        }
        if (at + headerLength > size) {
            throw new BadFileException("is cut short in the header: it ends at byte " + size);
        }
        if (headerLength > LONGEST_HEADER) {
            throw new BadFileException(
                    "has a header of " + headerLength + " bytes; the header of an array of numbers has "
                            + "a few hundred, and at most " + LONGEST_HEADER + " are read");
        }
        byte[] headerBytes = file.readNBytes((int) headerLength);
        at += headerBytes.length;
        String header = new String(headerBytes, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        Array.Type type = type(header);
        if (find(FORTRAN, header, "fortran_order").equals("True")) {
            throw new BadFileException("holds an array in Fortran order; save it with numpy.ascontiguousarray");
        }
        int[] shape = shape(header);
        long length = 1;
        for (int axis : shape) {
            length *= axis;
            if (length > Integer.MAX_VALUE) {
                throw new BadFileException(
                        "holds an array of shape " + Arrays.toString(shape) + ", which is too large");
            }
        }
        long end = at + length * type.bytes();
        if (end != size) { // before memory is asked for
            throw misfit(shape, end, size);
        }
        return numbers(file, at, Array.zeros(type, (int) length, shape));
    }

    /** Reads the numbers piece by piece: a file may be larger than what fits into memory beside the array that it becomes. */
    private static Array numbers(InputStream file, long at, Array array) throws IOException {
        int bytes = array.type().bytes();
        int most = BUFFER / bytes;
        for (int from = 0; from < array.length(); from += most) {
            int count = Math.min(most, array.length() - from);
            byte[] piece = file.readNBytes(count * bytes);
            if (piece.length < count * bytes) {
                long end = at + (long) array.length() * bytes;
                throw misfit(array.shape(), end, at + (long) from * bytes + piece.length);
            }
            array.get(ByteBuffer.wrap(piece), from, count);
        }
        return array;
    }

    private static BadFileException misfit(int[] shape, long end, long size) {
        return new BadFileException("holds an array of shape " + Arrays.toString(shape) + " that should end at byte "
                + end + ", but the file " + (end > size ? "is cut short at byte " : "goes on to byte ") + size);
    }

    private static Array.Type type(String header) {
        Matcher descr = DESCR.matcher(header);
        if (!descr.find()) {
            throw new BadFileException("holds numbers of the type " + Text.shortened(find(ANY_DESCR, header, "descr"))
                    + "; " + TYPES + " are read");
        }
        return switch (descr.group(1)) {
            case "<f4" -> Array.Type.F32;
            case "<f8" -> Array.Type.F64;
            case "<i4" -> Array.Type.I32;
            case "<i8" -> Array.Type.I64;
            case "|u1" -> Array.Type.U8;
            case ">f4", ">f8" ->
                throw new BadFileException(
                        "holds big-endian numbers ('" + descr.group(1) + "'); save it with astype('<f4')");
            default ->
                throw new BadFileException("holds numbers of the type '" + Text.shortened(descr.group(1)) + "'; "
                        + TYPES + " are read: save it with astype('float32')");
        };
    }

    private static int[] shape(String header) {
        String written = find(SHAPE, header, "shape").strip();
        String[] axes = written.isEmpty() ? new String[0] : written.split(",");
        try {
            int[] shape = Arrays.stream(axes)
                    .map(String::strip)
                    .mapToInt(Integer::parseInt)
                    .toArray();
            boolean some = shape.length > 0 || written.isEmpty();
            if (some && shape.length <= MOST_AXES && Arrays.stream(shape).allMatch(axis -> axis >= 0)) {
                return shape;
            }
        } catch (NumberFormatException notANumber) {
            // as for a number that no axis has
        }
        throw new BadFileException("has an impossible shape in its header: (" + Text.shortened(written) + ")");
    }

    private static String find(Pattern pattern, String header, String what) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new BadFileException("has no " + what + " in its header: " + Text.shortened(header.strip()));
        }
        return matcher.group(1);
    }

    /** Writes an array in version 1, atomically (see {@link AtomicFile}). */
    public static void write(Path path, Array array) throws IOException {
        AtomicFile.write(path, file -> {
            OutputStream out = Channels.newOutputStream(file);
            write(out, array);
            out.flush();
        });
    }

    /** Writes an array in version 1 to a stream. */
    static void write(OutputStream out, Array array) throws IOException {
        out.write(
                header(array.type(), Arrays.stream(array.shape()).asLongStream().toArray()));
        int bytes = array.type().bytes();
        int most = BUFFER / bytes;
        for (int from = 0; from < array.length(); from += most) {
            int count = Math.min(most, array.length() - from);
            ByteBuffer piece = ByteBuffer.allocate(count * bytes);
            array.put(piece, from, count);
            out.write(piece.array());
        }
    }

    /** What stands before the numbers of an array in a file of version 1. */
    public static byte[] header(Array.Type type, long... shape) {
        String descr = switch (type) {
            case F32 -> "<f4";
            case F64 -> "<f8";
            case I32 -> "<i4";
            case I64 -> "<i8";
            case U8 -> "|u1";
        };
        String axes = Arrays.stream(shape).mapToObj(axis -> axis + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + axes + "), }";
        // The header ends with a line feed, and the numbers begin at a multiple of 64.
        int begin = (MAGIC.length + 4 + header.length() + 1 + 63) / 64 * 64;
        String padded = header + " ".repeat(begin - MAGIC.length - 4 - header.length() - 1) + "\n";
        return ByteBuffer.allocate(begin)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
