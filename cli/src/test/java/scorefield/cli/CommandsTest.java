package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.picture.Animation;
import scorefield.cli.picture.ImagePictures;
import scorefield.kernels.opencl.ClDevices;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.file.Safetensors;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.RunHistory;
import scorefield.ncsn.run.RunLock;
import scorefield.ncsn.training.Checkpoint;

/** What the commands do on a tiny run, which is trained on the default device, so on OpenCL. */
class CommandsTest {

    @TempDir
    private static Path shared;

    private static Path run;
    private static Cli.Outcome trained;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        assertThat(ClDevices.list()).as(ClDevices.whyNone()).isNotEmpty();
        run = shared.resolve("run");
        trained = Cli.train("--steps=25", "--seed=3", "--out=" + run);
    }

    @Test
    void trainingLeavesEverythingThatItPromises() throws IOException {
        assertThat(trained.err()).isEmpty();
        assertThat(trained.code()).isZero();
        assertThat(trained.out())
                .contains("50 images of 8×8, grey")
                .contains("8 levels from σ = ")
                .contains("training 25/25 steps  loss ")
                .contains("images/s");
        assertThat(trained.out().lines().reduce((a, b) -> b))
                .hasValueSatisfying(last -> assertThat(last).startsWith("next: bin/scorefield sample --run " + run));
        RunFolder files = new RunFolder(run);
        assertThat(ImageIO.read(files.samples().toFile()).getWidth()).isGreaterThan(8);
        assertThat(ImageIO.read(files.lossChart().toFile()).getWidth()).isEqualTo(1440);
        assertThat(files.preview(10)).exists();
        assertThat(files.preview(20)).exists();
        assertThat(files.read().state().step()).isEqualTo(25);
        assertThat(Files.readAllLines(files.metrics()))
                .hasSize(5)
                .allMatch(
                        line -> line.matches(
                                "\\{\"step\":\\d+,\"epoch\":[\\d.]+,\"loss\":[\\d.]+,\"gradientNorm\":[\\d.]+,\"lossByBand\":\\[((null|[\\d.]+),?){8}],\"samplesPerSecond\":.*}"));
        try (var left = Files.walk(run)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    @Test
    void itsSettingsCanBeGivenToAnotherRun() throws IOException {
        Path other = folder.resolve("other");
        Cli.Outcome outcome = Cli.run(
                "train", "--device=reference", "--steps=1", "--config=" + run.resolve("config.yaml"), "--out=" + other);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(new RunFolder(other)
                        .read()
                        .configuration()
                        .with("training.steps", 25)
                        .toMap())
                .isEqualTo(new RunFolder(run).read().configuration().toMap());
    }

    @Test
    void aStoppedRunGoesOnAsIfItHadNotStopped() throws IOException {
        Path other = folder.resolve("other");
        // The other run, of 25 steps, keeps its guide after a fifth of them: step 5, as here.
        assertThat(Cli.train("--steps=12", "--set=training.guide=0.41", "--seed=3", "--out=" + other)
                        .code())
                .isZero();
        // What a killed process may leave: readings from after the checkpoint, and half a line.
        Path metrics = other.resolve("metrics.jsonl");
        Files.writeString(
                metrics,
                Files.readString(metrics) + "{\"step\":15,\"epoch\":1,\"loss\":7,\"gradientNorm\":1}\n{\"step\":2");
        Cli.Outcome resumed = Cli.run("train", "--resume", "--steps=25", "--out=" + other);
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(Safetensors.read(other.resolve("checkpoint.safetensors")).arrays())
                .isEqualTo(
                        Safetensors.read(run.resolve("checkpoint.safetensors")).arrays());
        assertThat(Metrics.continuing(metrics, 99).readings())
                .extracting(Metrics.Reading::step)
                .containsExactly(5L, 10L, 12L, 15L, 20L, 25L);
        assertThat(RunHistory.read(new RunFolder(other).history()).sessions())
                .extracting(RunHistory.Session::from, RunHistory.Session::to, RunHistory.Session::outcome)
                .containsExactly(
                        tuple(0L, 12L, RunHistory.Outcome.FINISHED), tuple(12L, 25L, RunHistory.Outcome.FINISHED));
    }

    @Test
    void exactScoreMatchingTrainsOnSmallImages() throws IOException {
        Path exact = folder.resolve("exact");
        Cli.Outcome outcome = Cli.train(
                "--objective=exact",
                "--steps=2",
                "--set=output.preview-every=1",
                "--device=reference",
                "--out=" + exact);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("objective exact").contains("1 level, σ = ");
        assertThat(new RunFolder(exact).preview(1)).exists();
    }

    @Test
    void aFinishedRunCanBeResumedAndIsFinishedStill() throws IOException {
        byte[] before = Files.readAllBytes(run.resolve("checkpoint.safetensors"));
        assertThat(Cli.run("train", "--resume", "--out=" + run).code()).isZero();
        assertThat(Files.readAllBytes(run.resolve("checkpoint.safetensors"))).isEqualTo(before);
    }

    @Test
    void aRunIsTrainedByOneProcessAtATime() throws IOException {
        try (RunLock lock = RunLock.of(new RunFolder(run))) {
            Cli.Outcome outcome = Cli.run("train", "--resume", "--steps=26", "--out=" + run);
            assertThat(lock).isNotNull();
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err()).contains("this run is being trained by another process");
        }
        assertThat(new RunFolder(run).read().state().step()).isEqualTo(25);
    }

    @Test
    void resumingWithOtherSettingsOrDataIsRefused() {
        Cli.Outcome batch = Cli.run("train", "--resume", "--set=training.batch=5", "--out=" + run);
        assertThat(batch.code()).isEqualTo(2);
        assertThat(batch.err()).contains("training.batch is 4 in the run, but 5 was asked for");
        Cli.Outcome seed = Cli.run("train", "--resume", "--seed=4", "--out=" + run);
        assertThat(seed.code()).isEqualTo(2);
        assertThat(seed.err()).contains("--seed is 3 in the run, but 4 was asked for");
    }

    @Test
    void aLossThatIsNotFiniteEndsTheRunAndLeavesTheLastGoodCheckpoint() throws IOException {
        Path wild = folder.resolve("wild");
        Cli.Outcome outcome = Cli.train("--steps=100", "--set=training.learning-rate=1e30", "--out=" + wild);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err())
                .containsPattern("scorefield: step \\d: the loss or its gradient is not finite")
                .containsPattern("noise levels of the batch: σ from [\\d.]+ to [\\d.]+")
                .contains("the first tensor that is not: ")
                .contains("the checkpoint of step 0 is intact: " + wild)
                .contains(
                        "; try a lower training.learning-rate (it is 1e+30) or more steps of training.warmup (there are ");
        assertThat(new RunFolder(wild).read().state().step()).isZero();
        assertThat(Files.readString(new RunFolder(wild).report()))
                .containsPattern(">diverged at step \\d: the loss or its gradient is not finite");
    }

    @Test
    void samplesAreTheSameForTheSameSeed() throws IOException {
        Path one = folder.resolve("one.png");
        Path two = folder.resolve("two.png");
        Path other = folder.resolve("other.png");
        Path gif = folder.resolve("annealing.gif");
        Cli.Outcome outcome = Cli.run(
                "sample", "--run=" + run, "--count=3", "--seed=1", "--out=" + one, "--frames=" + gif, "--levels=6");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("3 images, 6 noise levels").contains("sampling 100/100 %");
        Cli.run("sample", "--run=" + run, "--count=3", "--seed=1", "--out=" + two, "--levels=6");
        Cli.run("sample", "--run=" + run, "--count=3", "--seed=2", "--out=" + other, "--levels=6");
        assertThat(Files.readAllBytes(two)).isEqualTo(Files.readAllBytes(one));
        assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(one));
        // Six levels and the end.
        var reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (var in = ImageIO.createImageInputStream(gif.toFile())) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(7);
        }
    }

    /** The preset's own sampler, which the other tests do without because the runs of different lengths must agree. */
    @Test
    void trainingSaysHowItsSamplesWereDrawn() throws IOException {
        Path other = folder.resolve("other");
        Cli.Outcome outcome = Cli.train(
                "--device=reference",
                "--steps=1",
                "--set=sampling.sampler=dpm-solver",
                "--set=sampling.autoguidance=1.5",
                "--set=sampling.autoguidance-min=0.1",
                "--set=sampling.autoguidance-max=1.7",
                "--out=" + other);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("objective annealed, weight edm")
                .containsPattern(
                        "samples     .*samples.png\\R {12}by the dpm-solver sampler: 25 noise levels from σ = .*, η ="
                                + " 1.000, autoguidance w = 1.500 from σ = 1.700 to 0.1000; 50 network evaluations");
        assertThat(new RunFolder(other).read().configuration().model().dataDeviation())
                .isPresent();
    }

    @Test
    void samplingOptionsAreChecked() {
        Cli.Outcome count = Cli.run("sample", "--run=" + run, "--count=0");
        assertThat(count.code()).isEqualTo(2);
        assertThat(count.err()).contains("--count must be a whole number from 1 to 10000000; got 0");
        Cli.Outcome step = Cli.run("sample", "--run=" + run, "--step-size=1");
        assertThat(step.code()).isEqualTo(2);
        assertThat(step.err())
                .contains("--step-size: the step size must lie")
                .contains("from where on the chain diverges");
        Cli.Outcome sigma = Cli.run("sample", "--run=" + run, "--sigma-max=0.001");
        assertThat(sigma.code()).isEqualTo(2);
        assertThat(sigma.err()).contains("--sigma-max must be greater than noise.sigma-min = 0.01; got 0.001");
        Cli.Outcome paths = Cli.run("sample", "--run=" + run, "--paths=" + folder.resolve("paths.png"));
        assertThat(paths.code()).isEqualTo(2);
        assertThat(paths.err()).contains("--paths: only points of the plane can be drawn like this");
    }

    @Test
    void theScoreIsTheNetworks() throws IOException {
        Checkpoint checkpoint = new RunFolder(run).read();
        int count = 70; // more than one batch
        float[] images = new float[count * 64];
        double[] sigmas = new double[count];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) Math.sin(i);
            sigmas[i / 64] = 0.1 + 0.04 * (i / 64); // within the run's noise levels
        }
        Path input = folder.resolve("x.npy");
        Path output = folder.resolve("scores.npy");
        Npy.write(input, Array.of(images, count, 8, 8, 1));
        String list = String.join(
                ",", Arrays.stream(sigmas).mapToObj(Double::toString).toList());
        Cli.Outcome outcome =
                Cli.run("score", "--run=" + run, "--input=" + input, "--sigma=" + list, "--out=" + output);
        assertThat(outcome.code()).as(outcome.err()).isZero();

        ScoreNetwork network = checkpoint.network();
        float[] weights = checkpoint.state().average();
        Tensor score = network.score(
                network.parameters().weights(Tensor.constant(Values.of(Shape.of(weights.length), weights))),
                Tensor.constant(Values.of(Shape.of(count, 8, 8, 1), images)),
                Tensor.constant(Values.of(Shape.of(count), sigmas)));
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(score))) {
            double[] expected = executable.run(java.util.Map.of()).get(0).doubles();
            Array scores = Npy.readFinite(output);
            assertThat(scores.shape()).containsExactly(count, 8, 8, 1);
            double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) scores.floats()[i]).isCloseTo(expected[i], within(1e-4 * scale));
            }
        }
    }

    @Test
    void scoreRefusesWhatDoesNotFit() throws IOException {
        Path input = folder.resolve("x.npy");
        Npy.write(input, Array.of(new float[128], 2, 8, 8, 1));
        List<String> base = List.of("score", "--run=" + run, "--input=" + input, "--out=" + folder.resolve("y.npy"));
        assertThat(refused(base, "--sigma=1,2,3"))
                .contains("--sigma must be one noise level, or one for each of the 2 samples; got 3");
        assertThat(refused(base, "--sigma=-1")).contains("--sigma must be positive and finite; got -1.0");
        Npy.write(input, Array.of(new float[128], 2, 64));
        assertThat(refused(base, "--sigma=1"))
                .contains("holds an array of shape [2, 64], but this run's network takes N×8×8×1");
        assertThat(folder.resolve("y.npy")).doesNotExist();
    }

    private static String refused(List<String> base, String more) {
        Cli.Outcome outcome = Cli.run(java.util.stream.Stream.concat(base.stream(), java.util.stream.Stream.of(more))
                .toArray(String[]::new));
        assertThat(outcome.code()).isEqualTo(2);
        return outcome.err();
    }

    @Test
    void devicesAreListed() {
        Cli.Outcome outcome = Cli.run("devices");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains("* " + ClDevices.best().orElseThrow().id())
                .contains(ClDevices.best().orElseThrow().name())
                .contains("  reference  CPU");
    }

    @Test
    void inspectShowsTheLayersOfARun() {
        Cli.Outcome outcome = Cli.run("inspect", "--run=" + run);
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains(run + ", step 25")
                .contains("down.0.conv1")
                .contains("8×8×4");
    }

    @Test
    void inspectCountsTheParametersOfThePresets() {
        assertThat(Cli.run("inspect", "--preset=grey28").out()).contains("1,476,385");
        // c = 64 on 28×28×1 has 5,887,553; on three channels there are 3·3·64·2·2 weights and 2 biases more.
        assertThat(Cli.run("inspect", "--preset=colour32").out()).contains("5,889,859");
        assertThat(Cli.run("inspect", "--preset=grey28", "--set=network.channels=64")
                        .out())
                .contains("5,887,553");
    }

    /** 16 weights of the uncertainty, and 9·4·32 of the embedding of what augmentation did. */
    @Test
    void inspectCountsApartWhatOnlyTrainingUses() {
        assertThat(Cli.run("inspect", "--preset=grey28").out()).doesNotContain("only in training");
        Cli.Outcome outcome = Cli.run(
                "inspect", "--preset=grey28", "--set=objective.uncertainty=true", "--set=data.augmentation=0.1");
        assertThat(outcome.out())
                .containsPattern("only in training +1,168 *\\R")
                .containsPattern("all +1,477,553 ");
    }

    @Test
    void inspectPrintsGraphPlanPassesAndKernels() {
        Cli.Outcome graph = Cli.run("inspect", "--run=" + run, "--graph", "--of=score");
        assertThat(graph.out())
                .contains("Conv2d")
                .contains("down.0.conv1.weight")
                .contains(" fetch  ");
        Cli.Outcome step = Cli.run("inspect", "--run=" + run, "--graph");
        assertThat(step.out()).contains("Conv2dWeightGradient").contains("update  adam.m <- ");
        Cli.Outcome plan = Cli.run("inspect", "--run=" + run, "--plan");
        assertThat(plan.out()).contains("arena: ").contains("launches");
        Cli.Outcome passes = Cli.run("inspect", "--run=" + run, "--passes");
        assertThat(passes.out())
                .contains("1. Lower: every op has kernels")
                .contains("2. Simplify: ")
                .contains("Conv2d")
                .contains("8. MemoryPlanner: arena: ");
        Cli.Outcome kernels = Cli.run("inspect", "--run=" + run, "--kernels");
        assertThat(kernels.out()).contains("kernel void");
    }

    @Test
    void inspectListsEverySetting() {
        assertThat(Cli.run("inspect", "--keys").out())
                .contains("training.learning-rate = 0.001")
                .contains("noise.sigma-max = auto");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "sample",
                "schedule",
                "score",
                "study",
                "evaluate",
                "devices",
                "inspect",
                "profile",
                "ladder",
                "report",
                "likelihood",
                "interpolate",
                "inpaint",
                "denoise",
                "colorize"
            })
    void helpShowsExamples(String command) {
        Cli.Outcome outcome = Cli.run(command, "--help");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
        // A line of an example that was wrapped would go on at the margin.
        String examples = outcome.out().substring(outcome.out().indexOf("\nExample"));
        assertThat(examples.lines().skip(2).takeWhile(line -> !line.isEmpty())).allMatch(line -> line.startsWith("  "));
        assertThat(outcome.out()).contains("Usage: scorefield " + command).contains("  scorefield " + command);
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(Cli.run("--version").out()).matches("scorefield \\d+\\.\\d+\\.\\d+\\R");
    }

    @Test
    void framesShowTheNoiseShrunkAroundGrey() throws IOException {
        Animation animation = new Animation();
        long wanted = IntStream.rangeClosed(1, 240)
                .filter(stage -> animation.wants(stage / 240.0))
                .count();
        assertThat(wanted).isEqualTo(61);
        animation.add(new ImagePictures().frame(Values.of(Shape.of(1, 1, 1, 1), new float[] {2.5f}), 1.5));
        Path gif = folder.resolve("one.gif");
        animation.write(gif);
        BufferedImage image = ImageIO.read(gif.toFile());
        // (2.5 − ½)/(1 + 2·1.5) + ½ = 1: white.
        assertThat(image.getRGB(image.getWidth() / 2, image.getHeight() / 2) & 0xff)
                .isEqualTo(255);
    }

    @Test
    void aNetworkThatIsToldClassesIsShownWithARowForEach() throws IOException {
        Path run = folder.resolve("told");
        Cli.Outcome outcome = Cli.train(
                "--set=model.classes=auto",
                "--set=sampling.images=25",
                "--set=output.preview-images=4",
                "--set=output.preview-every=1",
                "--steps=2",
                "--device=reference",
                "--out=" + run);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        int cell = ImageGrid.of(1, 8, 8, 1).scale() * 8 + ImageGrid.GAP;
        BufferedImage samples = ImageIO.read(new RunFolder(run).samples().toFile());
        // Two of each of ten digits, and the names beside them.
        assertThat(samples.getHeight()).isEqualTo(ImageGrid.GAP + 10 * cell);
        assertThat(samples.getWidth()).isGreaterThan(ImageGrid.GAP + 2 * cell);
        BufferedImage preview = ImageIO.read(new RunFolder(run).preview(1).toFile());
        assertThat(preview.getHeight()).isEqualTo(ImageGrid.GAP + 4 * cell);
    }
}
