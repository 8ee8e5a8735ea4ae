package scorefield.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures the time from the command {@code train} to the end of its first step: at the first start, when the driver compiles every kernel,
 * and at later starts, when kernels come from the driver's cache. PoCL's cache is an empty temporary folder; other drivers' caches are not
 * emptied.
 */
final class Start {

    private static final int CACHED_STARTS = 5;
    private static final int FIRST_STARTS = 3;
    private static final long LONGEST_SECONDS = 300;

    private static final Map<String, List<String>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("train", List.of());
        COMMANDS.put("train --preset grey28", List.of("--preset", "grey28"));
    }

    private final Path root;
    private final String device;

    private Start(Path root, String device) {
        this.root = root;
        this.device = device;
    }

    static void run(Options options, Path root, Results results) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        Start start = new Start(root, options.device());
        StringBuilder text = new StringBuilder(
                "| seconds to the first step | first start | kernels cached |\n| --- | --- | --- |\n");
        List<Ratio> ratios = new ArrayList<>();
        Map<String, Object> data = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> command : COMMANDS.entrySet()) {
            Path folder = Files.createTempDirectory("scorefield-start");
            try {
                double[] first = new double[FIRST_STARTS];
                for (int i = 0; i < first.length; i++) {
                    first[i] =
                            start.seconds(folder.resolve("cache" + i), folder.resolve("run" + i), command.getValue());
                }
                double[] cached = new double[CACHED_STARTS];
                for (int i = 0; i < cached.length; i++) {
                    cached[i] =
                            start.seconds(folder.resolve("cache0"), folder.resolve("again" + i), command.getValue());
                }
                String name = command.getKey();
                Ratio later = Ratio.atMost("`" + name + "` to its first step, kernels cached", "s", 2.5, 1.5, cached);
                Ratio earlier = Ratio.atMost("`" + name + "` to its first step, first start", "s", 10, 6, first);
                ratios.addAll(List.of(later, earlier));
                text.append(
                        String.format(Locale.ROOT, "| `%s` | %.1f | %.1f |%n", name, earlier.median(), later.median()));
                data.put(name, Map.of("first", first, "cached", cached));
            } finally {
                delete(folder);
            }
        }
        machine.put("load after", Machine.loadAverage());
        System.out.println(text);
        results.add("start", "Starting", machine, text.toString(), ratios, Results.json(data));
    }

    /** Starts training, and ends it when the loss of the first step is in its metrics. */
    private double seconds(Path cache, Path run, List<String> more) throws IOException, InterruptedException {
        Files.createDirectories(cache);
        List<String> command = new ArrayList<>(List.of(
                root.resolve("bin/scorefield").toString(), "train", "--device", device, "--out", run.toString()));
        command.addAll(List.of("--set", "output.log-every=1"));
        command.addAll(more);
        File log = run.resolveSibling(run.getFileName() + ".log").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
        builder.environment().put("POCL_CACHE_DIR", cache.toString());
        long start = System.nanoTime();
        Process process = builder.start();
        Path metrics = run.resolve("metrics.jsonl");
        try {
            while (!Files.exists(metrics) || Files.size(metrics) == 0) {
                double seconds = (System.nanoTime() - start) / 1e9;
                if (!process.isAlive() || seconds > LONGEST_SECONDS) {
                    throw new IOException(String.join(" ", command) + " took no step in " + seconds + " seconds: "
                            + Files.readString(log.toPath()));
                }
                Thread.sleep(5);
            }
            return (System.nanoTime() - start) / 1e9;
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** Deletes a folder with everything in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
