package scorefield.cli.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import scorefield.cli.output.HtmlPage;
import scorefield.ncsn.evaluation.Metric;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.text.Text;

/**
 * The content of an {@code evaluation.json} as part of a page: a table with a row for each of its {@code metrics} and a column for each of
 * its {@code columns} (kinds of samples; one of them is real data, which show the score of a perfect model), and then all other facts in
 * the file.
 */
final class EvaluationTable {

    private static final String COLUMNS = "columns";
    private static final String METRICS = "metrics";

    private final Path file;
    private final JsonObject evaluation;

    private EvaluationTable(Path file, JsonObject evaluation) {
        this.file = file;
        this.evaluation = evaluation;
    }

    /** Adds the content of a file to a page. */
    static void add(Path file, HtmlPage html) throws IOException {
        try {
            JsonElement read = JsonParser.parseString(Files.readString(file));
            if (!read.isJsonObject()) {
                throw new BadFileException(
                        file + ": does not contain an evaluation; evaluate the run again, or remove the file");
            }
            EvaluationTable table = new EvaluationTable(file, read.getAsJsonObject());
            table.addMetrics(html);
            table.addFacts(html);
        } catch (JsonParseException e) {
            throw new BadFileException(
                    file + ": is not JSON: " + e.getMessage() + "; evaluate the run again, or remove the file", e);
        }
    }

    private void addMetrics(HtmlPage html) {
        List<String> keys = new ArrayList<>();
        html.add("<div class=\"wide\"><table>\n<tr><th></th>");
        for (JsonElement column : array(evaluation, COLUMNS)) {
            keys.add(text(member(column, "key")));
            html.add("<th>")
                    .text(text(member(column, "title")) + ", n = " + text(member(column, "n")))
                    .add("</th>");
        }
        html.add("</tr>\n");
        for (JsonElement metric : array(evaluation, METRICS)) {
            html.add("<tr><td>").text(text(member(metric, "title")) + " " + sign(member(metric, "aim")));
            html.add("<small>");
            html.text(text(member(metric, "meaning"))).add("</small></td>");
            for (String key : keys) {
                JsonElement measured = member(member(metric, "values"), key);
                html.add("<td>").text(text(member(measured, "value"))).add("<small>");
                html.text(text(member(measured, "low")) + " to " + text(member(measured, "high")));
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
        for (Map.Entry<String, JsonElement> entry : evaluation.entrySet()) {
            if (!entry.getKey().equals(COLUMNS) && !entry.getKey().equals(METRICS)) {
                addFact(words(entry.getKey()), entry.getValue(), facts);
            }
        }
        html.add("<details><summary>How it was measured</summary>\n");
        html.table("words", List.of(), facts).add("</details>\n");
    }

    /** Adds a row for each fact of an object, such as {@code extractor: held out}. */
    private static void addFact(String name, JsonElement fact, List<List<String>> facts) {
        if (fact.isJsonObject()) {
            fact.getAsJsonObject()
                    .entrySet()
                    .forEach(entry -> addFact(name + ": " + words(entry.getKey()), entry.getValue(), facts));
        } else if (fact.isJsonArray()) {
            List<String> each = new ArrayList<>();
            fact.getAsJsonArray().forEach(element -> each.add(text(element)));
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

    private String sign(JsonElement aim) {
        return Arrays.stream(Metric.Aim.values())
                .filter(known -> known.name().equalsIgnoreCase(text(aim)))
                .findFirst()
                .orElseThrow(() -> new BadFileException(file + ": a metric has the unknown aim " + aim
                        + "; evaluate the run again, or remove the file"))
                .sign();
    }

    private JsonElement member(JsonElement object, String name) {
        if (!object.isJsonObject() || !object.getAsJsonObject().has(name)) {
            throw new BadFileException(
                    file + ": lacks '" + name + "' in " + object + "; evaluate the run again, or remove the file");
        }
        return object.getAsJsonObject().get(name);
    }

    private JsonArray array(JsonObject object, String name) {
        JsonElement array = member(object, name);
        if (!array.isJsonArray()) {
            throw new BadFileException(
                    file + ": its '" + name + "' is not a list; evaluate the run again, or remove the file");
        }
        return array.getAsJsonArray();
    }

    private static String text(JsonElement element) {
        if (!element.isJsonPrimitive()) {
            return element.toString();
        }
        return element.getAsJsonPrimitive().isNumber() ? Text.number(element.getAsDouble()) : element.getAsString();
    }
}
