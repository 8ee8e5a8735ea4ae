package scorefield.cli.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.cli.plot.Plot;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.evaluation.DistancesFromData;
import scorefield.ncsn.evaluation.SamplerComparison;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.file.JsonFile;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.text.Text;

/**
 * A comparison of samplers, for people and for programs.
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
        DistancesFromData distances) {

    private static final int WIDTH = 20;

    /** The table's first line. */
    String head() {
        StringBuilder text = new StringBuilder(Text.of("%-" + WIDTH + "s %12s", "sampler", "evaluations"));
        distances.measures().forEach(measure -> text.append("  ").append(measure.title()));
        return text.toString();
    }

    /** A line of the table. */
    String line(SamplerComparison.Result result) {
        StringBuilder text = new StringBuilder(
                Text.of("%-" + WIDTH + "s %12d", result.sampler().name(), result.taken()));
        if (result.failure() != null) {
            return text.append("  ").append(result.failure()).toString();
        }
        for (int i = 0; i < result.distances().size(); i++) {
            text.append(cell(i, Text.number(result.distances().get(i))));
        }
        return text.toString();
    }

    /** The last line: what perfect would be. */
    String lineOfRealData() {
        StringBuilder text = new StringBuilder(Text.of("%-" + WIDTH + "s %12s", "real data", ""));
        for (int i = 0; i < distances.ofRealData().size(); i++) {
            DistancesFromData.Real real = distances.ofRealData().get(i);
            String spread = Double.isNaN(real.deviation()) ? "" : Text.of(" ± %.2g", real.deviation());
            text.append(cell(i, Text.number(real.mean()) + spread));
        }
        return text.toString();
    }

    private String cell(int measure, String number) {
        return Text.of("  %" + distances.measures().get(measure).title().length() + "s", number);
    }

    void writeJson(Path path, List<SamplerComparison.Result> results) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("run", run);
        map.put("step", step);
        map.put("count", count);
        map.put("seed", seed);
        map.put("device", device);
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("name", data.name());
        reference.put("sha256", data.sha256());
        map.put("data", reference);
        if (extractor != null) {
            map.put("extractor", Map.of("sha256", extractor));
        }
        map.put("realData", realData());
        List<Map<String, Object>> rows = new ArrayList<>();
        for (SamplerComparison.Result result : results) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("sampler", result.sampler().name());
            row.put("choice", result.choice());
            row.put("evaluationsAllowed", result.allowed());
            row.put("evaluations", result.taken());
            for (int i = 0; i < result.distances().size(); i++) {
                row.put(distances.measures().get(i).key(), result.distances().get(i));
            }
            if (result.failure() != null) {
                row.put("failure", result.failure());
            }
            rows.add(row);
        }
        map.put("results", rows);
        JsonFile.write(path, map);
    }

    private Map<String, Object> realData() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < distances.ofRealData().size(); i++) {
            DistancesFromData.Real real = distances.ofRealData().get(i);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("mean", real.mean());
            if (!Double.isNaN(real.deviation())) {
                entry.put("deviation", real.deviation());
            }
            map.put(distances.measures().get(i).key(), entry);
        }
        return map;
    }

    /** The first measure of every sampler against its evaluations, and that of real data as a line. */
    void writePlot(Path path, List<SamplerComparison.Result> results) throws IOException {
        List<Figure.Mark> marks = new ArrayList<>();
        for (SamplerKind<?> kind : Samplers.ALL) {
            List<SamplerComparison.Result> own = results.stream()
                    .filter(result -> result.sampler() == kind && result.failure() == null)
                    .toList();
            double[] taken =
                    own.stream().mapToDouble(SamplerComparison.Result::taken).toArray();
            double[] first = own.stream()
                    .mapToDouble(result -> result.distances().get(0))
                    .toArray();
            marks.add(
                    own.size() == 1
                            ? new Figure.Dots(kind.name(), taken, first)
                            : new Figure.Line(kind.name(), taken, first));
        }
        marks.add(new Figure.Level("real data", distances.ofRealData().get(0).mean()));
        Plot.write(
                path,
                new Figure(
                        "compare",
                        Text.of("%d samples of %s, step %d, against %s", count, run, step, data.name()),
                        Figure.Axis.logarithmic("network evaluations"),
                        Figure.Axis.logarithmic(distances.measures().get(0).title()),
                        marks));
    }
}
