package scorefield.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.ConfigurationYaml;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.setting.BadConfigurationException;

/** The options that change settings: a YAML file, a preset, and single keys; each wins over the ones before. */
public final class SettingsOptions {

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Settings to start from: digits, grey28, colour32 or points. Without it, the one that fits the data.")
    private @Nullable String preset;

    @Option(
            names = "--config",
            paramLabel = "FILE.yaml",
            description = "Settings in YAML, such as a run's config.yaml.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting, such as training.batch=64. May be given more than once.")
    private List<String> assignments = new ArrayList<>();

    /** The file of settings, or null. */
    public @Nullable Path file() {
        return file;
    }

    /** What was set, checked. */
    public Settings read() throws IOException {
        Settings settings = file == null ? Settings.NONE : ConfigurationYaml.read(file);
        if (preset != null) {
            settings = Settings.of("preset", preset).over(settings);
        }
        for (String assignment : assignments) {
            settings = readAssignment(assignment).over(settings);
        }
        return settings;
    }

    private static Settings readAssignment(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new UserException("--set " + assignment + ": must be KEY=VALUE, such as training.batch=64");
        }
        Object value = value("--set " + assignment, assignment.substring(equals + 1));
        return Settings.of(assignment.substring(0, equals).strip(), value);
    }

    /**
     * A value as it is written in YAML.
     *
     * @param typed what was typed, for the error
     */
    static @Nullable Object value(String typed, String value) {
        try {
            return ConfigurationYaml.value(value);
        } catch (BadConfigurationException e) {
            throw new UserException(typed + ": " + e.getMessage());
        }
    }
}
