package scorefield.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Option;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.file.IoReason;
import scorefield.ncsn.setting.BadConfigurationException;

/** The options that change settings: a preset, a YAML file, and single keys; each wins over the ones before. */
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

    boolean hasFile() {
        return file != null;
    }

    /** What was set, checked. */
    public Settings read() throws IOException {
        Settings settings = file == null ? Settings.NONE : readFile(file);
        if (preset != null) {
            settings = Settings.of("preset", preset).over(settings);
        }
        for (String assignment : assignments) {
            settings = readAssignment(assignment).over(settings);
        }
        return settings;
    }

    private static Load load(String label) {
        return new Load(LoadSettings.builder()
                .setLabel(label)
                .setAllowDuplicateKeys(false)
                .build());
    }

    private static Settings readFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": is a folder, not a YAML file");
        }
        Object content;
        try {
            content = load(file.toString()).loadFromString(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": " + IoReason.of(e));
        } catch (YamlEngineException e) {
            throw new UserException(file + ": is not YAML: " + problem(e));
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new UserException(file + ": is not a text in UTF-8");
        }
        if (content == null) {
            return Settings.NONE;
        }
        if (!(content instanceof Map<?, ?> map)) {
            throw new UserException(
                    file + ": must hold sections of keys, such as 'training:' and in the next line '  batch: 64'");
        }
        try {
            return Settings.read(map);
        } catch (BadConfigurationException e) {
            throw new UserException(file + ": " + e.getMessage());
        }
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
            return load(typed).loadFromString(value.strip());
        } catch (YamlEngineException e) {
            throw new UserException(typed + ": the value is not YAML: " + problem(e));
        }
    }

    private static String problem(YamlEngineException e) {
        if (e instanceof MarkedYamlEngineException marked) {
            String where = marked.getProblemMark()
                    .map(mark -> " in line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            return marked.getProblem() + where;
        }
        return e.getMessage().lines().findFirst().orElse("");
    }
}
