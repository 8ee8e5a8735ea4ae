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
}
