package scorefield.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.cli.plot.Plot;
import scorefield.ncsn.configuration.SamplerKind;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.study.Figure;

/**
 * A comparison of samplers as a table, as JSON and as a plot.
 *
 * @param run the run's folder, for people
 * @param step how long it was trained
 * @param data what was compared with
 * @param count how many samples each time
 * @param extractor the SHA-256 of the classifier that saw the images' features, or null where none did
 */
record ComparisonReport(
        String run,
        long step,
        DataSet data,
        int count,
        long seed,
        String device,
        @Nullable String extractor,
        SamplerComparison.Outcome outcome) {

    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    void print(PrintWriter out) {
        StringBuilder head = new StringBuilder(Text.of("%-20s %12s", "sampler", "evaluations"));
        outcome.measures().forEach(measure -> head.append("  ").append(measure.title()));
        out.println(head.append(Text.of(" %9s", "seconds")));
        for (SamplerComparison.Result result : outcome.results()) {
            out.println(Text.of("%-20s %12d", result.sampler().label(), result.taken())
                    + distances(result.distances())
                    + Text.of(" %9.1f", result.seconds()));
        }
        out.println(Text.of("%-20s %12s", "real data", "") + distances(outcome.real()));
    }

    private String distances(List<Double> distances) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < distances.size(); i++) {
            text.append(
                    Text.of("  %" + outcome.measures().get(i).title().length() + "s", Text.number(distances.get(i))));
        }
        return text.toString();
    }

    void writeJson(Path path) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("run", run);
        map.put("step", step);
        map.put("count", count);
        map.put("seed", seed);
        map.put("device", device);
        map.put("data", Map.of("name", data.name(), "sha256", data.sha256()));
        if (extractor != null) {
            map.put("extractor", Map.of("sha256", extractor));
        }
        map.put("realData", named(outcome.real()));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (SamplerComparison.Result result : outcome.results()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("sampler", result.sampler().label());
            row.put("choice", result.choice());
            row.put("evaluationsAllowed", result.allowed());
            row.put("evaluations", result.taken());
            row.putAll(named(result.distances()));
            row.put("seconds", result.seconds());
            rows.add(row);
        }
        map.put("results", rows);
        AtomicFile.write(path, (JSON.toJson(map) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, Object> named(List<Double> distances) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < distances.size(); i++) {
            map.put(outcome.measures().get(i).key(), distances.get(i));
        }
        return map;
    }

    /** The first measure of every sampler against its evaluations, and that of real data as a line. */
    void writePlot(Path path) throws IOException {
        List<Figure.Mark> marks = new ArrayList<>();
        for (SamplerKind kind : SamplerKind.values()) {
            List<SamplerComparison.Result> own = outcome.results().stream()
                    .filter(result -> result.sampler() == kind)
                    .toList();
            double[] taken =
                    own.stream().mapToDouble(SamplerComparison.Result::taken).toArray();
            double[] distances = own.stream()
                    .mapToDouble(result -> result.distances().get(0))
                    .toArray();
            marks.add(
                    own.size() == 1
                            ? new Figure.Dots(kind.label(), taken, distances)
                            : new Figure.Line(kind.label(), taken, distances));
        }
        double least = outcome.results().stream()
                .mapToInt(SamplerComparison.Result::taken)
                .min()
                .orElseThrow();
        double most = outcome.results().stream()
                .mapToInt(SamplerComparison.Result::taken)
                .max()
                .orElseThrow();
        marks.add(new Figure.Line("real data", new double[] {least, most}, new double[] {
            outcome.real().get(0), outcome.real().get(0)
        }));
        Plot.write(
                path,
                new Figure(
                        "compare",
                        Text.of("%d samples of %s, step %d, against %s", count, run, step, data.name()),
                        Figure.Axis.logarithmic("network evaluations"),
                        Figure.Axis.logarithmic(outcome.measures().get(0).title()),
                        marks));
    }
}
