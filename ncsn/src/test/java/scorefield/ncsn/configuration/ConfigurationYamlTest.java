package scorefield.ncsn.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.network.Parametrisation;
import scorefield.ncsn.setting.BadConfigurationException;

class ConfigurationYamlTest {

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("settings.yaml"), text);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Configuration configuration = Configuration.of(
                Settings.read(Map.of(
                        "training", Map.of("learning-rate", 1e-7), "network", Map.of("multipliers", List.of(1, 4)))),
                Presets.DIGITS);
        Settings read = ConfigurationYaml.read(file(ConfigurationYaml.of(configuration)));
        assertThat(Configuration.of(read, Presets.COLOUR_32).toMap()).isEqualTo(configuration.toMap());
    }

    /** A run from before today's recipe: its file must not be completed with what today's presets say. */
    @Test
    void anOldRunsFileMeansWhatTheProgramDidThen() throws IOException {
        String json;
        try (InputStream in =
                Objects.requireNonNull(ConfigurationYamlTest.class.getResourceAsStream("first-version.json"))) {
            json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        // JSON is YAML, too.
        Configuration run = Configuration.of(ConfigurationYaml.read(file(json)), Presets.DIGITS);
        assertThat(run.toMap()).isEqualTo(Configuration.fromJson(json).toMap());
        assertThat(run.model().parametrisation()).isEqualTo(Parametrisation.Kind.NCSNV2);
    }

    @Test
    void someSettingsAreWrittenBySection() throws IOException {
        Settings some = Settings.of("noise.levels", 7)
                .over(Settings.of("sampling.step-size", "auto"))
                .over(Settings.of("noise.sigma-max", 1e-5))
                .over(Settings.of("preset", "points"));
        String text = ConfigurationYaml.of(some);
        assertThat(text)
                .isEqualTo("preset: points\nnoise:\n  sigma-max: 1.0E-5\n  levels: 7\nsampling:\n  step-size: auto\n");
        Settings read = ConfigurationYaml.read(file(text));
        assertThat(read.values()).isEqualTo(some.values());
        assertThat(read.preset()).hasValue("points");
        assertThat(ConfigurationYaml.read(file("")).isEmpty()).isTrue();
    }

    @Test
    void anErrorNamesTheFile() throws IOException {
        refused(folder, "is a folder, not a YAML file");
        refused(folder.resolve("none.yaml"), "none.yaml: there is no such file");
        refused(file("training:\n  bach: 3"), "settings.yaml: unknown key 'training.bach'");
        refused(file("training:\n  batch: [1"), "settings.yaml: is not YAML: ");
        refused(file("training:\n  batch: 1\n  batch: 2"), "is not YAML: found duplicate key batch in line 3");
        refused(file("- 1"), "settings.yaml: must hold sections of keys");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff});
        refused(binary, "binary.yaml: is not a text in UTF-8");
    }

    private static void refused(Path file, String message) {
        assertThatThrownBy(() -> ConfigurationYaml.read(file))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aValueIsAsInAFile() {
        assertThat(ConfigurationYaml.value(" 64 ")).isEqualTo(64);
        assertThat(ConfigurationYaml.value("[1, 2]")).isEqualTo(List.of(1, 2));
        assertThatThrownBy(() -> ConfigurationYaml.value("[1"))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith("the value is not YAML: ");
    }

    @Test
    @Timeout(20)
    void whatIsDeepOrGrowsIsRefused() throws IOException {
        refused(file("[".repeat(3_000)), "settings.yaml: it is nested deeper than 16 levels");
        refused(file("{a: ".repeat(20_000)), "settings.yaml: it is nested deeper than 16 levels");
        refused(file("- ".repeat(20_000)), "settings.yaml: it is nested deeper than 16 levels");
        refused(file("? ".repeat(20_000)), "settings.yaml: it is nested deeper than 16 levels");
        StringBuilder doubling = new StringBuilder("a0: &a0 " + "x".repeat(1_000) + "\n");
        for (int i = 1; i < 40; i++) {
            doubling.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        refused(file(doubling.toString()), "settings.yaml: it holds more than 100000 characters");
        refused(file("data: {source: " + "x".repeat(200_000) + "}"), "settings.yaml: it holds more than 100000");
        refused(file("x".repeat(2 << 20)), "settings.yaml: is longer than 1048576 bytes");
        refused(file("a: &a [*a]"), "settings.yaml: the alias *a stands for what contains it");
        refused(file("a: *b"), "settings.yaml: the alias *b stands for nothing: there is no &b before it");
        refused(Path.of("/dev/zero"), "/dev/zero: is longer than 1048576 bytes");
        assertThatThrownBy(() -> ConfigurationYaml.value("[".repeat(3_000)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("nested deeper");
    }

    @Test
    void whatYamlAllowsIsReadOrRefusedInOneLine() throws IOException {
        assertThat(ConfigurationYaml.read(file("\uFEFFtraining:\n  batch: 3\n")).values())
                .isEqualTo(Map.of("training.batch", 3L));
        assertThat(ConfigurationYaml.read(file("training: {batch: &b 3}\nnetwork: {width: *b}"))
                        .values())
                .isEqualTo(Map.of("training.batch", 3L, "network.width", 3L));
        byte[] utf16 = "training:\n  batch: 3\n".getBytes(StandardCharsets.UTF_16);
        refused(Files.write(folder.resolve("utf16.yaml"), utf16), "utf16.yaml: is not a text in UTF-8");
        String huge = "9".repeat(500);
        for (String text : List.of(
                "a: 1\n---\nb: 2",
                "training: !!python/object:os.system {batch: 3}",
                "training: !x {batch: 3}",
                "training:\n  batch: !!binary aGVsbG8=",
                "training: !!set {batch}",
                "training:\n  batch: " + huge,
                "training:\n  batch: -" + huge,
                "training:\n  batch: 1e3",
                "training:\n  batch: -0",
                "training:\n  batch: 0x7fffffffffffffffffff",
                "training:\n  batch: [[3]]",
                "training:\n  batch: {}",
                "training:\n  batch:",
                "training:\n  " + "k".repeat(10_000) + ": 1",
                "training:\n  learning-rate: .inf",
                "training:\n  learning-rate: -.inf",
                "training:\n  learning-rate: .nan",
                "training:\n  learning-rate: -0.0",
                "training:\n  learning-rate: 1e39",
                "training:\n  learning-rate: 1e-60",
                "training:\n  learning-rate: 1" + huge,
                "training: [1, 2]",
                "training: text",
                "1: {2: 3}",
                "[1]: 2",
                "{}: {}",
                "preset: [1]",
                "preset: " + "p".repeat(10_000),
                "%YAML 9.9\n---\na: 1",
                "\ta: 1",
                "a: \"\\xZZ\"",
                "a: \u0000",
                "training: {<<: {batch: 3}}",
                "<<: {training: {batch: 3}}")) {
            assertThatThrownBy(() -> ConfigurationYaml.read(file(text)))
                    .as(text)
                    .isInstanceOf(BadConfigurationException.class)
                    .satisfies(e ->
                            assertThat(e.getMessage()).hasSizeLessThan(3_000).doesNotContain("\n"));
        }
        assertThat(ConfigurationYaml.read(file("training:\n  learning-rate: 1e30"))
                        .values())
                .isEqualTo(Map.of("training.learning-rate", 1e30));
    }
}
