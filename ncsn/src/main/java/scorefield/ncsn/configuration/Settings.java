package scorefield.ncsn.configuration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Key;
import scorefield.ncsn.setting.Kind;
import scorefield.ncsn.text.Spelling;
import scorefield.ncsn.text.Text;

/**
 * What somebody has set: some of the keys, each with an allowed value, and perhaps a preset by name.
 *
 * <p>A YAML file, a checkpoint's JSON and {@code --set training.batch=64} all give nested maps, which {@link #read} checks; settings laid
 * {@linkplain #over over} others win.
 */
public final class Settings {

    /** Nothing set. */
    public static final Settings NONE = new Settings(Map.of(), null);

    private static final String PRESET = "preset";

    private final Map<String, Object> values;
    private final @Nullable String preset;

    Settings(Map<String, Object> values, @Nullable String preset) {
        this.values = values;
        this.preset = preset;
    }

    /**
     * Checks a map of sections, each a map of keys, as in {@code {training: {batch: 64}}}.
     *
     * @throws BadConfigurationException naming the first key that is unknown or has a value that is not allowed
     */
    public static Settings read(Map<?, ?> nested) {
        Map<String, Object> values = new LinkedHashMap<>();
        String preset = null;
        for (Map.Entry<?, ?> entry : nested.entrySet()) {
            String section = String.valueOf(entry.getKey());
            if (section.equals(PRESET)) {
                preset = readPreset(entry.getValue());
            } else {
                readSection(section, entry.getValue(), values);
            }
        }
        return new Settings(values, preset);
    }

    /** One key by its full name, such as {@code training.batch}. */
    public static Settings of(String name, @Nullable Object value) {
        if (name.equals(PRESET)) {
            return new Settings(Map.of(), readPreset(value));
        }
        Key key = key(name);
        return new Settings(Map.of(key.name(), key.read(value)), null);
    }

    private static String readPreset(@Nullable Object value) {
        if (!(value instanceof String name)) {
            throw new BadConfigurationException(
                    "preset must be one of " + String.join(", ", Presets.names()) + "; got " + Kind.describe(value));
        }
        Presets.settings(name); // refuses an unknown one
        return name;
    }

    private static void readSection(String section, @Nullable Object content, Map<String, Object> values) {
        List<String> names = new ArrayList<>(Keys.ALL.keySet());
        if (names.stream().noneMatch(name -> name.startsWith(section + "."))) {
            Set<String> known = new LinkedHashSet<>();
            Keys.ALL.values().forEach(key -> known.add(key.section()));
            known.add(PRESET);
            // A key without its section is a likelier slip than a section that does not exist.
            Optional<String> meant = Spelling.nearest(section, known).or(() -> Spelling.nearest(section, names));
            throw new BadConfigurationException("unknown section '" + Text.shortened(section) + "'; "
                    + meant.map(best -> "did you mean '" + best + "'?")
                            .orElseGet(() -> "there are: " + String.join(", ", known)));
        }
        if (!(content instanceof Map<?, ?> map)) {
            throw new BadConfigurationException(section + " must be a group of keys; got " + Kind.describe(content));
        }
        map.forEach((name, value) -> {
            Key key = key(section + "." + name);
            values.put(key.name(), key.read(value));
        });
    }

    static Key key(String name) {
        Key key = Keys.ALL.get(name);
        if (key != null) {
            return key;
        }
        String section = name.contains(".") ? name.substring(0, name.indexOf('.') + 1) : "";
        List<String> siblings =
                Keys.ALL.keySet().stream().filter(k -> k.startsWith(section)).toList();
        throw new BadConfigurationException("unknown key '" + Text.shortened(name) + "'; "
                + Spelling.nearest(name, Keys.ALL.keySet())
                        .map(best -> "did you mean '" + best + "'?")
                        .orElseGet(() ->
                                "there are: " + String.join(", ", siblings.isEmpty() ? Keys.ALL.keySet() : siblings)));
    }

    /** These settings, and the others' where these say nothing. */
    public Settings over(Settings others) {
        Map<String, Object> both = new LinkedHashMap<>(others.values);
        both.putAll(values);
        return new Settings(both, preset == null ? others.preset : preset);
    }

    /**
     * These settings; where they are all that a run had when there were fewer settings, with the defaults of those that came later, which are
     * what the program did then.
     */
    Settings completedIfWhole() {
        Map<String, Object> later = new LinkedHashMap<>();
        for (Key key : Keys.ALL.values()) {
            if (Keys.needNotBeKnown(key)) {
                later.put(key.name(), key.defaultValue());
            } else if (!values.containsKey(key.name())) {
                return this;
            }
        }
        return over(new Settings(later, null));
    }

    /** These settings but for one key. */
    public Settings without(String name) {
        Map<String, Object> others = new LinkedHashMap<>(values);
        others.remove(key(name).name());
        return new Settings(others, preset);
    }

    /** The preset that was asked for by name. */
    public Optional<String> preset() {
        return Optional.ofNullable(preset);
    }

    /** What is set, in the order in which it was: equal texts are equal settings. */
    @Override
    public String toString() {
        return (preset == null ? "" : PRESET + "=" + preset + " ") + values;
    }

    /** Whether nothing is set. */
    public boolean isEmpty() {
        return values.isEmpty() && preset == null;
    }

    /** Whether a key, by its full name, has been set. */
    public boolean has(String name) {
        return values.containsKey(key(name).name());
    }

    /** The full names of the keys that have been set. */
    public List<String> names() {
        return List.copyOf(values.keySet());
    }

    /** The values by their keys' full names, in the form that {@link Key#read} gives. */
    public Map<String, Object> values() {
        return Collections.unmodifiableMap(values);
    }
}
