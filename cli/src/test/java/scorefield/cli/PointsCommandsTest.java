package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.training.Checkpoint;

/** The commands on points of the plane, with a network so small that it learns next to nothing. */
class PointsCommandsTest {

    private static final List<String> TINY = List.of(
            "train",
            "--set=data.count=300",
            "--set=network.width=8",
            "--set=network.hidden=1",
            "--set=noise.levels=5",
            "--set=training.batch=16",
            "--set=sampling.images=40",
            "--set=sampling.steps-per-level=2",
            "--set=output.log-every=1",
            "--set=output.preview-every=2",
            "--set=output.preview-images=10");

    @TempDir
    private static Path shared;

    private static Path run;
    private static Cli.Outcome trained;

    @TempDir
    private Path folder;

    private static Cli.Outcome train(String... more) {
        return Cli.run(Stream.concat(TINY.stream(), Stream.of(more)).toArray(String[]::new));
    }

    @BeforeAll
    static void train() {
        run = shared.resolve("run");
        trained = train("--data=moons", "--steps=5", "--out=" + run);
    }

    private static int width(Path picture) throws IOException {
        return ImageIO.read(picture.toFile()).getWidth();
    }

    @Test
    void trainingDrawsThePlane() throws IOException {
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out())
                .contains("moons: 300 points in 2 dimensions")
                .contains("points/s")
                .contains("score       " + run.resolve("field.png"))
                .doesNotContain("images");
        RunFolder files = new RunFolder(run);
        for (Path picture :
                List.of(files.samples(), files.field(), files.paths(), files.preview(2), files.preview(4))) {
            assertThat(width(picture)).isEqualTo(1200);
        }
        assertThat(Files.readString(files.report()))
                .contains("alt=\"The learned score\"")
                .contains("alt=\"The paths of a few samples\"")
                .contains(" points/s</dd>");
    }

    @Test
    void theFirstStepSaysNothingAboutTheSpeed() throws IOException {
        List<String> lines = Files.readAllLines(new RunFolder(run).metrics());
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).contains("\"step\":1,").doesNotContain("samplesPerSecond");
        assertThat(lines.subList(1, 5)).allMatch(line -> line.matches(".*\"samplesPerSecond\":[1-9].*"));
        assertThat(trained.out()).doesNotContain(" 0.000 points/s");
    }

    @Test
    void samplesFieldPathsAndFramesNeedNoDataSet() throws IOException {
        Path picture = folder.resolve("points.png");
        Path again = folder.resolve("again.png");
        Path paths = folder.resolve("paths.png");
        Path field = folder.resolve("field.png");
        Path gif = folder.resolve("frames.gif");
        Cli.Outcome outcome = Cli.run(
                "sample",
                "--run=" + run,
                "--count=30",
                "--out=" + picture,
                "--paths=" + paths,
                "--field=" + field,
                "--frames=" + gif);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("30 points, 5 noise levels")
                .contains("points  " + picture)
                .contains("paths   " + paths)
                .contains("score   " + field)
                .doesNotContain("images");
        for (Path drawn : List.of(picture, paths, field)) {
            assertThat(width(drawn)).isEqualTo(1200);
        }
        var reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (var in = ImageIO.createImageInputStream(gif.toFile())) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(6);
            assertThat(reader.getWidth(0)).isEqualTo(520);
        }
        Cli.run("sample", "--run=" + run, "--count=30", "--out=" + again);
        assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(picture));
    }

    @Test
    void everySamplerDrawsWhatItIsToldTo() {
        Path picture = folder.resolve("points.png");
        for (SamplerKind<?> kind : Samplers.ALL) {
            Cli.Outcome outcome = Cli.run(
                    "sample",
                    "--run=" + run,
                    "--count=30",
                    "--out=" + picture,
                    "--sampler=" + kind.name(),
                    "--evaluations=9",
                    "--paths=" + folder.resolve("paths.png"));
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out()).contains("30 points, ").contains("by the " + kind.name() + " sampler, on ");
        }
    }

    @Test
    void optionsThatASamplerDoesNotHaveAreRefusedByName() {
        assertThat(refused("--sampler=consistent", "--step-size=1e-4"))
                .contains("--step-size is for langevin and annealed, but the sampler is consistent");
        assertThat(refused("--eta=0.5")).contains("--eta is for consistent, but the sampler is annealed");
        assertThat(refused("--sampler=consistent", "--eta=0.01")).contains("--eta must be at least 1 − 1/γ = ");
        assertThat(refused("--sampler=gibbs")).contains("--sampler must be one of langevin, annealed, consistent");
        assertThat(refused("--evaluations=9", "--levels=3"))
                .contains("--levels: the number of noise levels follows from --evaluations");
        assertThat(refused("--evaluations=9,20")).contains("--evaluations must be one number; got [9, 20]");
        assertThat(refused("--against=moons")).contains("--against has no effect without --compare");
        assertThat(refused("--compare", "--levels=3")).contains("--levels: --compare takes every sampler");
        assertThat(refused("--compare", "--field=" + folder.resolve("field.png")))
                .contains("--field has no effect with --compare");
    }

    private String refused(String... more) {
        Cli.Outcome outcome = Cli.run(Stream.concat(
                        Stream.of("sample", "--run=" + run, "--out=" + folder.resolve("never.png")), Stream.of(more))
                .toArray(String[]::new));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(folder.resolve("never.png")).doesNotExist();
        return outcome.err();
    }

    @Test
    void aComparisonHasARowForEverySamplerAndBudgetAndOneForRealData() throws IOException {
        Path plot = folder.resolve("quality.png");
        Cli.Outcome outcome =
                Cli.run("sample", "--run=" + run, "--compare", "--count=100", "--evaluations=8,16", "--out=" + plot);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(width(plot)).isPositive();
        JsonObject report = JsonParser.parseString(Files.readString(folder.resolve("quality.json")))
                .getAsJsonObject();
        JsonArray results = report.getAsJsonArray("results");
        assertThat(results).hasSize(2 * Samplers.ALL.size());
        double real = report.getAsJsonObject("realData")
                .getAsJsonObject("slicedWasserstein")
                .get("mean")
                .getAsDouble();
        for (JsonElement row : results) {
            JsonObject result = row.getAsJsonObject();
            assertThat(outcome.out()).contains(result.get("sampler").getAsString());
            assertThat(result.get("evaluations").getAsInt())
                    .isBetween(1, result.get("evaluationsAllowed").getAsInt());
            // A network that has learned next to nothing: its samples are farther away than real data.
            assertThat(result.get("slicedWasserstein").getAsDouble()).isGreaterThan(real);
            assertThat(result.get("mmdSquared").getAsDouble()).isFinite();
        }
        assertThat(outcome.out()).contains("sliced Wasserstein distance").contains("real data");
    }

    @Test
    void theScoreOfPointsIsTheNetworks() throws IOException {
        Checkpoint checkpoint = new RunFolder(run).read();
        float[] points = {0.5f, -1, 2, 0.25f, -3, 1};
        Path input = folder.resolve("x.npy");
        Path output = folder.resolve("s.npy");
        Npy.write(input, Array.of(points, 3, 2));
        Cli.Outcome outcome = Cli.run("score", "--run=" + run, "--input=" + input, "--sigma=0.5", "--out=" + output);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("the scores of 3 points, float32 3×2");
        ScoreNetwork network = checkpoint.network();
        float[] weights = checkpoint.state().average();
        Tensor score = network.score(
                network.parameters().weights(Tensor.constant(Values.of(Shape.of(weights.length), weights))),
                Tensor.constant(Values.of(Shape.of(3, 2), points)),
                Tensor.fill(Shape.of(3), 0.5));
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(score))) {
            double[] expected = executable.run(Map.of()).get(0).doubles();
            float[] scores = Npy.readFinite(output).floats();
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) scores[i]).isCloseTo(expected[i], within(1e-5 * (1 + Math.abs(expected[i]))));
            }
        }
        Npy.write(input, Array.of(points, 2, 3));
        Cli.Outcome wrong = Cli.run("score", "--run=" + run, "--input=" + input, "--sigma=0.5", "--out=" + output);
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("holds an array of shape [2, 3], but this run's network takes N×2 (points, numbers)");
    }

    @Test
    void inspectSpeaksOfPoints() {
        assertThat(Cli.run("inspect", "--run=" + run).out())
                .contains("perceptron for points of 2 numbers")
                .contains("memory/point")
                .doesNotContain("image");
    }

    @Test
    void everyObjectiveTrainsOnPoints() {
        for (String objective : List.of("exact", "sliced", "sliced-vr", "fd-sliced", "denoising", "annealed-sliced")) {
            Path out = folder.resolve(objective);
            Cli.Outcome outcome = train(
                    "--data=mixture",
                    "--objective=" + objective,
                    "--set=noise.sigma-min=0.3",
                    "--steps=3",
                    "--device=reference",
                    "--out=" + out);
            assertThat(outcome.code()).as(objective + ": " + outcome.err()).isZero();
            assertThat(new RunFolder(out).paths()).exists();
            assertThat(new RunFolder(out).preview(2)).exists();
        }
    }
}
