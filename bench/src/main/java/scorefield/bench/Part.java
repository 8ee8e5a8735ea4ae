package scorefield.bench;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;

/**
 * What came of one part of the benchmark: kept as a file, so that the document is made of the latest run of each part.
 *
 * @param name as on the command line
 * @param title of its section
 * @param when it ended, in UTC
 * @param machine what it was measured on
 * @param text for people, in Markdown
 * @param ratios what it says of the targets
 * @param data every number, for other programs
 */
record Part(
        String name,
        String title,
        String when,
        Map<String, String> machine,
        String text,
        List<Ratio> ratios,
        JsonElement data) {}
