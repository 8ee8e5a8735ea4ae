package scorefield.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import scorefield.cli.Cli;
import scorefield.cli.picture.EmbeddedPictures;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.RunHistory;
import scorefield.ncsn.run.RunHistory.Outcome;
import scorefield.ncsn.run.RunHistory.Session;
import scorefield.ncsn.run.RunLock;
import scorefield.ncsn.run.RunStatus;
import scorefield.ncsn.text.Text;

/** A run's page: what it says is what the run's files say, and it needs nothing else. */
class ReportCommandTest {

    @TempDir
    private static Path shared;

    private static RunFolder run;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        run = new RunFolder(shared.resolve("run"));
        Cli.Outcome trained = Cli.train("--device=reference", "--steps=12", "--out=" + run.path());
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("report      " + run.report());
    }

    private static Document parse(RunFolder of) throws Exception {
        byte[] page = Files.readAllBytes(of.report());
        assertThat(page).hasSizeLessThan(1 << 20);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(page));
    }

    private static List<Element> all(Document page, String tag) {
        NodeList found = page.getElementsByTagName(tag);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static Element only(Document page, String tag, String id) {
        return all(page, tag).stream()
                .filter(element -> element.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<List<String>> cells(Element table) {
        List<List<String>> rows = new ArrayList<>();
        NodeList lines = table.getElementsByTagName("tr");
        for (int i = 0; i < lines.getLength(); i++) {
            NodeList cells = lines.item(i).getChildNodes();
            rows.add(IntStream.range(0, cells.getLength())
                    .mapToObj(j -> cells.item(j).getTextContent())
                    .toList());
        }
        return rows;
    }

    private static boolean refreshes(Document page) {
        return all(page, "meta").stream().anyMatch(meta -> meta.hasAttribute("http-equiv"));
    }

    private static String status(Document page) {
        return only(page, "span", "status").getTextContent();
    }

    @Test
    void thePageNeedsNothingElse() throws Exception {
        Document page = parse(run);
        for (String tag : List.of("script", "link", "iframe", "object", "use")) {
            assertThat(all(page, tag)).as(tag).isEmpty();
        }
        for (Element element : all(page, "*")) {
            assertThat(element.getAttribute("src")).matches("|data:image/(png|jpeg);base64,.+");
            assertThat(element.getAttribute("href")).matches("|#.+");
        }
        assertThat(Files.readString(run.report()))
                .doesNotContain("url(")
                .doesNotContain("@import")
                .doesNotContain("http:");
        assertThat(status(page)).startsWith("finished: 12 steps in ");
        assertThat(refreshes(page)).isFalse();
    }

    @Test
    void itsPicturesAreTheRuns() throws Exception {
        List<Element> images = all(parse(run), "img");
        assertThat(images)
                .extracting(image -> image.getAttribute("alt"))
                .containsExactly("Samples at the end of training", "step 10");
        List<Path> files = List.of(run.samples(), run.preview(10));
        for (int i = 0; i < 2; i++) {
            String source = images.get(i).getAttribute("src");
            byte[] bytes = Base64.getDecoder().decode(source.substring(source.indexOf(',') + 1));
            assertThat(bytes).isEqualTo(Files.readAllBytes(files.get(i)));
            assertThat(images.get(i).getAttribute("width"))
                    .isEqualTo(
                            "" + ImageIO.read(new ByteArrayInputStream(bytes)).getWidth());
        }
    }

    @Test
    void itsNumbersAreThoseOfTheMetrics() throws Exception {
        List<List<String>> rows = cells(only(parse(run), "details", "readings"));
        List<Metrics.Reading> readings = Metrics.read(run.metrics());
        assertThat(rows.get(0))
                .startsWith("step", "epoch", "loss", "gradient norm", "images/s")
                .hasSize(5 + 8);
        assertThat(rows).hasSize(1 + readings.size()).hasSize(4);
        for (int i = 0; i < readings.size(); i++) {
            Metrics.Reading reading = readings.get(i);
            List<String> row = rows.get(i + 1);
            assertThat(row)
                    .startsWith(
                            "" + reading.step(),
                            Text.number(reading.epoch()),
                            Text.number(reading.loss()),
                            Text.number(reading.gradientNorm()));
            for (int band = 0; band < 8; band++) {
                Double loss = reading.lossByBand().get(band);
                assertThat(row.get(5 + band)).isEqualTo(loss == null ? "–" : Text.number(loss));
            }
        }
    }

    @Test
    void everyFigureIsDrawnAndDescribed() throws Exception {
        Document page = parse(run);
        List<Element> plots = all(page, "svg");
        assertThat(plots)
                .extracting(plot -> plot.getElementsByTagName("title").item(0).getTextContent())
                .containsExactly(
                        "Loss",
                        "Loss at each noise level",
                        "Loss against noise level",
                        "Gradient norm",
                        "Speed, images a second");
        double last = Metrics.read(run.metrics()).get(2).loss();
        assertThat(plots.get(0).getElementsByTagName("desc").item(0).getTextContent())
                .contains("last " + Text.number(last));
        List<String> ids = all(page, "*").stream()
                .map(element -> element.getAttribute("id"))
                .filter(id -> !id.isEmpty())
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void ofManyReadingsTheMeansAreDrawnOverThem() throws IOException {
        RunStatus brief = RunStatus.of(run);
        List<Metrics.Reading> many = LongStream.rangeClosed(1, 1000)
                .mapToObj(step -> new Metrics.Reading(step, 1, step == 555 ? 1001 : 1, step, null, null))
                .toList();
        RunStatus report = new RunStatus(
                run, brief.configuration(), brief.data(), brief.parameters(), 1000, brief.history(), many);
        List<TrainingCharts.Chart> charts = new TrainingCharts(report).all();
        assertThat(charts).extracting(chart -> chart.figure().name()).containsExactly("loss", "gradient-norm");
        List<Figure.Mark> loss = charts.get(0).figure().marks();
        assertThat(loss)
                .extracting(Figure.Mark::label)
                .containsExactly("loss", "means of 10 readings", "layers that output 0");
        double[] means = ((Figure.Line) loss.get(1)).y();
        double[] steps = ((Figure.Line) loss.get(1)).x();
        assertThat(means).hasSize(100);
        for (int i = 0; i < 100; i++) {
            assertThat(means[i]).isEqualTo(i == 55 ? 101 : 1);
            assertThat(steps[i]).isEqualTo(10 * i + 5.5);
        }
        assertThat(((Figure.Line) loss.get(0)).y()[554]).isEqualTo(1001);
    }

    @Test
    void itSaysWhereEverySettingComesFrom() throws Exception {
        List<List<String>> rows = cells(only(parse(run), "table", "configuration"));
        Map.of(
                        "noise.sigma-max", "the data",
                        "training.batch", "you",
                        "training.warmup", "preset",
                        "training.clip", "default")
                .forEach((name, origin) -> assertThat(rows)
                        .filteredOn(row -> row.get(0).startsWith(name))
                        .singleElement()
                        .satisfies(row -> assertThat(row.get(2)).isEqualTo(origin)));
    }

    private static RunFolder copy(Path to) throws IOException {
        for (String name : List.of("checkpoint.safetensors", "metrics.jsonl", "run.json")) {
            Files.copy(run.path().resolve(name), to.resolve(name));
        }
        return new RunFolder(to);
    }

    private static void endAs(RunFolder folder, Outcome outcome, String message) throws IOException {
        Session was = RunHistory.read(run.history()).sessions().get(0);
        Session session = new Session(was.began(), was.device(), was.version(), 0, 12, was.seconds(), outcome, message);
        new RunHistory("digits", List.of(), null, List.of(session)).write(folder.history());
    }

    @Test
    void thePageOfAnUnfinishedRunReloads() throws Exception {
        RunFolder other = copy(folder);
        endAs(other, Outcome.RUNNING, null);
        try (RunLock lock = RunLock.of(other)) {
            assertThat(lock).isNotNull();
            assertThat(Cli.run("report", "--run=" + folder).out())
                    .startsWith("running: step 12 of 12, drawing samples");
            assertThat(refreshes(parse(other))).isTrue();
        }
        Cli.Outcome killed = Cli.run("report", "--run=" + folder);
        assertThat(killed.code()).isZero();
        assertThat(killed.out())
                .startsWith(
                        "interrupted after step 12 of 12; the process ended without recording why; to resume it: bin/scorefield train --resume --out "
                                + folder)
                .contains("page  " + other.report());
        assertThat(refreshes(parse(other))).isFalse();
        for (Map.Entry<Outcome, String> end : Map.of(
                        Outcome.STOPPED, "stopped after step 12 of 12; to resume it: ",
                        Outcome.DIVERGED, "diverged at what went wrong",
                        Outcome.FAILED, "failed after step 12 of 12: what went wrong")
                .entrySet()) {
            endAs(other, end.getKey(), "what went wrong");
            assertThat(Cli.run("report", "--run=" + folder).out()).startsWith(end.getValue());
            assertThat(status(parse(other))).startsWith(end.getValue());
            assertThat(refreshes(parse(other))).isFalse();
        }
    }

    @Test
    void aRunFromBeforeThereWereHistoriesHasAPage() throws Exception {
        RunFolder other = copy(folder);
        Files.delete(other.history());
        Files.writeString(
                other.metrics(),
                "{\"step\":5,\"epoch\":0.4,\"loss\":31.5,\"gradientNorm\":70.25}\n"
                        + "{\"step\":10,\"epoch\":0.8,\"loss\":30.5,\"gradientNorm\":60.25,\"samplesPerSecond\":50.0}\n");
        assertThat(Cli.run("report", "--run=" + folder).out()).startsWith("finished: 12 steps\n");
        Document page = parse(other);
        assertThat(all(page, "svg"))
                .extracting(plot -> plot.getElementsByTagName("title").item(0).getTextContent())
                .containsExactly("Loss", "Gradient norm", "Speed, images a second");
        assertThat(cells(only(page, "details", "readings")).get(2)).contains("30.5", "60.25", "50");
    }

    @Test
    void anEvaluationIsShown() throws Exception {
        RunFolder other = copy(folder);
        Files.writeString(other.evaluation(), """
                {"seed": 3, "reference": {"sha256": "<abc>", "trainedOn": {"count": 20}}, "classes": ["0", "1"],
                 "columns": [{"key": "samples", "title": "samples", "n": 100}, {"key": "real", "title": "real data", "n": 50}],
                 "metrics": [{"key": "mmd", "title": "kernel MMD", "aim": "low", "meaning": "a < b",
                   "values": {"samples": {"value": 0.25, "low": 0.125, "high": 0.5},
                              "real": {"value": "NaN", "low": 0, "high": 1}}}]}
                """);
        assertThat(Cli.run("report", "--run=" + folder).code()).isZero();
        String text = parse(other).getDocumentElement().getTextContent();
        assertThat(text)
                .contains("samples, n = 100")
                .contains("real data, n = 50")
                .contains("kernel MMD ↓a < b");
        assertThat(text).contains("0.250.125 to 0.5").contains("NaN0 to 1").contains("reference: SHA-256<abc>");
        assertThat(text)
                .contains("reference: trained on: count20")
                .contains("classes0, 1")
                .doesNotContain("{\"");

        for (String broken : List.of(
                "{",
                "[]",
                "{\"columns\": []}",
                "{\"columns\": [1], \"metrics\": []}",
                "{\"columns\": [], \"metrics\": [{\"title\": \"\", \"aim\": \"up\"}]}")) {
            Files.writeString(other.evaluation(), broken);
            Cli.Outcome refused = Cli.run("report", "--run=" + folder);
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.err())
                    .startsWith("scorefield: " + other.evaluation())
                    .contains("evaluate the run again");
        }
    }

    @Test
    void aMalformedHistoryIsRefused() throws Exception {
        RunFolder other = copy(folder);
        for (String broken : List.of("", "{", "{}", "{\"set\":[],\"sessions\":[{}]}", "[]")) {
            Files.writeString(other.history(), broken);
            Cli.Outcome refused = Cli.run("report", "--run=" + folder);
            assertThat(refused.code()).as(broken).isEqualTo(2);
            assertThat(refused.err())
                    .startsWith("scorefield: " + other.history() + ": ")
                    .contains("; remove the file");
        }
    }

    @Test
    void largePicturesBecomeSmallAndSmallOnesStay() throws IOException {
        Random random = new Random(1);
        BufferedImage noise = new BufferedImage(546, 546, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < 546; y++) {
            for (int x = 0; x < 546; x++) {
                noise.setRGB(x, y, random.nextInt());
            }
        }
        Path file = folder.resolve("noise.png");
        PngWriter.write(file, noise);
        EmbeddedPictures.Picture picture = new EmbeddedPictures(60_000).embed(file);
        assertThat(picture.width()).isEqualTo(546);
        byte[] bytes = Base64.getDecoder().decode(picture.uri().replaceFirst("^data:image/jpeg;base64,", ""));
        assertThat(bytes).hasSizeBetween(10_000, 60_000);
        assertThat(ImageIO.read(new ByteArrayInputStream(bytes)).getWidth()).isEqualTo(273);
    }

    @Test
    void whatIsShownOfManyIsSpreadEvenly() {
        assertThat(ReportPage.spread(0, 8)).isEmpty();
        assertThat(ReportPage.spread(1, 8)).containsExactly(0);
        assertThat(ReportPage.spread(3, 8)).containsExactly(0, 1, 2);
        assertThat(ReportPage.spread(100, 4)).containsExactly(0, 33, 66, 99);
        assertThat(ReportPage.spread(5, 1)).containsExactly(4);
    }
}
