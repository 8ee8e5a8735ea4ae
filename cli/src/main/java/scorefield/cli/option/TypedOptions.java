package scorefield.cli.option;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.setting.BadConfigurationException;

/** Options that stand for settings: they are checked as those are, and what is said of one names the option that was typed. */
public final class TypedOptions {

    /** Work that reads or uses settings. */
    @FunctionalInterface
    public interface Work<T> {
        T get() throws IOException;
    }

    private final Map<String, String> optionOf = new LinkedHashMap<>();
    private Settings settings;

    /** @param settings over which the options are laid */
    public TypedOptions(Settings settings) {
        this.settings = settings;
    }

    /**
     * Adds an option, if it was typed.
     *
     * @param value null if it was not
     */
    public void add(String option, String key, @Nullable Object value) {
        if (value != null) {
            optionOf.put(key, option);
            settings = Settings.of(key, value).over(settings);
        }
    }

    /** Adds an option that stands for several settings. */
    public void add(String option, Settings several) {
        several.names().forEach(key -> optionOf.put(key, option));
        settings = several.over(settings);
    }

    /** What was given and typed. */
    public Settings settings() {
        return settings;
    }

    /** Does some work; a complaint about a setting that was typed as an option becomes one about the option. */
    public <T> T naming(Work<T> work) throws IOException {
        try {
            return work.get();
        } catch (BadConfigurationException e) {
            String message = String.valueOf(e.getMessage());
            for (Map.Entry<String, String> typed : optionOf.entrySet()) {
                message = message.replaceAll(
                        "(?<![\\w.-])" + Pattern.quote(typed.getKey()) + "(?![\\w-])", typed.getValue());
            }
            throw new UserException(message);
        }
    }
}
