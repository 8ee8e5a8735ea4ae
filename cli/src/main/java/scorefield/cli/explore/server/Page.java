package scorefield.cli.explore.server;

import java.util.Map;

/**
 * A page of the explorer: what it shows and what can be asked of it.
 *
 * <p>Its files are resources in {@code scorefield/cli/explore/NAME/}: {@code page.html}, the content of the page's {@code <main>};
 * {@code page.js}, a JavaScript module that the page starts with; and any others, which the page finds at {@code /files/NAME/}. The frame
 * adds the head, the links to the other pages and the style.
 */
public interface Page {

    /** Its address is {@code /NAME/}: lower-case letters. */
    String name();

    /** For people: in the links between the pages, and as the heading of the browser's window. */
    String title();

    /** What can be asked, each at {@code /NAME/ACTION}: lower-case letters and hyphens. */
    Map<String, Action> actions();

    /** The content of {@code <main>}, in HTML. */
    default String content() {
        return Resources.text(name() + "/page.html");
    }
}
