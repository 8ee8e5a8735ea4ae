package scorefield.cli.explore.argument;

import java.util.Map;
import scorefield.cli.explore.server.Action;
import scorefield.cli.explore.server.Page;

/** docs/theory.md, with its experiments alive beside the sections that they belong to. */
public final class ArgumentPage implements Page {

    @Override
    public String name() {
        return "argument";
    }

    @Override
    public String title() {
        return "The argument";
    }

    @Override
    public Map<String, Action> actions() {
        return Map.of();
    }

    @Override
    public String content() {
        return "<article class=\"theory\">\n" + Theory.html(Map.of()) + "</article>\n";
    }
}
