package scorefield.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The machine that the measurements were made on. */
final class Machine {

    private Machine() {}

    /** Facts about the machine, the most important first. */
    static Map<String, String> facts() throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", processor());
        facts.put("instructions for bfloat16", bfloat16());
        facts.put("available processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JVM", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        facts.put("load before", loadAverage());
        return facts;
    }

    /** The load average of the machine over the last minute. */
    static String loadAverage() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    private static String processor() throws IOException {
        return processor("model name").orElse(System.getProperty("os.arch"));
    }

    private static String bfloat16() throws IOException {
        List<String> flags = List.of(processor("flags").orElse("").split(" "));
        String found =
                Stream.of("avx512_bf16", "amx_bf16").filter(flags::contains).collect(Collectors.joining(", "));
        return found.isEmpty() ? "none" : found;
    }

    /** What Linux says about the first processor. */
    private static Optional<String> processor(String key) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        }
    }
}
