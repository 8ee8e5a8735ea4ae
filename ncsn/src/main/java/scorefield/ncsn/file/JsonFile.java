package scorefield.ncsn.file;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** JSON that people can read too: on many lines, without escapes for "∇" and "&lt;". */
public final class JsonFile {

    /** JSON has no NaN and no infinity: what was not measured is null. */
    private static final TypeAdapter<Number> FINITE_OR_NULL = new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, @Nullable Number number) throws IOException {
            out.value(number == null || !Double.isFinite(number.doubleValue()) ? null : number);
        }

        @Override
        public Number read(JsonReader in) throws IOException {
            return in.nextDouble();
        }
    };

    private static final Gson COMPACT = new GsonBuilder()
            .disableHtmlEscaping()
            .registerTypeAdapter(Double.class, FINITE_OR_NULL)
            .registerTypeAdapter(double.class, FINITE_OR_NULL)
            .registerTypeAdapter(Float.class, FINITE_OR_NULL)
            .registerTypeAdapter(float.class, FINITE_OR_NULL)
            .create();

    private static final Gson JSON = COMPACT.newBuilder().setPrettyPrinting().create();

    private JsonFile() {}

    /**
     * Writes a file atomically.
     *
     * @param content maps, lists, records or JSON elements
     */
    public static void write(Path path, Object content) throws IOException {
        AtomicFile.write(path, (JSON.toJson(content) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The same content on one line, for a program.
     *
     * @param content maps, lists, records, arrays or JSON elements
     */
    public static String compact(Object content) {
        return COMPACT.toJson(content);
    }
}
