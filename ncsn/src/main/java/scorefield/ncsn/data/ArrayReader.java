package scorefield.ncsn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.InputFile;
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

    /** A larger label is a mistake, such as a number of an image. */
    private static final int LARGEST_LABEL = 99_999;

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
            if (options.range() != null) {
                throw new BadDataException(file + ": holds points; a range is for images; leave it out");
            }
            return new Points(title, shape[1], samples.getValue().finiteFloats(file.toString()));
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
        byte[] bytes = bytes(file, samples, options);
        byte[] fitted = Resampler.fitAll(title, bytes, n, shape[1], shape[2], channels, options);
        int @Nullable [] labels = labels(file, arrays, n);
        List<String> classes = labels == null
                ? List.of()
                : IntStream.rangeClosed(0, Arrays.stream(labels).max().orElse(0))
                        .mapToObj(Integer::toString)
                        .toList();
        return new Images(
                title, options.heightFrom(shape[1]), options.widthFrom(shape[2]), channels, fitted, labels, classes);
    }

    private static Map<String, Array> arrays(Path file) throws IOException {
        byte[] head = InputFile.head(file, Long.BYTES);
        if (Magic.NPY.begins(head)) {
            return Map.of("", Npy.read(file));
        }
        return Magic.ZIP.begins(head) ? Npz.read(file) : Safetensors.read(file).arrays();
    }

    private static String described(Map.Entry<String, Array> entry) {
        return "an array " + (entry.getKey().isEmpty() ? "" : entry.getKey() + " ") + "of shape "
                + Arrays.toString(entry.getValue().shape());
    }

    private static byte[] bytes(Path file, Map.Entry<String, Array> entry, ReadOptions options) {
        Array array = entry.getValue();
        if (array.type() == Array.Type.U8) {
            if (options.range() != null) {
                throw new BadDataException(file
                        + ": holds bytes, for which black is 0 and white 255; a range is for numbers; leave it out");
            }
            return array.bytes();
        }
        if (array.type() != Array.Type.F32 && array.type() != Array.Type.F64) {
            throw new BadDataException(file + ": holds " + described(entry) + " and type " + array.type()
                    + ", but images are uint8, or float32 or float64 in [0, 1]");
        }
        float[] numbers = array.finiteFloats(file.toString());
        Range range = options.range() == null ? Range.UNIT : options.range();
        range.misfit(numbers).ifPresent(fact -> {
            throw new BadDataException(
                    file + ": " + fact + "; save them in [0, 1] or as uint8, or, for evaluate, say in"
                            + " which range black to white is, such as --range -1,1");
        });
        return Quantisation.bytes(range.toUnit(numbers));
    }

    private static int @Nullable [] labels(Path file, Map<String, Array> arrays, int n) {
        for (Array array : arrays.values()) {
            boolean integers = array.type() == Array.Type.I32 || array.type() == Array.Type.I64;
            if (integers && Arrays.equals(array.shape(), new int[] {n})) {
                LongStream labels = array.type() == Array.Type.I32
                        ? Arrays.stream(array.ints()).asLongStream()
                        : Arrays.stream(array.longs());
                return labels.peek(label -> {
                            if (label < 0 || label > LARGEST_LABEL) {
                                throw new BadDataException(file + ": labels must be 0 to " + LARGEST_LABEL
                                        + "; there is the label " + label);
                            }
                        })
                        .mapToInt(Math::toIntExact)
                        .toArray();
            }
        }
        return null;
    }
}
