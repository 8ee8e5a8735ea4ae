package scorefield.ncsn.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.file.Npz;
import scorefield.ncsn.file.Quantisation;
import scorefield.ncsn.file.Safetensors;

/**
 * Reads samples from arrays: NumPy's {@code .npy} and {@code .npz}, and {@code .safetensors}.
 *
 * <p>The array with the most axes holds the samples: images N×H×W×C or N×H×W, bytes or numbers in [0, 1]; or points N×D. Integers of shape N
 * beside it are the images' labels. So it reads what {@code sample --out} writes, and what others save with {@code numpy.savez}, whatever
 * names they gave the arrays.
 */
final class ArrayReader {

    /** How far beyond [0, 1] the numbers of images may go, as samples do that are not clamped. Images in [−1, 1] or [0, 255] go further. */
    private static final double TOLERANCE = 0.9;

    private static final String SAFETENSORS = ".safetensors";

    private ArrayReader() {}

    /** Whether a file holds arrays, by its content; safetensors, which have no magic number, also by the name's ending. */
    static boolean recognises(Path file, byte[] head) throws IOException {
        return Magic.NPY.begins(head)
                || (Magic.ZIP.begins(head) && Npz.recognises(file))
                || (head.length > Long.BYTES
                        && head[Long.BYTES] == '{'
                        && file.toString().endsWith(SAFETENSORS));
    }

    /**
     * Reads images or points.
     *
     * @throws BadDataException if the arrays are no samples
     * @throws scorefield.ncsn.file.BadFileException if the file is damaged
     */
    static DataSet read(Path file, ReadOptions options) throws IOException {
        Map<String, Array> arrays = arrays(file);
        Map.Entry<String, Array> samples = arrays.entrySet().stream()
                .max((a, b) -> Integer.compare(
                        a.getValue().shape().length, b.getValue().shape().length))
                .orElseThrow(() -> new BadDataException(file + ": holds no array"));
        String title = file.getFileName().toString();
        int[] shape = samples.getValue().shape();
        if (shape.length == 2 && samples.getValue().length() > 0) {
            return new Points(title, shape[1], floats(file, samples));
        }
        if ((shape.length != 3 && shape.length != 4) || samples.getValue().length() == 0) {
            throw new BadDataException(file + ": holds " + described(samples)
                    + ", but samples are images N×H×W×C in [0, 1], or points N×D");
        }
        int n = shape[0];
        int channels = shape.length == 3 ? 1 : shape[3];
        if (channels != 1 && channels != 3) {
            throw new BadDataException(file + ": holds " + described(samples) + ", but images N×H×W×C have 1 or 3"
                    + " channels, which come last"
                    + (shape[1] == 1 || shape[1] == 3 ? ": save it with numpy.moveaxis(x, 1, -1)" : ""));
        }
        byte[] bytes = bytes(file, samples);
        byte[] fitted = Resampler.fitAll(title, bytes, n, shape[1], shape[2], channels, options);
        int @Nullable [] labels = labels(arrays, n);
        List<String> classes = labels == null
                ? List.of()
                : IntStream.rangeClosed(0, Arrays.stream(labels).max().orElse(0))
                        .mapToObj(Integer::toString)
                        .toList();
        return new Images(
                title, options.heightFrom(shape[1]), options.widthFrom(shape[2]), channels, fitted, labels, classes);
    }

    private static Map<String, Array> arrays(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(Long.BYTES);
            if (Magic.NPY.begins(head)) {
                return Map.of("", Npy.read(file));
            }
            return Magic.ZIP.begins(head)
                    ? Npz.read(file)
                    : new LinkedHashMap<>(Safetensors.read(file).arrays());
        }
    }

    private static String described(Map.Entry<String, Array> entry) {
        return "an array " + (entry.getKey().isEmpty() ? "" : entry.getKey() + " ") + "of shape "
                + Arrays.toString(entry.getValue().shape());
    }

    private static float[] floats(Path file, Map.Entry<String, Array> entry) {
        Array array = entry.getValue();
        return switch (array.type()) {
            case F32 -> array.floats();
            case F64 -> {
                double[] doubles = array.doubles();
                float[] floats = new float[doubles.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) doubles[i];
                }
                yield floats;
            }
            case I32, I64, U8 ->
                throw new BadDataException(file + ": holds " + described(entry) + " and type " + array.type()
                        + ", but points are float32 or float64");
        };
    }

    private static byte[] bytes(Path file, Map.Entry<String, Array> entry) {
        Array array = entry.getValue();
        if (array.type() == Array.Type.U8) {
            return array.bytes();
        }
        if (array.type() != Array.Type.F32 && array.type() != Array.Type.F64) {
            throw new BadDataException(file + ": holds " + described(entry) + " and type " + array.type()
                    + ", but images are uint8, or float32 or float64 in [0, 1]");
        }
        float[] numbers = floats(file, entry);
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < numbers.length; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new BadDataException(
                        file + ": number " + i + " is " + numbers[i] + "; the numbers of images must be finite");
            }
            least = Math.min(least, numbers[i]);
            greatest = Math.max(greatest, numbers[i]);
        }
        if (least < -TOLERANCE || greatest > 1 + TOLERANCE) {
            throw new BadDataException(file + ": its numbers go from " + least + " to " + greatest
                    + ", but images have numbers in [0, 1] (0 is black); save them so, or as uint8");
        }
        return Quantisation.bytes(numbers);
    }

    private static int @Nullable [] labels(Map<String, Array> arrays, int n) {
        for (Array array : arrays.values()) {
            boolean integers = array.type() == Array.Type.I32 || array.type() == Array.Type.I64;
            if (integers && Arrays.equals(array.shape(), new int[] {n})) {
                return array.type() == Array.Type.I32
                        ? array.ints()
                        : Arrays.stream(array.longs())
                                .mapToInt(Math::toIntExact)
                                .toArray();
            }
        }
        return null;
    }
}
