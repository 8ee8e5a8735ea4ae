package scorefield.bench;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.ScorefieldPeer;
import scorefield.bench.peer.Workload;

/** Measures this project against libtorch at some work: starts the peers, checks that they compute the same, races them, reports. */
final class SideBySide {

    /** How this work is checked. */
    @FunctionalInterface
    interface Check {
        /** Sentences on how well the others agree with ours; throws where they do not. */
        List<String> compare(Workload workload, PeerProcess ours, List<PeerProcess> others) throws IOException;
    }

    private static final String LIBTORCH = "scorefield.bench.peer.LibtorchPeer";

    private final String title;
    private final Check check;
    private final Race.Work work;
    private final List<Map<String, Object>> results = new ArrayList<>();
    private final PrintStream out = System.out;

    SideBySide(String title, Check check, Race.Work work) {
        this.title = title;
        this.check = check;
        this.work = work;
    }

    /** Runs the benchmark as its command line asks. */
    void run(Options options) throws IOException, InterruptedException {
        Map<String, String> facts = Machine.facts();
        out.printf("# %s%n%n", title);
        facts.forEach((fact, value) -> out.printf("- %s: %s%n", fact, value));
        for (Workload workload : options.workloads()) {
            measure(workload, options);
        }
        out.printf("%n```json%n%s%n```%n", json(facts));
    }

    private String json(Map<String, String> facts) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("title", title);
        all.putAll(facts);
        all.put("results", results);
        return new GsonBuilder()
                .disableHtmlEscaping()
                .setPrettyPrinting()
                .create()
                .toJson(all);
    }

    private void measure(Workload workload, Options options) throws IOException, InterruptedException {
        String threads = Integer.toString(Runtime.getRuntime().availableProcessors());
        String size = workload.toString();
        out.printf("%n## %s: %s%n%n", workload, workload.description());
        try (PeerProcess ours = PeerProcess.start(
                        "scorefield", ScorefieldPeer.class.getName(), Map.of(), size, options.device());
                PeerProcess plain = PeerProcess.start("libtorch N×C×H×W", LIBTORCH, Map.of(), size, "nchw", threads);
                PeerProcess last = PeerProcess.start(
                        "libtorch channels last", LIBTORCH, Map.of(), size, "channels-last", threads)) {
            List<PeerProcess> peers = List.of(ours, plain, last);
            Map<String, String> descriptions = new LinkedHashMap<>();
            for (PeerProcess peer : peers) {
                descriptions.put(peer.name(), peer.describe());
                out.printf("- %s: %s%n", peer.name(), peer.describe());
            }
            List<String> agreements = check.compare(workload, ours, List.of(plain, last));
            agreements.forEach(sentence -> out.printf("- checked: %s%n", sentence));
            List<Race.Lane> lanes = Race.run(peers, work, workload.images(), options.rounds());
            Race.Lane best = lanes.stream()
                    .skip(1)
                    .max(Comparator.comparingDouble(Race.Lane::median))
                    .orElseThrow();
            report(workload, peers, lanes, best, descriptions, agreements);
        }
    }

    private void report(
            Workload workload,
            List<PeerProcess> peers,
            List<Race.Lane> lanes,
            Race.Lane best,
            Map<String, String> descriptions,
            List<String> agreements)
            throws IOException {
        out.printf(
                "%n| | images/s | quartiles | best | ms a step | processors' ms a step | peak memory, MB |%n| --- | --- | --- | --- | --- | --- | --- |%n");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < lanes.size(); i++) {
            Race.Lane lane = lanes.get(i);
            long memory = peers.get(i).peakMemory();
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f … %.1f | %.1f | %.1f | %.1f | %d |%n",
                    lane.peer(),
                    lane.median(),
                    lane.quantile(0.25),
                    lane.quantile(0.75),
                    lane.quantile(1),
                    1e3 * workload.images() / lane.median(),
                    1e3 * Race.quantile(lane.processorSeconds(), 0.5),
                    memory >> 20);
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("peer", lane.peer());
            row.put("what", descriptions.get(lane.peer()));
            row.put("median images/s", lane.median());
            row.put("images/s by round", lane.imagesPerSecond());
            row.put("processor seconds a step by round", lane.processorSeconds());
            row.put("steps a turn", lane.stepsPerTurn());
            row.put("peak memory, bytes", memory);
            rows.add(row);
        }
        double[] ratios = Race.ratios(lanes.get(0), best);
        out.printf(
                Locale.ROOT,
                "%nscorefield does %.2f times the images a second of %s (median of %d rounds; quartiles %.2f … %.2f;"
                        + " load after: %s)%n",
                Race.quantile(ratios, 0.5),
                best.peer(),
                ratios.length,
                Race.quantile(ratios, 0.25),
                Race.quantile(ratios, 0.75),
                Machine.loadAverage());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("workload", workload.description());
        result.put("peers", rows);
        result.put("against", best.peer());
        result.put("ratio by round", ratios);
        result.put("median ratio", Race.quantile(ratios, 0.5));
        result.put("checked", agreements);
        results.add(result);
    }
}
