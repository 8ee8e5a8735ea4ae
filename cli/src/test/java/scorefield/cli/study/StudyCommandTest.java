package scorefield.cli.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.Cli;
import scorefield.cli.console.Stopped;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.study.Laboratory;
import scorefield.ncsn.study.Notebook;
import scorefield.ncsn.study.Population;
import scorefield.ncsn.study.Study;

/** The command with small test studies: one that holds, one that does not, one that fails, one without a verdict. */
class StudyCommandTest {

    /** A study in a few lines. */
    private record Small(String name, BiConsumer<Laboratory, Notebook> experiment) implements Study {
        @Override
        public String claim() {
            return "a < b & \"c\", says " + name;
        }

        @Override
        public String formula() {
            return "½·E‖s(x)‖² < ∞";
        }

        @Override
        public String source() {
            return "Somebody 1905, equation 1";
        }

        @Override
        public void run(Laboratory laboratory, Notebook notebook) {
            experiment.accept(laboratory, notebook);
        }
    }

    private static final Study HOLDS = new Small("holds", (laboratory, notebook) -> {
        Values sum = laboratory.compute(
                Tensor.constant(Values.of(Shape.of(2), 0.25f, 0.5f)).sum(), Map.of());
        laboratory.progress().accept("added");
        notebook.number("sum", sum.item());
        notebook.number("seed", laboratory.seed());
        notebook.number("not a number", Double.NaN);
        notebook.table(new Notebook.Table(
                "some squares", List.of("x", "x²", "of 1e-9·x"), Map.of("three", List.of(9.0, 9e-18))));
        notebook.figure(Figure.plane(
                "points", "Two points", List.of(new Figure.Dots("", new double[] {0, 1}, new double[] {1, 0}))));
        notebook.atMost("the sum is small", sum.item(), 1);
    });
    private static final Study DOES_NOT = new Small("does-not", (laboratory, notebook) -> {
        notebook.atMost("one is at most two", 1, 2);
        notebook.atLeast("one is at least two", 1, 2);
    });
    private static final Study FAILS = new Small("fails", (laboratory, notebook) -> {
        notebook.atMost("one is at most two", 1, 2);
        throw new IllegalStateException("the experiment burnt down");
    });
    private static final Study SAYS_NOTHING = new Small("says-nothing", (laboratory, notebook) -> {});
    private static final Study NOT_A_NUMBER =
            new Small("not-a-number", (laboratory, notebook) -> notebook.atMost("it is small", Double.NaN, 1));

    /** A study that accepts any distribution, and reports its mean. */
    private static final Study TAKES_DATA = new Study() {
        @Override
        public String name() {
            return "takes-data";
        }

        @Override
        public String claim() {
            return "the distribution has a middle";
        }

        @Override
        public String formula() {
            return "E[x]";
        }

        @Override
        public String source() {
            return "Somebody 1905, equation 2";
        }

        @Override
        public boolean takesData() {
            return true;
        }

        @Override
        public void run(Laboratory laboratory, Notebook notebook) {
            double[] mean = laboratory.population().mixture().mean();
            notebook.atMost("it is near the origin", Math.hypot(mean[0], mean[1]), 1);
        }
    };

    @TempDir
    private Path folder;

    @Test
    void aStudyOfAnyDistributionTakesASetByName() throws IOException {
        Cli.Outcome outcome = run(List.of(HOLDS, TAKES_DATA), "takes-data", "--data", "rings");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("data     rings");
        assertThat(json("takes-data").get("data").getAsString()).isEqualTo("rings");
        assertThat(run(List.of(HOLDS, TAKES_DATA), "takes-data").out()).contains("data     mixture");
    }

