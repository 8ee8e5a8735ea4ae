package scorefield.ncsn.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
 * NumPy's array files, for exchanging numbers with Python: little-endian float32 and float64 in C order, format versions
 * 1 to 3 (NumPy, "numpy.lib.format").
 */
public final class Npy {

    private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ANY_DESCR = Pattern.compile("'descr'\\s*:\\s*(.*?),\\s*'fortran_order'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

    /** As in NumPy, which refuses a longer one because it is slow to parse. */
    private static final int LONGEST_HEADER = 10_000;

    /** As in NumPy. */
    private static final int MOST_AXES = 64;

    private Npy() {}

    /**
     * Reads an array of float32 ({@link Array.Type#F32}) or float64 ({@link Array.Type#F64}).
     *
     * @throws BadFileException if the file is damaged, truncated, of another format or another type of numbers
     */
    public static Array read(Path path) throws IOException {
        byte[] file;
        try {
            if (Files.isDirectory(path)) {
                throw new BadFileException(path + ": is a folder, not a .npy file");
            }
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new BadFileException(path + ": is not a regular file");
            }
            if (Files.size(path) > Integer.MAX_VALUE - 8) {
                throw new BadFileException(path + ": has " + Files.size(path) + " bytes; at most 2147483639 are read");
            }
            file = Files.readAllBytes(path);
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new BadFileException(path + ": " + IoReason.of(e), e);
        }
        try {
            return parse(file);
        } catch (BadFileException e) {
            throw new BadFileException(path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads float32 or float64 numbers as float32.
     *
     * @throws BadFileException as {@link #read}, or if a number is not finite as float32
     */
    public static Array readFinite(Path path) throws IOException {
        Array array = read(path);
        float[] floats = array.type() == Array.Type.F32 ? array.floats() : toFloats(array.doubles());
        for (int i = 0; i < floats.length; i++) {
            if (!Float.isFinite(floats[i])) {
                throw new BadFileException(path + ": holds " + floats[i] + " at index "
                        + Arrays.toString(index(i, array.shape())) + "; all numbers must be finite as float32");
            }
        }
        return Array.of(floats, array.shape());
    }

    private static float[] toFloats(double[] doubles) {
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) doubles[i];
        }
        return floats;
    }

    /** Where the i-th number of an array of a shape is. */
    private static int[] index(int i, int[] shape) {
        int[] index = new int[shape.length];
        int rest = i;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }

    private static Array parse(byte[] bytes) {
        if (bytes.length < MAGIC.length + 4 || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new BadFileException("is not a .npy file: it does not begin with \\x93NUMPY");
        }
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int version = file.get(MAGIC.length);
        if (version < 1 || version > 3) {
            throw new BadFileException("is a .npy file of version " + version + " (byte 6); 1 to 3 are read");
        }
        file.position(MAGIC.length + 2);
        long headerLength = version == 1
                ? Short.toUnsignedInt(file.getShort())
                : file.remaining() < 4 ? Long.MAX_VALUE : Integer.toUnsignedLong(file.getInt());
        if (headerLength > file.remaining()) {
            throw new BadFileException("is cut short in the header: it ends at byte " + file.capacity());
        }
        if (headerLength > LONGEST_HEADER) {
            throw new BadFileException(
                    "has a header of " + headerLength + " bytes; the header of an array of numbers has "
                            + "a few hundred, and at most " + LONGEST_HEADER + " are read");
        }
        byte[] headerBytes = new byte[(int) headerLength];
        file.get(headerBytes);
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
        long end = file.position() + length * type.bytes();
        if (end != file.capacity()) {
            throw new BadFileException("holds an array of shape " + Arrays.toString(shape) + " that should end at byte "
                    + end + ", but the file " + (end > file.capacity() ? "is cut short at byte " : "goes on to byte ")
                    + file.capacity());
        }
        Array array = Array.zeros(type, (int) length, shape);
        array.get(file, 0, array.length());
        return array;
    }

    private static Array.Type type(String header) {
        Matcher descr = DESCR.matcher(header);
        if (!descr.find()) {
            throw new BadFileException("holds numbers of the type " + Text.shortened(find(ANY_DESCR, header, "descr"))
                    + "; float32 and float64 are read");
        }
        return switch (descr.group(1)) {
            case "<f4" -> Array.Type.F32;
            case "<f8" -> Array.Type.F64;
            case ">f4", ">f8" ->
                throw new BadFileException(
                        "holds big-endian numbers ('" + descr.group(1) + "'); save it with astype('<f4')");
            default ->
                throw new BadFileException("holds numbers of the type '" + Text.shortened(descr.group(1))
                        + "'; float32 ('<f4') and float64 ('<f8') are read: save it with astype('float32')");
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

    /** Writes float32 or float64 numbers in version 1, atomically (see {@link AtomicFile}). */
    public static void write(Path path, Array array) throws IOException {
        String type = switch (array.type()) {
            case F32 -> "<f4";
            case F64 -> "<f8";
            case I32, I64, U8 ->
                throw new IllegalArgumentException(
                        "an array must be float32 or float64 to be written as .npy; got " + array);
        };
        String shape = Arrays.stream(array.shape()).mapToObj(axis -> axis + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
        // The header ends with a line feed, and the numbers begin at a multiple of 64.
        int begin = (MAGIC.length + 4 + header.length() + 1 + 63) / 64 * 64;
        String padded = header + " ".repeat(begin - MAGIC.length - 4 - header.length() - 1) + "\n";
        ByteBuffer file = ByteBuffer.allocate(Math.addExact(
                        begin, Math.multiplyExact(array.length(), array.type().bytes())))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded.length());
        file.put(padded.getBytes(StandardCharsets.US_ASCII));
        array.put(file, 0, array.length());
        AtomicFile.write(path, file.array());
    }
}
