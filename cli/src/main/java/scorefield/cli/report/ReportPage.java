package scorefield.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import scorefield.cli.output.HtmlPage;
import scorefield.cli.picture.EmbeddedPictures;
import scorefield.cli.plot.SvgPlot;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.RunHistory;
import scorefield.ncsn.run.RunHistory.Outcome;
import scorefield.ncsn.run.RunHistory.Session;
import scorefield.ncsn.run.RunStatus;
import scorefield.ncsn.run.SettingOrigins;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.text.Text;

/** The page {@code report.html} of a run: its configuration, the course of training, samples, and their evaluation. */
public final class ReportPage {

    /** Seconds after which the page of an unfinished run reloads. */
    static final int REFRESH = 10;

    /**
     * The maximum size of a picture in bytes: ten of them in base64, with everything else, take less than a mebibyte.
     */
    private static final int PICTURE_BYTES = 60_000;

    /** The number of previews on the page: the first, the last, and some between. */
    private static final int PREVIEWS = 8;

    private static final String STYLE = SvgPlot.STYLE + """
            .badge { display: inline-block; padding: .3rem .75rem; border-radius: 1rem; background: var(--card); font-weight: 600; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; }
            dt { color: var(--quiet); }
            dd { margin: 0; }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; margin: 1rem 0; }
            figure { margin: 0; background: var(--card); border-radius: .5rem; padding: .75rem; min-width: 0; }
            figure h3 { margin: 0 0 .4rem; }
            figure p { margin: .2rem 0 0; }
            .legend { display: flex; flex-wrap: wrap; gap: .1rem .9rem; list-style: none; margin: .2rem 0 0; padding: 0; font-size: .8rem; }
            .legend span { display: inline-block; width: 1.4rem; height: 0; margin-right: .35rem; vertical-align: middle; }
            .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; margin: 1rem 0; }
            figcaption { font-size: .85rem; color: var(--quiet); padding-top: .4rem; }
            .plane { grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
            img { display: block; width: 100%; height: auto; border-radius: .3rem; }
            .large { max-width: 34rem; margin: 1rem 0; }
            details { margin: 1rem 0; }
            summary { cursor: pointer; }
            td small { display: block; color: var(--quiet); max-width: 34rem; }
            """;

    private final RunStatus report;
    private final EmbeddedPictures pictures;
    private final HtmlPage html;

    private ReportPage(RunStatus report, EmbeddedPictures pictures) {
        this.report = report;
        this.pictures = pictures;
        String refresh = report.outcome() == Outcome.RUNNING
                ? "<meta http-equiv=\"refresh\" content=\"" + REFRESH + "\" />\n"
                : "";
        this.html = new HtmlPage("scorefield: " + name(report), refresh, STYLE);
    }

    private static String name(RunStatus report) {
        return String.valueOf(
                report.folder().path().toAbsolutePath().normalize().getFileName());
    }

    /** A cache of pictures for this page. */
    public static EmbeddedPictures pictures() {
        return new EmbeddedPictures(PICTURE_BYTES);
    }

    /**
     * Writes the page into the run's folder.
     *
     * @param pictures the cache from the previous page, if there was one
     */
    public static void write(RunStatus report, EmbeddedPictures pictures) throws IOException {
        ReportPage page = new ReportPage(report, pictures);
        page.all();
        page.html.write(report.folder().report());
    }

    private void all() throws IOException {
        html.add("<h1>").text(name(report)).add("</h1>\n");
        String style = switch (report.outcome()) {
            case FINISHED -> " good";
            case DIVERGED, FAILED, INTERRUPTED -> " bad";
            case RUNNING, STOPPED -> "";
        };
        html.add("<p><span id=\"status\" class=\"badge" + style + "\">")
                .text(RunText.status(report))
                .add("</span></p>\n");
        html.paragraph(
                "quiet",
                "Written "
                        + Instant.now()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString()
                                .replace("T", " ")
                                .replace("Z", " UTC")
                        + (report.outcome() == Outcome.RUNNING
                                ? "; this page reloads every " + REFRESH
                                        + " seconds. If this time does not change, the run has been killed."
                                : "."));
        facts();
        samples();
        TrainingSection.add(report, html);
        evaluation();
        configuration();
        sessions();
    }

    private void facts() {
        NoiseLevels schedule = report.configuration().noiseLevels();
        html.add("<dl>\n");
        fact("data", report.data().toString());
        fact(
                "network",
                Text.of(
                        "%s: %,d parameters",
                        RunText.network(report.configuration(), report.data()), report.parameters()));
        fact("objective", RunText.objective(report.configuration().objective()));
        fact(
                "noise",
                schedule.count() == 1
                        ? Text.of("1 level, σ = %.4g", schedule.largest())
                        : Text.of(
                                "%d levels from σ = %.4g to %.4g",
                                schedule.count(), schedule.largest(), schedule.smallest()));
        report.session().ifPresent(session -> fact("device", session.device()));
        if (!report.readings().isEmpty()) {
            Metrics.Reading last = report.readings().get(report.readings().size() - 1);
            fact("loss", Text.of("%.4g after step %,d, epoch %.1f", last.loss(), last.step(), last.epoch()));
        }
        Double speed = report.speed();
        if (speed != null) {
            String unit = SampleKind.plural(report.data().sample()) + "/s";
            fact("speed", Text.of(speed < 100 ? "%.3g %s" : "%,.0f %s", speed, unit));
        }
        html.add("</dl>\n");
    }