    @Test
    void aStudyOfItsOwnDistributionsTakesNone() {
        Cli.Outcome outcome = run(List.of(HOLDS, TAKES_DATA), "holds", "--data", "rings");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err())
                .contains("--data: study 'holds' has its own distributions; these studies accept any: takes-data");
        Cli.Outcome slip = run(List.of(HOLDS, TAKES_DATA), "takes-data", "--data", "ring");
        assertThat(slip.code()).isEqualTo(2);
        assertThat(slip.err()).contains("did you mean 'rings'?");
    }

    private Cli.Outcome run(List<Study> studies, String... arguments) {
        return runInto(folder, studies, arguments);
    }

    private static Cli.Outcome runInto(Path folder, List<Study> studies, String... arguments) {
        List<String> all = new ArrayList<>(List.of("study", "--device=reference", "--out=" + folder));
        all.addAll(List.of(arguments));
        return Cli.run(studies, all.toArray(String[]::new));
    }

    private JsonObject json(String study) throws IOException {
        return new Gson().fromJson(Files.readString(folder.resolve(study + ".json")), JsonObject.class);
    }

    @Test
    void aClaimThatHeldIsPrintedAndWritten() throws IOException {
        Cli.Outcome outcome = run(List.of(DOES_NOT, HOLDS), "holds", "--seed=7");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("holds: a < b & \"c\", says holds")
                .contains("  formula  ½·E‖s(x)‖² < ∞")
                .contains("  … added")
                .contains("  sum = 0.75")
                .contains("    x      x²  of 1e-9·x\n    three   9      9e-18\n")
                .contains("  held: the sum is small: 0.7500 ≤ 1")
                .doesNotContain("NOT HELD")
                .doesNotContain("does-not");
        JsonObject json = json("holds");
        assertThat(json.get("held").getAsBoolean()).isTrue();
        assertThat(json.get("seed").getAsLong()).isEqualTo(7);
        assertThat(json.getAsJsonObject("numbers").get("seed").getAsDouble()).isEqualTo(7);
        assertThat(json.getAsJsonObject("numbers").get("not a number").getAsString())
                .isEqualTo("NaN");
        JsonObject verdict = json.getAsJsonArray("verdicts").get(0).getAsJsonObject();
        assertThat(verdict.get("measured").getAsDouble()).isEqualTo(0.75);
        assertThat(verdict.get("limit").getAsDouble()).isEqualTo(1);
        assertThat(verdict.get("held").getAsBoolean()).isTrue();
        assertThat(json.keySet())
                .contains("claim", "formula", "source", "tables", "plots", "device", "version", "seconds");
        assertThat(ImageIO.read(folder.resolve("holds-points.png").toFile())).isNotNull();
    }

    @Test
    void aClaimThatDidNotHoldIsNeverPrintedAsTrue() throws IOException {
        Cli.Outcome outcome = run(List.of(DOES_NOT), "does-not");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("  held: one is at most two: 1.000 ≤ 2")
                .contains("  NOT HELD: one is at least two: 1.000 is not ≥ 2");
        assertThat(json("does-not").get("held").getAsBoolean()).isFalse();
    }

    @Test
    void whatIsNotANumberOrWasNeverMeasuredDidNotHold() throws IOException {
        Cli.Outcome none = run(List.of(SAYS_NOTHING), "says-nothing");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.out()).contains("NOT HELD: the study has no verdict");
        Cli.Outcome nan = run(List.of(NOT_A_NUMBER), "not-a-number");
        assertThat(nan.code()).isEqualTo(1);
        assertThat(nan.out()).contains("NOT HELD: it is small: NaN is not ≤ 1");
        assertThat(json("not-a-number").get("held").getAsBoolean()).isFalse();
    }

    @Test
    void aStudyThatFailsIsSaidToHaveFailedAndTheOthersAreRun() throws IOException {
        Cli.Outcome outcome = run(List.of(FAILS, HOLDS), "--all");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .containsExactly("scorefield: study fails failed: IllegalStateException: the experiment burnt down");
        assertThat(outcome.out()).containsPattern("fails +FAILED").containsPattern("holds +held");
        assertThat(json("fails").get("held").getAsBoolean()).isFalse();
        assertThat(Files.readString(folder.resolve("index.html"))).contains("1 of 2 studies held");
    }

    @Test
    void thePageHoldsEverythingAndNeedsNothing() throws Exception {
        Cli.Outcome outcome = run(List.of(HOLDS, DOES_NOT), "--all");
        assertThat(outcome.code()).isEqualTo(1);
        byte[] page = Files.readAllBytes(folder.resolve("index.html"));
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(page));
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(document.getElementsByTagName("link").getLength()).isZero();
        NodeList sections = document.getElementsByTagName("section");
        assertThat(sections.getLength()).isEqualTo(2);
        assertThat(sections.item(0).getTextContent())
                .contains("holds · ✓ held")
                .contains("a < b & \"c\", says holds")
                .contains("½·E‖s(x)‖² < ∞")
                .contains("held: the sum is small: 0.75 ≤ 1")
                .contains("some squares");
        assertThat(sections.item(1).getTextContent())
                .contains("does-not · ✗ NOT HELD (1 of 2)")
                .contains("NOT HELD: one is at least two: 1 is not ≥ 2");
        NodeList images = document.getElementsByTagName("img");
        assertThat(images.getLength()).isEqualTo(1);
        String source = ((Element) images.item(0)).getAttribute("src");
        String prefix = "data:image/png;base64,";
        assertThat(source).startsWith(prefix);
        assertThat(Base64.getDecoder().decode(source.substring(prefix.length())))
                .isEqualTo(Files.readAllBytes(folder.resolve("holds-points.png")));
    }

    @Test
    void everyStudyHasADeviceOfItsOwn() {
        Set<Device> seen = new HashSet<>();
        Study looks = new Small("looks", (laboratory, notebook) -> {
            seen.add(laboratory.device());
            notebook.atMost("fine", 0, 1);
        });
        Study looksAgain = new Small("looks-again", ((Small) looks).experiment());
        assertThat(run(List.of(looks, looksAgain), "--all").code()).isZero();
        assertThat(seen).hasSize(2);
    }

    @Test
    void theListNamesThemAll() {
        Cli.Outcome outcome = run(List.of(HOLDS, DOES_NOT), "--list");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out().lines())
                .containsExactly("holds     a < b & \"c\", says holds", "does-not  a < b & \"c\", says does-not");
    }

    @Test
    void anUnknownNameIsRefusedWithTheNearest() {
        Cli.Outcome outcome = run(List.of(HOLDS, DOES_NOT), "hold");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("there is no study 'hold'; did you mean 'holds'?");
        assertThat(run(List.of(HOLDS)).err()).contains("a study is missing; name one, or give --all");
        assertThat(run(List.of(HOLDS), "holds", "--all").code()).isEqualTo(2);
    }

    @Test
    void whereNothingCanBeWrittenNothingIsRun() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Cli.Outcome outcome = runInto(file, List.of(HOLDS), "holds");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("cannot be written");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aStudyThatIsStoppedEndsAtItsNextRunOnTheDevice() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        Study endless = new Small("endless", (laboratory, notebook) -> {
            while (true) {
                laboratory.compute(Tensor.constant(Values.scalar(1)).plus(1), Map.of());
                runs.incrementAndGet();
            }
        });
        StringWriter out = new StringWriter();
        StudySeries series = new StudySeries(
                folder, ReferenceDevice::new, 0, Population.MIXTURE, () -> runs.get() == 3, new PrintWriter(out));
        series.run(HOLDS);
        assertThatThrownBy(() -> series.run(endless)).isInstanceOf(Stopped.class);
        assertThat(runs).hasValue(3);
        assertThat(series.reports()).extracting(report -> report.study().name()).containsExactly("holds");
        assertThat(folder.resolve("endless.json")).doesNotExist();
        StudyPage.write(folder.resolve("index.html"), List.of(HOLDS, endless), series.reports(), folder);
        assertThat(Files.readString(folder.resolve("index.html")))
                .contains("1 of 2 studies held; 1 was not completed.")
                .contains("<span class=\"quiet\">not run</span>");
    }
}
