package scorefield.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.study.Figure;
import scorefield.ncsn.study.Notebook;
import scorefield.ncsn.study.Study;
import scorefield.ncsn.study.Verdict;

/**
 * All studies on one page that needs nothing else: pictures are part of it, and there are no scripts and no fonts to be fetched. It is
 * written so that an XML parser can read it, too.
 */
final class StudyPage {

    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1f2430; --quiet: #5b6472; --paper: #ffffff; --card: #f5f6f8; --line: #d9dde3;
              --good: #00664a; --bad: #a33a00; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e6e8ec; --quiet: #9aa3b0; --paper: #15181d; --card: #1e232b; --line: #353c47; --good: #4fd0a5; --bad: #ff9a5c; } }
            * { box-sizing: border-box; }
            body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
              font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
            h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
            h2 { font-size: 1.25rem; margin: 3rem 0 .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
            h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
            a { color: inherit; }
            pre { background: var(--card); padding: .7rem .9rem; border-radius: .4rem; overflow-x: auto; margin: .75rem 0;
              font: .92rem/1.5 ui-monospace, monospace; white-space: pre-wrap; }
            .quiet { color: var(--quiet); font-size: .9rem; }
            .good { color: var(--good); font-weight: 600; }
            .bad { color: var(--bad); font-weight: 600; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
            th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
            th:first-child, td:first-child { text-align: left; }
            .words td, .words th { text-align: left; }
            img { display: block; width: 100%; max-width: 45rem; height: auto; background: #fff; border-radius: .4rem; margin: 1rem 0; }
            img.plane { max-width: 32rem; }
            ul { padding-left: 1.2rem; }
            """;

    private final StringBuilder html = new StringBuilder();
    private final Path folder;

    private StudyPage(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes the page.
     *
     * @param studies in the order of the argument
     * @param reports of those that were run to an end
     * @param folder where the plots are
     */
    static void write(Path path, List<Study> studies, List<StudyReport> reports, Path folder) throws IOException {
        StudyPage page = new StudyPage(folder);
        page.all(studies, reports);
        AtomicFile.write(path, page.html.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void all(List<Study> studies, List<StudyReport> reports) throws IOException {
        Map<Study, StudyReport> byStudy =
                reports.stream().collect(Collectors.toMap(StudyReport::study, Function.identity()));
        long held = reports.stream().filter(StudyReport::held).count();
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n")
                .append("<title>scorefield: the argument, measured</title>\n<style>\n")
                .append(STYLE)
                .append(
                        "</style>\n</head>\n<body>\n<h1>From unnormalised densities to noise conditional score networks, measured</h1>\n");
        paragraph("", held + " of " + studies.size() + " studies held.");
        if (!reports.isEmpty()) {
            StudyReport first = reports.get(0);
            paragraph(
                    "quiet",
                    "scorefield " + Version.number() + ", seed " + first.seed() + ", on " + first.device()
                            + ". Each study makes a claim, measures a number and compares it with a limit; whether the claim held"
                            + " follows from the two numbers.");
        }
        html.append("<div class=\"wide\"><table class=\"words\">\n");
        for (Study study : studies) {
            html.append("<tr><td><a href=\"#").append(escape(study.name())).append("\">");
            html.append(escape(study.name())).append("</a></td><td>").append(outcome(byStudy.get(study)));
            html.append("</td></tr>\n");
        }
        html.append("</table></div>\n");
        for (Study study : studies) {
            section(study, byStudy.get(study));
        }
        html.append("</body>\n</html>\n");
    }

    private void section(Study study, @Nullable StudyReport report) throws IOException {
        html.append("<section id=\"").append(escape(study.name())).append("\">\n<h2>");
        html.append(escape(study.name())).append(" · ").append(outcome(report)).append("</h2>\n");
        paragraph("", study.claim());
        html.append("<pre>").append(escape(study.formula())).append("</pre>\n");
        paragraph("quiet", study.source());
        if (report == null) {
            paragraph("quiet", "It was not run to its end.");
        } else {
            if (report.failure() != null) {
                paragraph("bad", "It failed: " + Failures.message(report.failure()));
            }
            verdicts(report.notebook().verdicts());
            for (Figure figure : report.notebook().figures()) {
                picture(report.picture(folder, figure), figure);
            }
            report.notebook().tables().forEach(this::table);
            numbers(report.notebook().numbers());
            paragraph("quiet", "Took " + Text.duration(report.seconds()) + ".");
        }
        html.append("</section>\n");
    }

    private static String outcome(@Nullable StudyReport report) {
        if (report == null) {
            return "<span class=\"quiet\">not run</span>";
        }
        return "<span class=\"" + (report.held() ? "good" : "bad") + "\">" + (report.held() ? "✓ " : "✗ ")
                + escape(report.outcome()) + "</span>";
    }

    private void verdicts(List<Verdict> verdicts) {
        html.append("<ul>\n");
        for (Verdict verdict : verdicts) {
            String sign = verdict.relation().sign();
            html.append("<li><span class=\"").append(verdict.held() ? "good\">held" : "bad\">NOT HELD");
            html.append("</span>: ").append(escape(verdict.claim())).append(": <strong>");
            html.append(Text.number(verdict.measured())).append("</strong> ");
            html.append(verdict.held() ? sign : "is not " + sign);
            html.append(' ').append(Text.number(verdict.limit())).append("</li>\n");
        }
        html.append("</ul>\n");
    }

    private void picture(Path file, Figure figure) throws IOException {
        boolean plane = figure.x().scale() == Figure.Axis.Scale.PLANE;
        html.append(plane ? "<img class=\"plane\" alt=\"" : "<img alt=\"").append(escape(figure.title()));
        html.append("\" src=\"data:image/png;base64,");
        html.append(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        html.append("\" />\n");
    }

    private void table(Notebook.Table table) {
        html.append("<h3>").append(escape(table.title())).append("</h3>\n<div class=\"wide\"><table>\n<tr>");
        table.columns()
                .forEach(column -> html.append("<th>").append(escape(column)).append("</th>"));
        html.append("</tr>\n");
        table.rows().forEach((name, numbers) -> {
            html.append("<tr><td>").append(escape(name)).append("</td>");
            numbers.forEach(
                    number -> html.append("<td>").append(Text.number(number)).append("</td>"));
            html.append("</tr>\n");
        });
        html.append("</table></div>\n");
    }

    private void numbers(Map<String, Double> numbers) {
        if (numbers.isEmpty()) {
            return;
        }
        html.append("<h3>Numbers</h3>\n<div class=\"wide\"><table>\n");
        numbers.forEach((name, number) -> html.append("<tr><td>")
                .append(escape(name))
                .append("</td><td>")
                .append(Text.number(number))
                .append("</td></tr>\n"));
        html.append("</table></div>\n");
    }

    private void paragraph(String style, String text) {
        html.append(style.isEmpty() ? "<p>" : "<p class=\"" + style + "\">")
                .append(escape(text))
                .append("</p>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
