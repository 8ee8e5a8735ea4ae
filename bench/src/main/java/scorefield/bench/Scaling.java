package scorefield.bench;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import scorefield.bench.peer.Workload;

/**
 * Compares one process on one core with two ranks on a core each, under mpirun, with the same work for each rank: ideally their steps take the same
 * time. Both are started anew in every round, one after the other, and PoCL has one thread in each process.
 */
final class Scaling {

    private static final double TARGET = 0.95;
    private static final int STEPS = 6;

    /** Images of a rank's step: a batch that two processes find room for. */
    private static final int IMAGES = 32;

    private static final Gson JSON = new Gson();

    private Scaling() {}

    static void run(Options options, Results results) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        StringBuilder text = new StringBuilder();
        List<Ratio> ratios = new ArrayList<>();
        List<Object> data = new ArrayList<>();
        for (Workload workload : options.workloads()) {
            measure(workload, options.rounds(), text, ratios, data);
        }
        exchanges(text, data);
        machine.put("load after", Machine.loadAverage());
        System.out.println(text);
        results.add("scaling", "Several ranks", machine, text.toString(), ratios, Results.json(data));
    }

    private static void measure(
            Workload workload, int rounds, StringBuilder text, List<Ratio> ratios, List<Object> data)
            throws IOException, InterruptedException {
        String[] arguments = {workload.toString(), Integer.toString(IMAGES), Integer.toString(STEPS)};
        double[] efficiency = new double[rounds];
        double[][] two = new double[4][rounds];
        double[] one = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            ScalingRank.Step alone = JSON.fromJson(start(1, arguments), ScalingRank.Step.class);
            ScalingRank.Step both = JSON.fromJson(start(2, arguments), ScalingRank.Step.class);
            one[round] = alone.seconds();
            two[0][round] = both.seconds();
            two[1][round] = both.seconds() - both.exchange() - both.waiting();
            two[2][round] = both.exchange();
            two[3][round] = both.waiting();
            efficiency[round] = alone.seconds() / both.seconds();
        }
        String work = "U-Net c = " + workload.settings().channels() + ", " + IMAGES + " images a rank";
        ratios.add(Ratio.atLeast("Two ranks against one: " + work, TARGET, 1, efficiency));
        text.append(String.format(
                Locale.ROOT,
                """
                ### %s

                | | ms per step | compute | exchange | waiting |
                | --- | --- | --- | --- | --- |
                | one process, one core | %.1f | %.1f | | |
                | two ranks, a core each | %.1f | %.1f | %.1f | %.1f |

                %.3f of ideal (median of %d rounds; quartiles %.3f … %.3f).

                """,
                work,
                1e3 * Race.quantile(one, 0.5),
                1e3 * Race.quantile(one, 0.5),
                1e3 * Race.quantile(two[0], 0.5),
                1e3 * Race.quantile(two[1], 0.5),
                1e3 * Race.quantile(two[2], 0.5),
                1e3 * Race.quantile(two[3], 0.5),
                Race.quantile(efficiency, 0.5),
                rounds,
                Race.quantile(efficiency, 0.25),
                Race.quantile(efficiency, 0.75)));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("workload", work);
        result.put("oneProcessSeconds", one);
        result.put("twoRanksSeconds", two[0]);
        result.put("exchangeSeconds", two[2]);
        result.put("waitingSeconds", two[3]);
        result.put("efficiencyByRound", efficiency);
        data.add(result);
    }

    private static void exchanges(StringBuilder text, List<Object> data) throws IOException, InterruptedException {
        List<Map<String, Double>> sizes =
                JSON.fromJson(start(2, "exchange"), new TypeToken<List<Map<String, Double>>>() {}.getType());
        text.append(
                "### The exchange alone, two ranks\n\n| vector | sum | copy in memory | bytes of the vector a second |\n"
                        + "| --- | --- | --- | --- |\n");
        for (Map<String, Double> size : sizes) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %.0f KiB | %.3f ms | %.3f ms | %.2f GB/s |%n",
                    size.get("bytes") / 1024,
                    1e3 * size.get("sum"),
                    1e3 * size.get("copy"),
                    size.get("bytes") / size.get("sum") / 1e9));
        }
        data.add(Map.of("exchange", sizes));
    }

    /** Starts one process on core 0, or several ranks on a core each, and returns the last line that they print. */
    private static String start(int ranks, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                ranks == 1
                        ? List.of("taskset", "-c", "0")
                        : List.of("mpirun", "-n", Integer.toString(ranks), "--map-by", "core", "--bind-to", "core"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Djava.library.path=" + System.getProperty("java.library.path"),
                "-cp",
                System.getProperty("java.class.path"),
                ScalingRank.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("POCL_MAX_PTHREAD_COUNT", "1");
        builder.environment().put("POCL_AFFINITY", "0");
        builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT", "1");
        builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a measured process failed; it printed: " + printed);
        }
        return printed.lines().reduce((first, second) -> second).orElseThrow();
    }
}
