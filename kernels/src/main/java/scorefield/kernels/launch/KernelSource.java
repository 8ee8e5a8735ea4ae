package scorefield.kernels.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a kernel source, a resource below {@code scorefield/kernels}.
 *
 * <p>A line {@code #include "folder/file.cl"} stands for that resource, which is inserted here because drivers look for files on a disk
 * only. A resource is inserted once, however many others include it. {@code #line} directives keep the compiler's messages right: they
 * name the resource and its own line.
 */
public final class KernelSource {

    private static final String ROOT = "/scorefield/kernels/";
    private static final Pattern INCLUDE = Pattern.compile("#include \"([^\"]+)\"");
    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    private KernelSource() {}

    /**
     * The text of a resource, with what it includes.
     *
     * @param file its path below {@code scorefield/kernels}
     * @throws IllegalStateException if it, or one that it includes, does not exist
     */
    public static String text(String file) {
        return TEXTS.computeIfAbsent(file, f -> {
            StringBuilder text = new StringBuilder();
            append(f, new HashSet<>(), text);
            return text.toString();
        });
    }

    private static void append(String file, Set<String> included, StringBuilder text) {
        if (!included.add(file)) {
            return;
        }
        List<String> lines = read(file).lines().toList();
        text.append(position(1, file));
        for (int i = 0; i < lines.size(); i++) {
            Matcher include = INCLUDE.matcher(lines.get(i));
            if (include.matches()) {
                append(include.group(1), included, text);
                text.append(position(i + 2, file));
            } else {
                text.append(lines.get(i)).append('\n');
            }
        }
    }

    /** Tells the compiler which line comes next. */
    private static String position(int line, String file) {
        return "#line " + line + " \"" + file + "\"\n";
    }

    private static String read(String file) {
        try (InputStream in = KernelSource.class.getResourceAsStream(ROOT + file)) {
            if (in == null) {
                throw new IllegalStateException("the program has no kernel source scorefield/kernels/" + file
                        + "; check the path in the launch or in the #include");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the kernel source " + file, e);
        }
    }
}
