package scorefield.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.Cli;
import scorefield.cli.console.Failures;
import scorefield.cli.sample.SampleCommand;
import scorefield.ncsn.classifier.ClassifierStore;
import scorefield.ncsn.classifier.KeptClassifiers;
import scorefield.ncsn.classifier.Recipe;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.evaluation.EvaluatedSamples;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.sampler.BatchSampler;
import scorefield.ncsn.sampler.Sampler;

/** {@code evaluate}: on a tiny run, which has learned nothing, and on samples from files. */
class EvaluateCommandTest {

    @TempDir
    private static Path shared;

    private static Path run;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        run = shared.resolve("run");
        Cli.Outcome trained = Cli.train("--steps=2", "--seed=3", "--out=" + run);
        assertThat(trained.code()).as(trained.err()).isZero();
    }

    /** Classifiers that take moments to train, kept beside the test. */
    private KeptClassifiers classifiers() {
        return new KeptClassifiers(new ClassifierStore(folder.resolve("store")), new Recipe(4, 8, 16, 5, 0.01, 0));
    }

    private Cli.Outcome evaluate(String... arguments) {
        return execute(new EvaluateCommand(classifiers()), arguments);
    }

    private static Cli.Outcome execute(Callable<Integer> tested, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(tested)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((e, command, parsed) -> Failures.report(e, new PrintWriter(err), false))
                .execute(arguments);
        return new Cli.Outcome(code, out.toString(), err.toString());
    }

    private static JsonObject json(Path path) throws IOException {
        return JsonParser.parseString(Files.readString(path)).getAsJsonObject();
    }

    private static JsonObject metric(JsonObject report, String key) {
        JsonArray metrics = report.getAsJsonArray("metrics");
        return StreamSupport.stream(metrics.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .filter(metric -> metric.get("key").getAsString().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static double value(JsonObject report, String key, String column) {
        return metric(report, key)
                .getAsJsonObject("values")
                .getAsJsonObject(column)
                .get("value")
                .getAsDouble();
    }

    @Test
    void aRunIsMeasuredAgainstDigitsThatItWasNotTrainedOn() throws IOException {
        Path one = folder.resolve("one");
        Cli.Outcome first = evaluate("--run=" + run, "--count=40", "--out=" + one);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out())
                .containsSubsequence("training a classifier on digits: 50 images", "sampling 100/100 %")
                .contains("40 images drawn from " + run + ", step 2")
                .contains("drawn afresh with another seed")
                .containsSubsequence(
                        "looking at the reference: 10000 images",
                        "among 50 training images",
                        "measuring the samples",
                        "measuring as many real images")
                .contains("samples, n = 40", "not denoised, n = 40", "real data, n = 40")
                .contains("Fréchet distance", "drift of mean, standard errors", "nearer to training")
                .contains("Brackets hold the 95 % interval. ↓ lower is better");
        JsonObject report = json(one.resolve("evaluation.json"));
        assertThat(report.getAsJsonObject("reference").get("sha256").getAsString())
                .isEqualTo(new Digits(4, 8, 8).generate(10_000).sha256());
        assertThat(report.getAsJsonObject("extractor").get("sha256").getAsString())
                .matches("[0-9a-f]{64}");
        assertThat(report.getAsJsonObject("sampling").get("evaluations").getAsInt())
                .isEqualTo(8 * 2 + 1);
        // What has learned nothing is worse than real data, in whichever way one looks.
        for (String key : new String[] {"features.frechet", "pixels.sliced-wasserstein", "pixels.mmd2"}) {
            assertThat(value(report, key, "samples")).as(key).isGreaterThan(value(report, key, "real"));
        }
        // The same order in every start of the JVM.
        assertThat(report.getAsJsonArray("columns").get(0).getAsJsonObject().keySet())
                .containsExactly("key", "title", "n");
        JsonObject frechet = metric(report, "features.frechet");
        assertThat(frechet.get("aim").getAsString()).isEqualTo("low");
        JsonObject own = frechet.getAsJsonObject("values").getAsJsonObject("samples");
        assertThat(own.get("n").getAsInt()).isEqualTo(40);
        assertThat(own.get("m").getAsInt()).isEqualTo(9960);
        assertThat(own.get("low").getAsDouble()).isLessThan(own.get("value").getAsDouble());
        assertThat(Files.readString(one.resolve("evaluation.md")))
                .contains("|  |  | samples, n = 40 | not denoised, n = 40 | real data, n = 40 |")
                .contains("- **recall**: share of real images");
        // 40 pairs, six of them in a row of 12 cells of 8 pixels, each pixel enlarged 7 times.
        assertThat(ImageIO.read(one.resolve("neighbours.png").toFile()).getWidth())
                .isEqualTo(ImageGrid.GAP + 12 * (ImageGrid.GAP + 56));

        Path two = folder.resolve("two");
        Cli.Outcome second = evaluate("--run=" + run, "--count=40", "--out=" + two);
        assertThat(second.out()).doesNotContain("training a classifier");
        assertThat(two.resolve("evaluation.json")).hasSameTextualContentAs(one.resolve("evaluation.json"));
    }

    @Test
    void whatARunWasToldOfClassesIsMeasuredClassByClass() throws IOException {
        Path told = folder.resolve("told");
        assertThat(Cli.train("--steps=2", "--seed=3", "--set=model.classes=auto", "--out=" + told)
                        .code())
                .isZero();
        Cli.Outcome outcome = evaluate("--run=" + told, "--count=20", "--class=all", "--guidance=1", "--out=" + folder);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("in turn of classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, guidance 1;");
        JsonObject sampling = json(folder.resolve("evaluation.json")).getAsJsonObject("sampling");
        assertThat(sampling.getAsJsonArray("classes")).hasSize(10);
        assertThat(sampling.get("guidance").getAsDouble()).isEqualTo(1);
    }

    @Test
    void samplersAreComparedByTheSameClassifiersFeatures() throws IOException {
        Path plot = folder.resolve("compare.png");
        Cli.Outcome outcome = execute(
                new SampleCommand(classifiers()),
                "--run=" + run,
                "--compare",
                "--count=20",
                "--evaluations=16",
                "--out=" + plot);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).containsSubsequence("Fréchet distance", "sliced Wasserstein distance", "real data");
        JsonObject report = json(folder.resolve("compare.json"));
        assertThat(report.getAsJsonObject("extractor").get("sha256").getAsString())
                .matches("[0-9a-f]{64}");
        double real = report.getAsJsonObject("realData")
                .getAsJsonObject("frechet")
                .get("mean")
                .getAsDouble();
        assertThat(real).isPositive();
        for (JsonElement row : report.getAsJsonArray("results")) {
            assertThat(row.getAsJsonObject().get("frechet").getAsDouble()).isGreaterThan(real);
        }
    }

    @Test
    void twoSetsOfPicturesWithoutLabelsAreComparedWithoutAClassifier() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        ImageGrid grid = new ImageGrid(4, 5, 3, 1, 1);
        Random random = new Random(1);
        for (int i = 0; i < 30; i++) {
            byte[] bytes = new byte[60];
            random.nextBytes(bytes);
            PngWriter.write(
                    pictures.resolve(i + ".png"), grid.draw(bytes).getSubimage(ImageGrid.GAP, ImageGrid.GAP, 5, 4));
        }
        Path samples = folder.resolve("samples.npy");
        float[] numbers = new float[20 * 60];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.min(1, random.nextFloat() + (i % 3 == 0 ? 0.6f : 0));
        }
        Npy.write(samples, Array.of(numbers, 20, 4, 5, 3));
        Cli.Outcome outcome = Cli.run(
                "evaluate", "--samples=" + samples, "--reference=" + pictures, "--out=" + folder, "--device=reference");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("extractor  none: neither the training data nor the reference has labels")
                .contains("taken for the training data, too")
                .contains("note       only 15 real images could be measured in the samples' place")
                .doesNotContain("Fréchet")
                .doesNotContain("not denoised");
        JsonObject report = json(folder.resolve("evaluation.json"));
        // Red is brighter by 0.6, cut at 1: a mean of 0.92 instead of 0.5, with an error of 0.3/√(20·20)·…: far beyond
        // 3.
        assertThat(value(report, "colour.red.mean", "samples")).isGreaterThan(10);
        assertThat(value(report, "colour.blue.mean", "samples")).isBetween(-4.0, 4.0);
    }

    @Test
    void pointsOfAMixtureAreSharedOutAmongItsModes() throws IOException {
        Path samples = folder.resolve("points.npy");
        Npy.write(samples, Array.of(PlanarSets.of("mixture", 500, 7).coordinates(), 500, 2));
        Cli.Outcome outcome = Cli.run(
                "evaluate", "--samples=" + samples, "--reference=mixture", "--out=" + folder, "--device=reference");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("500 points from " + samples).contains("share of mode 5");
        JsonObject report = json(folder.resolve("evaluation.json"));
        // Four standard errors of a share of 0.25.
        assertThat(value(report, "modes.share.1", "samples")).isCloseTo(0.25, within(4 * Math.sqrt(0.25 * 0.75 / 500)));
        assertThat(folder.resolve("neighbours.png")).doesNotExist();
    }

    /** Two batches of two, of which the last is cut: its second point was asked for by nobody. */
    @Test
    void whereBatchesStoodBeforeTheLastStepIsKept() {
        EvaluatedSamples drawn = draw(2, 0.5f);
        assertThat(drawn.samples().values().floats()).containsExactly(1.5f, 2.5f, 11.5f);
        assertThat(drawn.notDenoised()).isNotNull();
        assertThat(drawn.notDenoised().values().floats()).containsExactly(1, 2, 11);
    }

    @Test
    void withoutALastStepOrWithoutHavingSeenItNothingStoodElsewhere() {
        assertThat(draw(2, 0).notDenoised()).isNull();
        assertThat(draw(1, 0.5f).notDenoised()).isNull();
        assertThat(draw(0, 0.5f).notDenoised()).isNull();
    }

    /**
     * Three points.
     *
     * @param shown how many of the two batches the sampler shows
     * @param last the step that it takes after it has shown them
     */
    private static EvaluatedSamples draw(int shown, float last) {
        Sampler sampler = new BatchSampler(Shape.of(2, 1)) {
            @Override
            protected Values draw(long seed, int number, Stages stages) {
                float at = 10 * number;
                if (number < shown) {
                    stages.done(0, 1, 0.3, () -> Values.of(Shape.of(2, 1), at + 7, at + 8));
                    stages.done(1, 0.1, 0.6, () -> Values.of(Shape.of(2, 1), at + 1, at + 2));
                }
                return Values.of(Shape.of(2, 1), at + 1 + last, at + 2 + last);
            }

            @Override
            public int evaluations() {
                return 3;
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
        return EvaluatedSamples.draw(sampler, 3, 1, stage -> {});
    }

    @Test
    void whatCannotBeMeasuredIsRefused() throws IOException {
        assertThat(refused("--run=" + run, "--count=9"))
                .isEqualTo("scorefield: --count must be at least 10 for samples to be measured; got 9");
        Path vector = folder.resolve("vector.npy");
        Npy.write(vector, Array.of(new float[20], 20));
        assertThat(refused("--run=" + run, "--samples=" + vector))
                .contains(
                        "vector.npy: holds an array of shape [20], but samples are images N×H×W×C in [0, 1], or points");
        Path small = folder.resolve("small.npy");
        Npy.write(small, Array.of(new float[20 * 16], 20, 4, 4));
        assertThat(refused("--run=" + run, "--samples=" + small))
                .contains("images of 4×4×1 cannot be compared with digits, which holds images of 8×8×1");
        Path broken = folder.resolve("broken.npy");
        float[] numbers = new float[20 * 64];
        numbers[70] = Float.NaN;
        Npy.write(broken, Array.of(numbers, 20, 8, 8, 1));
        assertThat(refused("--run=" + run, "--samples=" + broken))
                .contains("broken.npy: holds NaN at index [1, 0, 6, 0]");
        assertThat(refused("--run=" + run, "--reference=" + folder.resolve("none")))
                .contains("no such file or folder");
        assertThat(refused("--run=" + run, "--samples=" + small, "--count=1000"))
                .contains("--count has no effect with --samples");
        assertThat(refused("--run=" + run, "--evaluations=1")).contains("--evaluations must be");
        assertThat(refused("--run=" + run, "--samples=" + small, "--levels=3"))
                .contains("--levels has no effect with --samples");
        assertThat(refused("--run=" + run, "--levels=0")).contains("--levels must be");
        assertThat(refused("--run=" + folder)).contains("there is no run in this folder");
        assertThat(refused("--run=" + run, "--out=" + small)).contains("small.npy");
    }

    private String refused(String... arguments) {
        Cli.Outcome outcome = evaluate(arguments);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1);
        return outcome.err().strip();
    }
}
