package scorefield.cli.explore.server;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import scorefield.ncsn.file.JsonFile;
import scorefield.ncsn.file.PngWriter;

/**
 * The answer to a request.
 *
 * @param type its media type
 * @param content its bytes
 */
public record Answer(String type, byte[] content) {

    private static final String JSON = "application/json";

    /** Maps, lists, arrays, records, strings and numbers as JSON. A number that is not finite becomes null. */
    public static Answer json(Object value) {
        return new Answer(JSON, JsonFile.compact(value).getBytes(StandardCharsets.UTF_8));
    }

    /** A picture as PNG. */
    public static Answer png(BufferedImage picture) throws IOException {
        return new Answer("image/png", PngWriter.encode(picture));
    }
}
