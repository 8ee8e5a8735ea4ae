package scorefield.ncsn.configuration;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import scorefield.ncsn.file.IoReason;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Key;

/** Settings as YAML: sections of keys, one key a line. */
public final class ConfigurationYaml {

    /** In bytes. */
    private static final int LONGEST = 1 << 20;

    private ConfigurationYaml() {}

    /** The text of a file such as a run's {@code config.yaml}. */
    public static String of(Configuration configuration) {
        return text(configuration.toMap());
    }

    /** The text of a file with only some settings. */
    public static String of(Settings settings) {
        Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
        settings.values().forEach((name, value) -> {
            Key key = Settings.key(name);
            sections.computeIfAbsent(key.section(), section -> new LinkedHashMap<>())
                    .put(key.shortName(), value);
        });
        return settings.preset().map(name -> "preset: " + name + "\n").orElse("") + text(sections);
    }

    private static String text(Map<String, Map<String, Object>> sections) {
        StringBuilder text = new StringBuilder();
        sections.forEach((section, keys) -> {
            text.append(section).append(":\n");
            keys.forEach((key, value) -> text.append("  ")
                    .append(key)
                    .append(": ")
                    .append(dumped(value))
                    .append('\n'));
        });
        return text.toString();
    }

    private static String dumped(Object value) {
        DumpSettings settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.FLOW).build();
        return new Dump(settings).dumpToString(value).strip();
    }

    /**
     * Reads a file of settings, checked; a run's {@code config.yaml} is one. A file of a run from before some setting existed means what the
     * program did then.
     *
     * @throws BadConfigurationException if there is no such file, it is not YAML, or a setting in it is not allowed
     * @throws IOException if reading fails
     */
    public static Settings read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new BadConfigurationException(file + ": is a folder, not a YAML file");
        }
        Object content;
        try {
            content = load(text(file));
        } catch (NoSuchFileException e) {
            throw new BadConfigurationException(file + ": " + IoReason.of(e));
        } catch (YamlEngineException e) {
            throw new BadConfigurationException(file + ": is not YAML: " + problem(e));
        } catch (CharacterCodingException e) {
            throw new BadConfigurationException(file + ": is not a text in UTF-8");
        } catch (BadConfigurationException e) {
            throw new BadConfigurationException(file + ": " + e.getMessage());
        }
        if (content == null) {
            return Settings.NONE;
        }
        if (!(content instanceof Map<?, ?> map)) {
            throw new BadConfigurationException(
                    file + ": must hold sections of keys, such as 'training:' and in the next line '  batch: 64'");
        }
        try {
            return Settings.read(map).completedIfWhole();
        } catch (BadConfigurationException e) {
            throw new BadConfigurationException(file + ": " + e.getMessage());
        }
    }

    /** The text of a file, or of a pipe such as {@code /dev/stdin}, however long that is. */
    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new BadConfigurationException("is longer than " + LONGEST + " bytes; settings are far shorter");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    /**
     * A value as it is written in YAML, for {@link Settings#of}.
     *
     * @throws BadConfigurationException if it is not YAML
     */
    public static @Nullable Object value(String written) {
        try {
            return load(written.strip());
        } catch (YamlEngineException e) {
            throw new BadConfigurationException("the value is not YAML: " + problem(e));
        }
    }

    private static @Nullable Object load(String text) {
        LoadSettings settings =
                LoadSettings.builder().setAllowDuplicateKeys(false).build();
        YamlBounds.require(text, settings);
        return new Load(settings).loadFromString(text);
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
