package scorefield.cli.explore.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import scorefield.autodiff.Op;

/**
 * What the author of an op wrote about it: its Javadoc, and its source with its meaning and its gradient. The sources of the library's ops
 * are resources beside their classes; an op of other people's has none.
 *
 * @param meaning the Javadoc as plain text; empty where there is none
 * @param source the Java source; empty where there is none
 */
record OpText(String meaning, String source) {

    private static final String JAVADOC = "(?s)/\\*\\*((?:(?!\\*/).)*)\\*/\\s*";
    private static final Pattern LINK = Pattern.compile("\\{@(?:link|linkplain|code|value)\\s+(?:\\S*[.#])?([^}]*)}");
    private static final Pattern PARAGRAPH = Pattern.compile("\\s*</?(?:p|pre|ul|li)>\\s*");
    private static final Pattern ELEMENT = Pattern.compile("</?\\w+>");

    static OpText of(Op op) {
        Class<?> type = op instanceof Enum<?> constant ? constant.getDeclaringClass() : op.getClass();
        String source = source(type);
        String declaration = op instanceof Enum<?> constant
                ? Pattern.quote(constant.name()) + "\\b"
                : "public (?:final |sealed )*(?:record|class|enum) " + type.getSimpleName() + "\\b";
        Matcher matcher = Pattern.compile(JAVADOC + declaration).matcher(source);
        return new OpText(matcher.find() ? plain(matcher.group(1)) : "", source);
    }

    private static String source(Class<?> type) {
        try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".java")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Paragraphs, each on one line, without HTML and without what is said of single parameters. */
    private static String plain(String javadoc) {
        String text = javadoc.replaceAll("\\s*\\n\\s*\\*", "").strip();
        int parameters = text.indexOf("@param");
        if (parameters >= 0) {
            text = text.substring(0, parameters).strip();
        }
        text = LINK.matcher(text).replaceAll(link -> Matcher.quoteReplacement(link.group(1)));
        text = PARAGRAPH.matcher(text).replaceAll("\n");
        text = ELEMENT.matcher(text).replaceAll("");
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .strip();
    }
}
