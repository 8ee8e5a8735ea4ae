package scorefield.bench;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;

/**
 * The result of one part of the benchmark. It is stored in a file, so that the document is made of the latest run of
 * each part.
 *
 * @param name as on the command line
 * @param title of its section
 * @param when it ended, in UTC
 * @param machine facts about the machine that it was measured on
 * @param text its section of the document, in Markdown
 * @param ratios its ratios, each with its target
 * @param data every measured number, for other programs
 */
record Part(
        String name,
        String title,
        String when,
        Map<String, String> machine,
        String text,
        List<Ratio> ratios,
        JsonElement data) {}
