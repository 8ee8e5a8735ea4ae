package scorefield.ncsn.file;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** JSON that people can read too: on many lines, without escapes for "∇" and "&lt;". */
public final class JsonFile {

    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    private JsonFile() {}

    /**
     * Writes a file atomically.
     *
     * @param content maps, lists, records or JSON elements
     */
    public static void write(Path path, Object content) throws IOException {
        AtomicFile.write(path, (JSON.toJson(content) + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
