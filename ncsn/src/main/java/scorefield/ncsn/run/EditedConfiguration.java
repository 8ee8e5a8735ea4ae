package scorefield.ncsn.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ConfigurationYaml;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * What a person changed in the {@code config.yaml} of a run's folder since the run was last trained. The checkpoint says what the run is; the
 * file says what the person wants.
 *
 * @param file the file
 * @param before what the run had
 * @param settings those that were changed
 */
record EditedConfiguration(Path file, Configuration before, Settings settings) {

    private static final String SOURCE = "data.source";

    /**
     * Reads a run's file.
     *
     * @throws BadConfigurationException if it is not YAML, or a setting in it is not allowed or cannot be changed
     */
    static EditedConfiguration of(Run run) throws IOException {
        Path file = run.folder().configuration();
        Configuration before = run.configuration();
        Settings edited = Settings.NONE;
        if (Files.exists(file)) {
            Settings written = ConfigurationYaml.read(file);
            try {
                before.resumedWith(written.without(SOURCE));
            } catch (BadConfigurationException e) {
                throw new BadConfigurationException(file + ": " + e.getMessage());
            }
            edited = changed(before, written);
        }
        return new EditedConfiguration(file, before, edited);
    }

    private static Settings changed(Configuration before, Settings written) {
        Settings changed = Settings.NONE;
        for (Map.Entry<String, Object> setting : written.values().entrySet()) {
            Object was = before.value(setting.getKey());
            boolean same = setting.getKey().equals(SOURCE)
                    ? isSameSource(String.valueOf(setting.getValue()), String.valueOf(was))
                    : setting.getValue().equals(was);
            if (!same) {
                changed = Settings.of(setting.getKey(), setting.getValue()).over(changed);
            }
        }
        return changed;
    }

    /** A run that was resumed has an absolute path where the file may have a relative one. */
    private static boolean isSameSource(String written, String was) {
        String absolute = DataSets.absolute(was);
        return DataSets.absolute(written).equals(absolute) || Path.of(absolute).endsWith(Path.of(written));
    }

    /** Whether a folder's file says what a run goes on with. */
    static boolean agrees(RunFolder folder, Configuration now) throws IOException {
        return Files.exists(folder.configuration())
                && changed(now, ConfigurationYaml.read(folder.configuration())).isEmpty();
    }

    /**
     * What was taken from the file, a line for each setting.
     *
     * @param asked what wins over it
     */
    List<String> notes(Settings asked) {
        return settings.values().entrySet().stream()
                .filter(setting -> !asked.has(setting.getKey()))
                .map(setting -> setting.getKey() + "=" + setting.getValue() + ", from " + file + "; the run had "
                        + before.value(setting.getKey()))
                .toList();
    }
}
