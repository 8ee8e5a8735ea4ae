package scorefield.ncsn.configuration;

import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** A configuration as YAML: sections of keys, one key a line. */
public final class ConfigurationYaml {

    private ConfigurationYaml() {}

    /** The text of a file such as a run's {@code config.yaml}. */
    public static String of(Configuration configuration) {
        StringBuilder text = new StringBuilder();
        configuration.toMap().forEach((section, keys) -> {
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
}
