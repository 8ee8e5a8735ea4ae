package scorefield.cli.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import scorefield.cli.console.Failures;
import scorefield.ncsn.Version;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.file.JsonFile;
import scorefield.ncsn.study.Notebook;
import scorefield.ncsn.study.Verdict;

/**
 * The report of a study as JSON. Numbers have full precision. JSON cannot represent numbers that are not finite, so they are the strings
 * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
final class StudyJson {

    private StudyJson() {}

    static void write(Path path, StudyReport report) throws IOException {
        JsonFile.write(path, toMap(report));
    }

    private static Map<String, Object> toMap(StudyReport report) throws IOException {
        Notebook notebook = report.notebook();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("study", report.study().name());
        map.put("claim", report.study().claim());
        map.put("formula", report.study().formula());
        map.put("source", report.study().source());
        if (report.study().takesData()) {
            map.put("data", report.data());
        }
        map.put("held", report.held());
        if (report.failure() != null) {
            map.put("failure", Failures.message(report.failure()));
        }
        map.put("verdicts", notebook.verdicts().stream().map(StudyJson::verdict).toList());
        Map<String, Object> numbers = new LinkedHashMap<>();
        notebook.numbers().forEach((name, value) -> numbers.put(name, number(value)));
        map.put("numbers", numbers);
        map.put("tables", notebook.tables().stream().map(StudyJson::table).toList());
        map.put(
                "plots",
                notebook.figures().stream().map(figure -> plot(report, figure)).toList());
        map.put("seed", report.seed());
        map.put("device", report.device());
        map.put("version", Version.number());
        map.put("seconds", number(report.seconds()));
        return map;
    }

    private static Map<String, Object> verdict(Verdict verdict) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("claim", verdict.claim());
        map.put("measured", number(verdict.measured()));
        map.put("relation", verdict.relation().sign());
        map.put("limit", number(verdict.limit()));
        map.put("held", verdict.held());
        return map;
    }

    private static Map<String, Object> table(Notebook.Table table) {
        Map<String, Object> rows = new LinkedHashMap<>();
        table.rows()
                .forEach((name, numbers) ->
                        rows.put(name, numbers.stream().map(StudyJson::number).toList()));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("title", table.title());
        map.put("columns", table.columns());
        map.put("rows", rows);
        return map;
    }

    private static Map<String, Object> plot(StudyReport report, Figure figure) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("file", String.valueOf(report.picture(Path.of(""), figure)));
        map.put("title", figure.title());
        return map;
    }

    private static Object number(double number) {
        return Double.isFinite(number) ? number : (Object) Double.toString(number);
    }
}
