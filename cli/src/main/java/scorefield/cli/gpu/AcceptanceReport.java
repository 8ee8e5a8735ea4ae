package scorefield.cli.gpu;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.file.JsonFile;

/** What {@code accept-gpu} finds, part by part: as a page of Markdown for people, and the same as JSON. */
final class AcceptanceReport {

    private final String title;
    private final List<Section> sections = new ArrayList<>();

    AcceptanceReport(String title) {
        this.title = title;
    }

    /** One part: its facts, and what was wrong. */
    static final class Section {

        private final String title;
        private final StringBuilder text = new StringBuilder();
        private final JsonObject data = new JsonObject();
        private final List<String> faults = new ArrayList<>();

        private Section(String title) {
            this.title = title;
        }

        /** A fact for people, which the JSON has by a key. */
        void fact(String key, JsonElement value, String sentence) {
            data.add(key, value);
            text.append("- ").append(sentence).append('\n');
        }

        /** A sentence for people. */
        void note(String sentence) {
            text.append("- ").append(sentence).append('\n');
        }

        /** Lines that keep their columns. */
        void listing(String lines) {
            text.append("\n```\n").append(lines.strip()).append("\n```\n\n");
        }

        /** Something is wrong. */
        void fault(String sentence) {
            faults.add(sentence);
        }

        String title() {
            return title;
        }

        List<String> faults() {
            return faults;
        }
    }

    /** Begins a part. */
    Section begin(String name) {
        Section section = new Section(name);
        sections.add(section);
        return section;
    }

    /** Everything that was wrong so far, each with its part. */
    List<String> faults() {
        return sections.stream()
                .flatMap(section -> section.faults.stream().map(fault -> section.title + ": " + fault))
                .toList();
    }

    /** Writes both files as they are now; a driver that ends the process leaves them so. */
    void write(Path markdown, Path json) throws IOException {
        AtomicFile.write(markdown, markdown().getBytes(StandardCharsets.UTF_8));
        JsonFile.write(json, json());
    }

    private String markdown() {
        StringBuilder page = new StringBuilder("# " + title + "\n\n");
        List<String> faults = faults();
        page.append(faults.isEmpty() ? "Nothing was found wrong.\n" : "Found wrong:\n\n");
        faults.forEach(fault -> page.append("- ").append(fault).append('\n'));
        sections.forEach(section -> page.append("\n## ")
                .append(section.title)
                .append("\n\n")
                .append(section.text.toString().stripTrailing())
                .append('\n'));
        return page.toString();
    }

    private JsonObject json() {
        JsonObject all = new JsonObject();
        all.addProperty("title", title);
        JsonArray parts = new JsonArray();
        sections.forEach(section -> {
            JsonObject part = new JsonObject();
            part.addProperty("part", section.title);
            JsonArray faults = new JsonArray();
            section.faults.forEach(faults::add);
            part.add("faults", faults);
            part.add("found", section.data);
            parts.add(part);
        });
        all.add("parts", parts);
        return all;
    }
}
