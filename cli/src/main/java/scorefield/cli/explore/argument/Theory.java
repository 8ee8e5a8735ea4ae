package scorefield.cli.explore.argument;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import scorefield.cli.explore.server.Resources;

/** docs/theory.md in HTML, with experiments at the ends of its sections. */
final class Theory {

    private static final List<Extension> EXTENSIONS =
            List.of(TablesExtension.create(), HeadingAnchorExtension.create());

    private static final Pattern SECTION = Pattern.compile("<h2 id=\"([^\"]*)\">(\\d+)\\.");

    private Theory() {}

    /**
     * The text.
     *
     * @param experiments HTML to put at the end of a section, by the section's number
     */
    static String html(Map<Integer, String> experiments) {
        Node document = Parser.builder().extensions(EXTENSIONS).build().parse(Resources.text("argument/theory.md"));
        document.accept(new LinksToFiles());
        String html = HtmlRenderer.builder().extensions(EXTENSIONS).build().render(document);
        StringBuilder all = new StringBuilder();
        Matcher section = SECTION.matcher(html);
        int from = 0;
        String experiment = "";
        while (section.find()) {
            all.append(html, from, section.start()).append(experiment);
            from = section.start();
            experiment = experiments.getOrDefault(Integer.valueOf(section.group(2)), "");
        }
        int end = html.indexOf("<h2 id=\"further-reading\">", from);
        return all.append(html, from, end)
                .append(experiment)
                .append(html, end, html.length())
                .toString();
    }

    /** The explorer has no files of the repository to link to: of such a link the text stays. */
    private static final class LinksToFiles extends AbstractVisitor {

        @Override
        public void visit(Link link) {
            if (!link.getDestination().startsWith("https://")
                    && !link.getDestination().startsWith("#")) {
                for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
                    link.insertBefore(child);
                }
                link.unlink();
            }
        }
    }
}
