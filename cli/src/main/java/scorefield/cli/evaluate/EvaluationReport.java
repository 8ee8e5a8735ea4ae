package scorefield.cli.evaluate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import scorefield.ncsn.evaluation.Metric;
import scorefield.ncsn.evaluation.SampleEvaluation.Column;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.file.JsonFile;
import scorefield.ncsn.metric.Measurement;
import scorefield.ncsn.text.Text;

/**
 * What came of an evaluation: as a table for a terminal, as Markdown, and as JSON, from which pages can be made.
 *
 * <p>The JSON: everything that decides the numbers ({@code samples}, {@code reference}, {@code training}, {@code extractor}, {@code seed}, …),
 * then {@code columns} (key, title, n) and {@code metrics}, each with its key, title, aim, meaning and, for each column, value, low, high
 * (the 95 % interval), n (samples) and m (of the reference). Numbers that are not finite are strings, as JSON has no word for them.
 *
 * @param facts what the numbers are about
 * @param lines the same in text, each under a word
 * @param columns what was measured, in the table's order
 */
record EvaluationReport(Map<String, Object> facts, Map<String, String> lines, List<Column> columns) {

    /** The metrics, by the first column: all columns have the same. */
    private List<Metric> metrics() {
        return List.copyOf(columns.get(0).measured().keySet());
    }

    /** For a terminal. */
    String toText() {
        List<List<String>> rows = rows();
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(Text.of("%-" + (widths[i] + 2) + "s", row.get(i)));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        text.append("\nBrackets hold the 95 % interval. ↓ lower is better, ↑ higher is better, ≈ close to real"
                + " data is better. evaluation.md explains each number.\n");
        return text.toString();
    }

    /** As a page of Markdown. */
    String toMarkdown() {
        StringBuilder text = new StringBuilder("# Evaluation\n\n");
        lines.forEach((name, line) ->
                text.append("- ").append(name).append(": ").append(line).append('\n'));
        text.append('\n');
        List<List<String>> rows = rows();
        for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                text.append("| --- ".repeat(rows.get(0).size())).append("|\n");
            }
        }
        text.append("\nBrackets hold the 95 % interval of the mean over other samples of the same number, against"
                + " this same reference; compare it with the column of real data. ↓ lower is better, ↑ higher is"
                + " better, ≈ close to real data is better.\n\n");
        metrics()
                .forEach(metric -> text.append("- **")
                        .append(metric.title())
                        .append("**: ")
                        .append(metric.meaning())
                        .append(".\n"));
        return text.toString();
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("", ""));
        columns.forEach(column -> head.add(column.title() + ", n = " + column.count()));
        rows.add(head);
        for (Metric metric : metrics()) {
            List<String> row =
                    new ArrayList<>(List.of(metric.title(), metric.aim().sign()));
            for (Column column : columns) {
                Measurement measured = measurement(column, metric);
                String number = Text.of(
                        "%s [%s, %s]", digits(measured.value()), digits(measured.low()), digits(measured.high()));
                row.add(measured.n() == column.count() ? number : number + " n = " + measured.n());
            }
            rows.add(row);
        }
        return rows;
    }

    /** Three digits: more would be noise. */
    private static String digits(double number) {
        if (number == 0) {
            return "0";
        }
        return Double.isFinite(number) && Math.abs(number) >= 1000 ? Text.of("%.0f", number) : Text.of("%.3g", number);
    }

    private static Measurement measurement(Column column, Metric metric) {
        Measurement measured = column.measured().get(metric);
        if (measured == null) {
            throw new IllegalStateException(column.title() + " lacks " + metric.key());
        }
        return measured;
    }

    void writeMarkdown(Path path) throws IOException {
        AtomicFile.write(path, toMarkdown().getBytes(StandardCharsets.UTF_8));
    }

    void writeJson(Path path) throws IOException {
        JsonFile.write(path, toMap());
    }

    private Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>(facts);
        map.put("columns", columns.stream().map(EvaluationReport::toMap).toList());
        List<Map<String, Object>> metrics = new ArrayList<>();
        for (Metric metric : metrics()) {
            Map<String, Object> values = new LinkedHashMap<>();
            columns.forEach(column -> values.put(column.key(), toMap(measurement(column, metric))));
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("key", metric.key());
            entry.put("title", metric.title());
            entry.put("aim", metric.aim().name().toLowerCase(Locale.ROOT));
            entry.put("meaning", metric.meaning());
            entry.put("values", values);
            metrics.add(entry);
        }
        map.put("metrics", metrics);
        return map;
    }

    private static Map<String, Object> toMap(Column column) {
        Map<String, Object> map = new LinkedHashMap<>(); // unlike Map.of, in this order in every start of the JVM
        map.put("key", column.key());
        map.put("title", column.title());
        map.put("n", column.count());
        return map;
    }

    private static Map<String, Object> toMap(Measurement measured) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("value", number(measured.value()));
        map.put("low", number(measured.low()));
        map.put("high", number(measured.high()));
        map.put("n", measured.n());
        map.put("m", measured.m());
        return map;
    }

    private static Object number(double number) {
        return Double.isFinite(number) ? number : (Object) Double.toString(number);
    }
}
