package scorefield.cli.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.Failures;
import scorefield.cli.output.HtmlPage;
import scorefield.ncsn.Version;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.study.Notebook;
import scorefield.ncsn.study.Study;
import scorefield.ncsn.study.Verdict;
import scorefield.ncsn.text.Text;

/** All studies on one page. */
final class StudyPage {

    private static final String STYLE = """
            img { display: block; width: 100%; min-width: 32rem; max-width: 45rem; height: auto; background: #fff;
              border-radius: .4rem; margin: 1rem 0; }
            img.plane { min-width: 24rem; max-width: 32rem; }
            ul { padding-left: 1.2rem; }
            """;

    private final HtmlPage html = new HtmlPage("scorefield: studies of score matching", "", STYLE);
    private final Path folder;

    private StudyPage(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes the page.
     *
     * @param studies in the order of the argument
     * @param reports the reports of the studies that have ended
     * @param folder the folder of the plots
     */
    static void write(Path path, List<Study> studies, List<StudyReport> reports, Path folder) throws IOException {
        StudyPage page = new StudyPage(folder);
        page.all(studies, reports);
        page.html.write(path);
    }

    private void all(List<Study> studies, List<StudyReport> reports) throws IOException {
        Map<Study, StudyReport> byStudy =
                reports.stream().collect(Collectors.toMap(StudyReport::study, Function.identity()));
        long held = reports.stream().filter(StudyReport::held).count();
        html.add("<h1>From unnormalised densities to noise conditional score networks, measured</h1>\n");
        int left = studies.size() - reports.size();
        html.paragraph(
                "",
                held + " of " + studies.size() + " studies held"
                        + (left == 0 ? "." : "; " + left + (left == 1 ? " was" : " were") + " not completed."));
        if (!reports.isEmpty()) {
            StudyReport first = reports.get(0);
            html.paragraph(
                    "quiet",
                    "scorefield " + Version.number() + ", seed " + first.seed() + ", on " + first.device()
                            + ". Each study makes a claim, measures a number and compares it with a limit; whether the claim held"
                            + " follows from the two numbers.");
        }
        html.add("<div class=\"wide\"><table class=\"words\">\n");
        for (Study study : studies) {
            html.add("<tr><td><a href=\"#").text(study.name()).add("\">").text(study.name());
            html.add("</a></td><td>").add(outcome(byStudy.get(study))).add("</td></tr>\n");
        }
        html.add("</table></div>\n");
        for (Study study : studies) {
            section(study, byStudy.get(study));
        }
    }

    private void section(Study study, @Nullable StudyReport report) throws IOException {
        html.add("<section id=\"").text(study.name()).add("\">\n<h2>").text(study.name());
        html.add(" · ").add(outcome(report)).add("</h2>\n");
        html.paragraph("", study.claim());
        html.add("<pre>").text(study.formula()).add("</pre>\n");
        html.paragraph("quiet", study.source());
        if (report == null) {
            html.paragraph("quiet", "The study was not completed.");
        } else {
            if (report.failure() != null) {
                html.paragraph("bad", "The study failed: " + Failures.message(report.failure()));
            }
            verdicts(report.notebook().verdicts());
            for (Figure figure : report.notebook().figures()) {
                picture(report.picture(folder, figure), figure);
            }
            report.notebook().tables().forEach(this::table);
            numbers(report.notebook().numbers());
            html.paragraph("quiet", "It took " + Text.duration(report.seconds()) + ".");
        }
        html.add("</section>\n");
    }

    private static String outcome(@Nullable StudyReport report) {
        if (report == null) {
            return "<span class=\"quiet\">not run</span>";
        }
        return "<span class=\"" + (report.held() ? "good" : "bad") + "\">" + (report.held() ? "✓ " : "✗ ")
                + HtmlPage.escape(report.outcome()) + "</span>";
    }

    private void verdicts(List<Verdict> verdicts) {
        html.add("<ul>\n");
        for (Verdict verdict : verdicts) {
            String sign = verdict.relation().sign();
            html.add("<li><span class=\"").add(verdict.held() ? "good\">held" : "bad\">NOT HELD");
            html.add("</span>: ").text(verdict.claim()).add(": <strong>");
            html.add(Text.number(verdict.measured())).add("</strong> ");
            html.text(verdict.held() ? sign : "is not " + sign);
            html.add(" ").add(Text.number(verdict.limit())).add("</li>\n");
        }
        html.add("</ul>\n");
    }

    private void picture(Path file, Figure figure) throws IOException {
        if (Files.notExists(file)) {
            html.paragraph("quiet", "Java could not draw this plot here: " + figure.title());
            return;
        }
        boolean plane = figure.x().scale() == Figure.Axis.Scale.PLANE;
        // On a phone it scrolls sideways instead of shrinking until it is unreadable.
        html.add("<div class=\"wide\">")
                .add(plane ? "<img class=\"plane\" alt=\"" : "<img alt=\"")
                .text(figure.title());
        html.add("\" src=\"data:image/png;base64,");
        html.add(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        html.add("\" /></div>\n");
    }

    private void table(Notebook.Table table) {
        html.add("<h3>").text(table.title()).add("</h3>\n");
        List<List<String>> rows = new ArrayList<>();
        table.rows().forEach((name, numbers) -> {
            List<String> row = new ArrayList<>(List.of(name));
            numbers.forEach(number -> row.add(Text.number(number)));
            rows.add(row);
        });
        html.table("", table.columns(), rows);
    }

    private void numbers(Map<String, Double> numbers) {
        if (numbers.isEmpty()) {
            return;
        }
        html.add("<h3>Numbers</h3>\n");
        List<List<String>> rows = new ArrayList<>();
        numbers.forEach((name, number) -> rows.add(List.of(name, Text.number(number))));
        html.table("", List.of(), rows);
    }
}
