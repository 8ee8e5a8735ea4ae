package scorefield.cli.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import scorefield.ncsn.file.AtomicFile;

/**
 * A self-contained HTML page: it embeds its pictures, and needs no scripts and no fonts. It follows the reader's choice
 * of a light or a dark theme, and is also well-formed XML.
 */
public final class HtmlPage {

    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1f2430; --quiet: #5b6472; --paper: #ffffff; --card: #f5f6f8; --line: #d9dde3;
              --good: #00664a; --bad: #a33a00; --c0: #0072b2; --c1: #c05000; --c2: #5b6472; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e6e8ec; --quiet: #9aa3b0; --paper: #15181d; --card: #1e232b; --line: #353c47; --good: #4fd0a5; --bad: #ff9a5c;
                --c0: #5ab4f0; --c1: #f0965a; --c2: #9aa3b0; } }
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
            td:first-child { min-width: 8rem; }
            .words td, .words th { text-align: left; }
            """;

    private final StringBuilder html = new StringBuilder();

    /**
     * Creates an empty page.
     *
     * @param head additional HTML for the head
     * @param style additional CSS
     */
    public HtmlPage(String title, String head, String style) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n")
                .append(head)
                .append("<title>")
                .append(escape(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append(style)
                .append("</style>\n</head>\n<body>\n");
    }

    /** Adds HTML. */
    public HtmlPage add(String written) {
        html.append(written);
        return this;
    }

    /** Adds text. */
    public HtmlPage text(String text) {
        html.append(escape(text));
        return this;
    }

    /**
     * Adds a paragraph.
     *
     * @param style a CSS class; empty for none
     */
    public HtmlPage paragraph(String style, String text) {
        return add(style.isEmpty() ? "<p>" : "<p class=\"" + style + "\">")
                .text(text)
                .add("</p>\n");
    }

    /**
     * Adds a table.
     *
     * @param style a CSS class; empty for none
     * @param heads the headings; empty for none
     */
    public HtmlPage table(String style, List<String> heads, List<List<String>> rows) {
        add("<div class=\"wide\"><table").add(style.isEmpty() ? ">\n" : " class=\"" + style + "\">\n");
        if (!heads.isEmpty()) {
            row("th", heads);
        }
        rows.forEach(row -> row("td", row));
        return add("</table></div>\n");
    }

    private void row(String cell, List<String> texts) {
        add("<tr>");
        texts.forEach(text -> add("<" + cell + ">").text(text).add("</" + cell + ">"));
        add("</tr>\n");
    }

    /** Ends the page and writes it atomically. */
    public void write(Path path) throws IOException {
        add("</body>\n</html>\n");
        AtomicFile.write(path, html.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Text escaped for an HTML element or attribute. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
