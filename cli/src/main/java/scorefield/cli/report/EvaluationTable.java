package scorefield.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import scorefield.cli.output.HtmlPage;
import scorefield.ncsn.evaluation.Metric;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.text.Text;

/**
 * The content of an {@code evaluation.json} as part of a page: a table with a row for each of its {@code metrics} and a column for each of
 * its {@code columns} (kinds of samples; one of them is real data, which show the score of a perfect model), and then all other facts in
 * the file.
 */
final class EvaluationTable {

    private static final String COLUMNS = "columns";
    private static final String METRICS = "metrics";

    private static final String REMEDY = "evaluate the run again, or remove the file";

    private final Json evaluation;

    private EvaluationTable(Json evaluation) {
        this.evaluation = evaluation;
    }

    /** Adds the content of a file to a page. */
    static void add(Path file, HtmlPage html) throws IOException {
        EvaluationTable table = new EvaluationTable(Json.read(file, REMEDY));
        table.addMetrics(html);
        table.addFacts(html);
    }

    private void addMetrics(HtmlPage html) {
        List<String> keys = new ArrayList<>();
        html.add("<div class=\"wide\"><table>\n<tr><th></th>");
        for (Json column : evaluation.member(COLUMNS).list()) {
            keys.add(text(column.member("key")));
            html.add("<th>")
                    .text(text(column.member("title")) + ", n = " + text(column.member("n")))
                    .add("</th>");
        }
        html.add("</tr>\n");
        for (Json metric : evaluation.member(METRICS).list()) {
            html.add("<tr><td>").text(text(metric.member("title")) + " " + sign(metric.member("aim")));
            html.add("<small>");
            html.text(text(metric.member("meaning"))).add("</small></td>");
            for (String key : keys) {
                Json measured = metric.member("values").member(key);
                html.add("<td>").text(number(measured, "value")).add("<small>");
                html.text(number(measured, "low") + " to " + number(measured, "high"));
                html.add("</small></td>");
            }
            html.add("</tr>\n");
        }
        html.add("</table></div>\n");
        html.paragraph(
                "quiet",
                "Below each number is its 95 % interval. ↓ lower is better, ↑ higher is better, ≈ close to real data is better.");
    }

    private void addFacts(HtmlPage html) {
        List<List<String>> facts = new ArrayList<>();
        evaluation.object().forEach((key, fact) -> {
            if (!key.equals(COLUMNS) && !key.equals(METRICS)) {
                addFact(words(key), fact, facts);
            }
        });
        html.add("<details><summary>How it was measured</summary>\n");
        html.table("words", List.of(), facts).add("</details>\n");
    }

    /** Adds a row for each fact of an object, such as {@code extractor: held out}. */
    private static void addFact(String name, Json fact, List<List<String>> facts) {
        if (fact.plain() instanceof Map) {
            fact.object().forEach((key, inner) -> addFact(name + ": " + words(key), inner, facts));
        } else if (fact.plain() instanceof List) {
            List<String> each = fact.list().stream().map(EvaluationTable::text).toList();
            facts.add(List.of(name, String.join(", ", each)));
        } else {
            facts.add(List.of(name, text(fact)));
        }
    }

    /** A key as separate words: {@code trainedOn} becomes {@code trained on}. */
    private static String words(String key) {
        return key.equals("sha256")
                ? "SHA-256"
                : key.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    private static String sign(Json aim) {
        return Arrays.stream(Metric.Aim.values())
                .filter(known -> known.name().equalsIgnoreCase(aim.text()))
                .findFirst()
                .orElseThrow(() -> aim.isNot("the aim of a metric, one of " + List.of(Metric.Aim.values())))
                .sign();
    }

    /** What was not finite has no number in the file. */
    private static String number(Json measured, String name) {
        return measured.find(name).map(EvaluationTable::text).orElse("–");
    }

    private static String text(Json fact) {
        return fact.plain() instanceof Number number ? Text.number(number.doubleValue()) : String.valueOf(fact.plain());
    }
}
