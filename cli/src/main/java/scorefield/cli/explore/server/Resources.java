package scorefield.cli.explore.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The explorer's own files, which are resources of the program: pages, scripts, styles and pictures. */
public final class Resources {

    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png");

    /** At most one folder, and no dot but the one before the ending: such a name leads nowhere else. */
    private static final Pattern NAME = Pattern.compile("(?:[a-z]+/)?[a-z-]+\\.([a-z]+)");

    private static final String FOLDER = "/scorefield/cli/explore/";

    private Resources() {}

    /** A file that a browser may ask for; empty where there is none. */
    static Optional<Answer> find(String name) throws IOException {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches() || !TYPES.containsKey(matcher.group(1))) {
            return Optional.empty();
        }
        try (InputStream in = Resources.class.getResourceAsStream(FOLDER + name)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new Answer(TYPES.get(matcher.group(1)), in.readAllBytes()));
        }
    }

    /**
     * A text that the program contains, in UTF-8.
     *
     * @param name from the explorer's folder of resources on
     */
    public static String text(String name) {
        try (InputStream in = Resources.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file " + FOLDER + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
