package scorefield.cli.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.LargestDistance;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.schedule.NoiseLevels;

/** {@code schedule}, with networks that take no time. */
class ScheduleCommandTest {

    private static final List<String> TINY = List.of(
            "schedule",
            "--set=network.channels=4",
            "--set=network.multipliers=[1, 2]",
            "--set=network.blocks=1",
            "--set=network.width=8",
            "--set=sampling.images=5");

    private static final List<String> DIGITS = List.of("--set=data.size=8", "--set=data.count=60");

    @TempDir
    private Path folder;

    private static Cli.Outcome schedule(List<String> some, String... more) {
        List<String> all = new ArrayList<>(TINY);
        all.addAll(some);
        all.addAll(Arrays.asList(more));
        return Cli.run(all.toArray(String[]::new));
    }

    private static void refused(Cli.Outcome outcome, String message) {
        assertThat(outcome.err()).contains(message).doesNotContain("\tat ");
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.code()).isEqualTo(2);
    }

    /** On the default device, so on OpenCL. */
    @Test
    void itsConfigurationTrainsTheLevelsThatItHasFound() throws IOException {
        Path yaml = folder.resolve("noise.yaml");
        Path json = folder.resolve("schedule.json");
        Path png = folder.resolve("schedule.png");
        Cli.Outcome outcome =
                schedule(DIGITS, "--steps-per-level=4", "--yaml=" + yaml, "--json=" + json, "--out=" + png);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("all 1,770 pairs of 60")
                .contains("noise levels for D = 64")
                .contains("preset digits trains 60, for speed")
                .contains("5 images, ")
                .contains(Files.readString(yaml))
                .doesNotContain("warning");

        double largest = LargestDistance.among(new Digits(0, 8, 8).generate(60)).value();
        NoiseLevels expected = Ncsnv2.levels(largest, 0.01, 64);
        Path run = folder.resolve("run");
        List<String> train = new ArrayList<>(List.of("train", "--config=" + yaml, "--steps=1", "--out=" + run));
        train.addAll(List.of("--device=reference", "--set=training.batch=2", "--set=data.size=8"));
        train.addAll(List.of("--set=data.count=60", "--set=network.channels=4", "--set=network.multipliers=[1]"));
        train.addAll(List.of("--set=network.blocks=1", "--set=sampling.images=1"));
        Cli.Outcome trained = Cli.run(train.toArray(String[]::new));
        assertThat(trained.code()).as(trained.err()).isZero();
        Configuration configuration = new RunFolder(run).read().configuration();
        assertThat(configuration.noiseLevels()).isEqualTo(expected);
        assertThat(configuration.parameters(AnnealedLangevin.ANNEALED).stepsPerLevel())
                .hasValue(4);

        Map<?, ?> read = new Gson().fromJson(Files.readString(json), Map.class);
        assertThat((List<?>) read.get("levels")).hasSize(expected.count());
        assertThat((List<?>) read.get("variances")).hasSize(expected.count());
        assertThat((Double) read.get("stepSize")).isCloseTo(Ncsnv2.stepSize(expected, 4), within(1e-15));
        assertThat((Double) read.get("publishedStepSize")).isEqualTo((Double) read.get("stepSize") / 2);
        assertThat((Double) read.get("evaluations")).isEqualTo(4.0 * expected.count() + 1);
        assertThat(((Map<?, ?>) read.get("distances")).get("largest")).isEqualTo(largest);
        assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(1440);
    }

    @Test
    void knownNumbersComeOut() {
        Cli.Outcome cifar =
                schedule(List.of("--data=" + folder.resolve("colour.bin")), "--device=reference", "--sigma-max=50");
        refused(cifar, "there is no such file");
        writeColour(folder.resolve("colour.bin"));
        List<String> data = List.of("--data=" + folder.resolve("colour.bin"), "--device=reference");
        assertThat(schedule(data, "--sigma-max=50").out())
                .contains("noise levels for D = 3,072")
                .contains("L = 219");
        assertThat(schedule(data, "--sigma-max=50", "--levels=232", "--steps-per-level=5")
                        .out())
                .contains("C = 0.567")
                .contains("6.184e-06 where a step is α·s + √(2α)·z");
        assertThat(schedule(List.of("--set=data.count=3"), "--device=reference").out())
                .contains("technique 2 asks for C = 0.5: γ = 1.0820");
    }

    /** Three records of CIFAR-10's format. */
    private static void writeColour(Path file) {
        byte[] bytes = new byte[3 * 3073];
        new Random(1).nextBytes(bytes);
        for (int record = 0; record < 3; record++) {
            bytes[record * 3073] = 1;
        }
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void pointsOfThePlaneGoTheSameWay() {
        Cli.Outcome outcome =
                schedule(List.of("--data=moons", "--set=data.count=300"), "--device=reference", "--compare=100");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("distances between points, 4,950 pairs of 100, chosen at random from 300")
                .contains("noise levels for D = 2")
                .contains("technique 2 asks for nothing below 5 dimensions")
                .contains("L        20, σ from ")
                .doesNotContain("image");
    }

    @Test
    void givenLevelsAreJudged() {
        Cli.Outcome outcome = schedule(
                DIGITS, "--device=reference", "--sigma-max=1", "--levels=4", "--step-size=1e-3", "--sigma-min=0.01");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("L        4, σ from 1.000 to 0.01000")
                .contains("warning: the largest noise level 1.000 is below half of all distances")
                .contains("warning: the noise levels are too far apart")
                .contains("warning: chains diverge: the step size 0.001000 is not below the stability limit")
                .contains("step-size: 0.001\n");
        refused(schedule(DIGITS, "--levels=1"), "--levels must be at least 2 here; got 1");
        refused(schedule(DIGITS, "--levels=few"), "'few' is not a whole number");
        refused(schedule(DIGITS, "--sigma-max=0.001"), "--sigma-max must be greater than noise.sigma-min");
        refused(schedule(DIGITS, "--sigma-min=0"), "--sigma-min must be a number greater than 0");
        refused(schedule(DIGITS, "--compare=1"), "--compare must be at least 2 samples; got 1");
        refused(schedule(DIGITS, "--yaml=" + folder), "is a folder; name a file");
        refused(
                schedule(DIGITS, "--device=reference", "--sigma-min=100"),
                "no more than the smallest noise level 100.0; set a smaller --sigma-min, or a larger noise.sigma-max");
    }

    @Test
    void oneSampleOrEqualOnesHaveNoLargestDistance() throws IOException {
        Path black = folder.resolve("black.bin");
        byte[] record = new byte[3073];
        Files.write(black, record);
        refused(
                schedule(List.of("--data=" + black), "--device=reference"),
                "black.bin: 1 image of 32×32, colour, 10 classes: a single sample gives no distances");
        assertThat(schedule(List.of("--data=" + black), "--device=reference", "--sigma-max=2")
                        .out())
                .contains("noise levels for D = 3,072")
                .doesNotContain("distances between");
        Files.write(black, Arrays.copyOf(record, 2 * 3073));
        refused(schedule(List.of("--data=" + black), "--device=reference"), "all samples are the same");
    }

    @Test
    void withoutANetworkForTheImagesThereIsNoTimeButAllElse() {
        Cli.Outcome outcome = schedule(
                List.of("--set=data.size=9", "--set=data.count=20"), "--device=reference", "--steps-per-level=5");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("how long that takes cannot be measured: network.multipliers: a U-Net of 2 levels needs")
                .contains("steps-per-level: 5");
    }
}