    private void fact(String name, String value) {
        html.add("<dt>").text(name).add("</dt><dd>").text(value).add("</dd>\n");
    }

    private void samples() throws IOException {
        RunFolder folder = report.folder();
        SortedMap<Long, Path> previews = folder.previews();
        List<Path> large = new ArrayList<>(List.of(folder.samples(), folder.field(), folder.paths()));
        large.removeIf(file -> !Files.isRegularFile(file));
        if (previews.isEmpty() && large.isEmpty()) {
            return;
        }
        html.add("<h2>Samples</h2>\n");
        for (Path file : large) {
            String caption = file.equals(folder.samples())
                    ? "Samples at the end of training"
                    : file.equals(folder.field()) ? "The learned score" : "The paths of a few samples";
            picture("large", file, caption);
        }
        if (!previews.isEmpty()) {
            html.add("<h3>During training</h3>\n");
            html.paragraph(
                    "quiet", "All previews use the same noise, so the same samples improve from preview to preview.");
            html.add(
                    SampleKind.isPoint(report.data().sample())
                            ? "<div class=\"pictures plane\">\n"
                            : "<div class=\"pictures\">\n");
            List<Map.Entry<Long, Path>> all = List.copyOf(previews.entrySet());
            for (int index : spread(all.size(), PREVIEWS)) {
                picture(
                        "",
                        all.get(index).getValue(),
                        Text.of("step %,d", all.get(index).getKey()));
            }
            html.add("</div>\n");
        }
    }

    private void picture(String style, Path file, String caption) throws IOException {
        EmbeddedPictures.Picture picture = pictures.embed(file);
        html.add("<figure" + (style.isEmpty() ? "" : " class=\"" + style + "\"") + "><img alt=\"");
        html.text(caption).add("\" width=\"" + picture.width() + "\" height=\"" + picture.height() + "\" src=\"");
        html.add(picture.uri()).add("\" /><figcaption>").text(caption).add("</figcaption></figure>\n");
    }

    /** At most {@code most} indices from 0 to {@code count} − 1, evenly spread, including both ends. */
    static int[] spread(int count, int most) {
        int[] indices = new int[Math.min(count, most)];
        Arrays.setAll(
                indices, i -> indices.length == 1 ? count - 1 : (int) ((long) i * (count - 1) / (indices.length - 1)));
        return indices;
    }

    private void evaluation() throws IOException {
        Path file = report.folder().evaluation();
        if (!Files.isRegularFile(file)) {
            return;
        }
        html.add("<h2>Evaluation</h2>\n");
        EvaluationTable.add(file, html);
        if (Files.isRegularFile(report.folder().neighbours())) {
            picture("large", report.folder().neighbours(), "Samples and their nearest training data");
        }
    }

    private void configuration() {
        html.add("<h2>Configuration</h2>\n");
        RunHistory history = report.history();
        if (history.preset() != null) {
            html.paragraph("", "Preset " + history.preset() + ": " + Presets.about(history.preset()) + ".");
        }
        if (history.from() != null) {
            html.paragraph("", "It started with the parameters of " + history.from() + ".");
        }
        html.add(
                "<div class=\"wide\"><table id=\"configuration\" class=\"words\">\n<tr><th>setting</th><th>value</th><th>from</th></tr>\n");
        SettingOrigins origins = new SettingOrigins(history);
        report.configuration()
                .toMap()
                .forEach((section, keys) -> keys.forEach((key, value) -> {
                    String name = section + "." + key;
                    String shown = value instanceof Double number ? Text.number(number) : String.valueOf(value);
                    html.add("<tr><td>").text(name).add("<small>").text(Configuration.meaning(name));
                    html.add("</small></td><td>").text(shown);
                    html.add("</td><td>").text(origins.of(section, key, value)).add("</td></tr>\n");
                }));
        html.add("</table></div>\n");
    }

    private void sessions() {
        List<Session> sessions = report.history().sessions();
        if (sessions.isEmpty()) {
            return;
        }
        html.add("<h2>Sessions</h2>\n");
        List<List<String>> rows = new ArrayList<>();
        for (Session session : sessions) {
            rows.add(List.of(
                    session.began().replace("T", " ").replace("Z", " UTC"),
                    Text.of("%,d–%,d", session.from(), session.to()),
                    Text.duration(session.seconds()),
                    session.outcome().name().toLowerCase(Locale.ROOT),
                    session.device(),
                    session.version()));
        }
        html.table("words", List.of("began", "steps", "took", "outcome", "device", "scorefield"), rows);
    }
}
