package scorefield.ncsn.data;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Safetensors;

/**
 * A data set as a file of this program's own, decoded and with all that is known of it, for other processes of the same version. It is a
 * safetensors file: {@code samples}, U8[N,H,W,C] or F32[N,D]; {@code labels}, I32[N], where there are labels; of images also
 * {@code files}, U8, their names as JSON, which may be more than the metadata have room for; and metadata.
 */
public final class DataSetFile {

    private static final String SAMPLES = "samples";
    private static final String LABELS = "labels";
    private static final String NAME = "name";
    private static final String CLASSES = "classes";
    private static final String FILES = "files";
    private static final String NOTES = "notes";

    private static final Gson JSON = new Gson();

    private DataSetFile() {}

    /**
     * Writes a data set.
     *
     * @param more metadata to keep with it, under names with a dot
     */
    public static void write(DataSet data, Map<String, String> more, Path file) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(more);
        Map<String, Array> arrays = new LinkedHashMap<>();
        metadata.put(NAME, data.name());
        if (data instanceof Images images) {
            arrays.put(
                    SAMPLES,
                    Array.of(images.raw(), images.count(), images.height(), images.width(), images.channels()));
            int[] labels = images.rawLabels();
            if (labels != null) {
                arrays.put(LABELS, Array.of(labels, labels.length));
            }
            metadata.put(CLASSES, JSON.toJson(images.classes()));
            byte[] files = JSON.toJson(images.files()).getBytes(StandardCharsets.UTF_8);
            arrays.put(FILES, Array.of(files, files.length));
            metadata.put(NOTES, JSON.toJson(images.readingNotes()));
        } else {
            Points points = (Points) data;
            arrays.put(SAMPLES, Array.of(points.raw(), points.count(), points.dimension()));
        }
        Safetensors.of(metadata, arrays).write(file);
    }

    /**
     * The data set of a file.
     *
     * @param file as it was written
     */
    public static DataSet of(Safetensors file) {
        Array samples = file.array(SAMPLES);
        int[] shape = samples.shape();
        String name = text(file, NAME);
        if (samples.type() == Array.Type.F32) {
            return new Points(name, shape[1], samples.floats());
        }
        int @Nullable [] labels =
                file.arrays().containsKey(LABELS) ? file.array(LABELS).ints() : null;
        return new Images(name, shape[1], shape[2], shape[3], samples.bytes(), labels, texts(text(file, CLASSES)))
                .withFiles(texts(new String(file.array(FILES).bytes(), StandardCharsets.UTF_8)))
                .withNotes(texts(text(file, NOTES)));
    }

    private static List<String> texts(String json) {
        return List.of(JSON.fromJson(json, String[].class));
    }

    private static String text(Safetensors file, String key) {
        String text = file.metadata().get(key);
        if (text == null) {
            throw new IllegalArgumentException("there is no metadata named " + key + " among "
                    + file.metadata().keySet());
        }
        return text;
    }
}
