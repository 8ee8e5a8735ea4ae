package scorefield.cli.explore.server;

import static scorefield.cli.output.HtmlPage.escape;

import java.util.List;

/** The HTML around a page's content: its head, and the links to all pages. */
final class PageHtml {

    private PageHtml() {}

    static String of(Page page, List<Page> all) {
        StringBuilder links = new StringBuilder();
        for (Page other : all) {
            links.append("<a href=\"/")
                    .append(other.name())
                    .append(other == page ? "/\" aria-current=\"page\">" : "/\">")
                    .append(escape(other.title()))
                    .append("</a>\n");
        }
        return Resources.text("frame.html")
                .replace("{title}", escape(page.title()))
                .replace("{name}", page.name())
                .replace("{links}", links)
                .replace("{content}", page.content());
    }
}
