package scorefield.ncsn.run;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;

/** The origin of each setting of a run. */
public final class SettingOrigins {

    private final Set<String> set;
    private final @Nullable Settings preset;
    private final Map<String, Map<String, Object>> standard;

    /** @param history names the settings that the user set */
    public SettingOrigins(RunHistory history) {
        set = Set.copyOf(history.set());
        preset = history.preset() == null ? null : Presets.settings(history.preset());
        standard = history.preset() == null
                ? Map.of()
                : Configuration.of(Settings.NONE, history.preset()).toMap();
    }

    /**
     * In a word or two; nothing where the run's history is not known.
     *
     * @param value the setting's
     */
    public String of(String section, String key, Object value) {
        String name = section + "." + key;
        Map<String, Object> standards = standard.get(section);
        if (preset == null || standards == null) {
            return "";
        }
        if (set.contains(name)) {
            return "you";
        }
        // What neither the user nor the preset sets was auto, and was chosen for the data.
        if (!value.equals(standards.get(key))) {
            return "the data";
        }
        return preset.has(name) ? "preset" : "default";
    }
}
