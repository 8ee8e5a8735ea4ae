package scorefield.ncsn.configuration;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * Refuses YAML that is small as text but deep or large as an object, before an object is made of it. The parser gives its events one after
 * another without recursion, so depth and size are counted, and an alias counts as much as what it stands for.
 */
final class YamlBounds {

    /** Settings need three levels: sections, keys, lists. */
    private static final int DEEPEST = 16;

    /** Characters of all scalars, and one for each node. */
    private static final long LARGEST = 100_000;

    /** A collection that is open, or the document. */
    private static final class Level {
        private final Optional<Anchor> anchor;
        private long size = 1;

        Level(Optional<Anchor> anchor) {
            this.anchor = anchor;
        }
    }

    private final Deque<Level> open = new ArrayDeque<>();
    private final Map<Anchor, Long> sizes = new HashMap<>();

    private YamlBounds() {
        open.push(new Level(Optional.empty()));
    }

    /**
     * Checks a document.
     *
     * @throws BadConfigurationException if it is too deep or too large
     */
    static void require(String text, LoadSettings settings) {
        YamlBounds bounds = new YamlBounds();
        for (Event event : new Parse(settings).parseString(text)) {
            bounds.take(event);
        }
    }

    private void take(Event event) {
        if (event instanceof CollectionEndEvent) {
            Level done = open.pop();
            add(done.size, done.anchor);
        } else if (event instanceof AliasEvent alias) {
            Long size = sizes.get(alias.getAlias());
            if (size == null) {
                throw new BadConfigurationException("the alias *" + alias.getAlias() + " stands for "
                        + (open.stream().anyMatch(level -> level.anchor.equals(Optional.of(alias.getAlias())))
                                ? "what contains it"
                                : "nothing: there is no &" + alias.getAlias() + " before it"));
            }
            add(size, Optional.empty());
        } else if (event instanceof ScalarEvent scalar) {
            add(1L + scalar.getValue().length(), scalar.getAnchor());
        } else if (event instanceof NodeEvent collection) {
            if (open.size() > DEEPEST) {
                throw new BadConfigurationException(
                        "it is nested deeper than " + DEEPEST + " levels; settings are sections of keys");
            }
            open.push(new Level(collection.getAnchor()));
        }
    }

    private void add(long size, Optional<Anchor> anchor) {
        anchor.ifPresent(name -> sizes.put(name, size));
        Level level = open.element();
        level.size += size;
        if (level.size > LARGEST) {
            throw new BadConfigurationException("it holds more than " + LARGEST
                    + " characters, what its aliases stand for included; settings are far shorter");
        }
    }
}
