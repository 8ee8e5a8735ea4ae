package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is true: its Java example compiles, runs and prints the right numbers; the files that it links to exist. */
class ReadmeTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private final String readme = read(ROOT.resolve("README.md"));

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theExampleDifferentiatesTwice(@TempDir Path folder) throws IOException, ReflectiveOperationException {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertThat(block.find()).isTrue();
        Path source = Files.writeString(folder.resolve("Twice.java"), block.group(1));
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, messages, "-cp", System.getProperty("java.class.path"), source.toString());
        assertThat(status).as(messages.toString(StandardCharsets.UTF_8)).isZero();

        // x = (1, 2, −3): Σx⁴ = 98, 4x³ = (4, 32, −108), 12x² = (12, 48, 108).
        assertThat(run(folder))
                .containsExactly("FLOAT scalar [98.0]", "FLOAT 3 [4.0, 32.0, -108.0]", "FLOAT 3 [12.0, 48.0, 108.0]");
    }

    private static String[] run(Path folder) throws IOException, ReflectiveOperationException {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass("Twice").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException e) {
            throw new AssertionError("the README's example failed", e.getCause());
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).strip().split("\\R");
    }

    @Test
    void everyFileThatItLinksToExists() {
        Matcher link = Pattern.compile("\\]\\((?!https?:)([^)#]+)\\)").matcher(readme);
        int links = 0;
        while (link.find()) {
            assertThat(ROOT.resolve(link.group(1))).exists();
            links++;
        }
        assertThat(links).isPositive();
    }
}
