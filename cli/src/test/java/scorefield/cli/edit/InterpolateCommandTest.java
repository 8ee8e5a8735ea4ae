package scorefield.cli.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.edit.InterpolationEnd;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.Quantisation;
import scorefield.ncsn.run.Run;

/** {@code interpolate} and the samplers of the flow, with networks that have learned next to nothing. */
class InterpolateCommandTest {

    @TempDir
    private static Path shared;

    private static Path digits;
    private static Path moons;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        digits = shared.resolve("digits");
        moons = shared.resolve("moons");
        Cli.trainDigits(digits);
        Cli.trainMoons(moons);
    }

    private static Cli.Outcome interpolate(Path run, Path out, String from, String to, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "interpolate", "--run=" + run, "--device=reference", "--out=" + out, "--from=" + from, "--to=" + to));
        all.addAll(Arrays.asList(more));
        return Cli.run(all.toArray(String[]::new));
    }

    @Test
    void seedsPicturesAndImagesOfDataSetsAreEnds() throws IOException {
        Path picture = folder.resolve("grey.png");
        BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(3, 3, 0, 200);
        ImageIO.write(grey, "png", picture.toFile());
        Path out = folder.resolve("a.png");
        Cli.Outcome outcome = interpolate(digits, out, picture.toString(), "digits#2", "--steps=3");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("3 images from " + picture + " to digits#2")
                .contains("interpolating 100/100 %")
                .contains(picture + " was recovered by the flow with a root-mean-square error of ")
                .contains("digits#2 was recovered by the flow with a root-mean-square error of ");
        Matcher error = Pattern.compile("root-mean-square error of (\\S+)").matcher(outcome.out());
        while (error.find()) {
            // Ten times what a step's error may be: there and back, some of them add up. And the noise of 0.01 that was
            // added, which a network that has learned nothing does not take away.
            assertThat(Double.parseDouble(error.group(1))).isLessThan(1e-2 + 1.5 * 0.01);
        }
        int scale = ImageGrid.of(3, 8, 8, 1).scale();
        assertThat(ImageIO.read(out.toFile()).getWidth()).isEqualTo(ImageGrid.GAP + 3 * (ImageGrid.GAP + 8 * scale));
        Path noise = folder.resolve("b.png");
        outcome = interpolate(digits, noise, "#1", "#2", "--steps=3");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).doesNotContain("recovered");
        assertThat(Files.readAllBytes(noise)).isNotEqualTo(Files.readAllBytes(out));
    }

    @Test
    void aWayBetweenPointsIsDrawn() throws IOException {
        Path out = folder.resolve("way.png");
        Cli.Outcome outcome = interpolate(moons, out, "-3,0", "3,0.5", "--steps=5");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("5 points from -3,0 to 3,0.5", "3,0.5 was recovered");
        assertThat(ImageIO.read(out.toFile()).getWidth()).isEqualTo(1200);
    }

    @Test
    void whatIsNoEndIsRefused() {
        refused(digits, "--from #x: after # there must be a whole number; got 'x'", "#x", "#1");
        refused(digits, "nothing.png: there is no such file", "nothing.png", "#1");
        refused(digits, "--to digits#-1: images are numbered from 0; got -1", "#1", "digits#-1");
        refused(digits, "--to moons#1: moons are points, but this run is on images", "#1", "moons#1");
        refused(digits, "--steps must be from 2, the two ends, to 64; got 1", "#1", "#2", "--steps=1");
        refused(digits, "--rtol: a relative tolerance must lie between", "#1", "#2", "--rtol=1e-9");
        refused(moons, "--from 1,2,3: this run's samples are points of 2 numbers", "1,2,3", "#1");
        refused(moons, "--to 1,x: this run's samples are points of 2 numbers", "#1", "1,x");
    }

    private void refused(Path run, String message, String from, String to, String... more) {
        Path out = folder.resolve("x.png");
        Cli.Outcome outcome = interpolate(run, out, from, to, more);
        assertThat(outcome.err()).contains(message).doesNotContain("\tat ");
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(out).doesNotExist();
    }

    @Test
    void samplersAreChosenByName() {
        for (String sampler : List.of("ode", "ode-heun", "ode-euler")) {
            Path out = folder.resolve(sampler + ".png");
            Cli.Outcome outcome = Cli.run(
                    "sample",
                    "--run=" + digits,
                    "--count=2",
                    "--sampler=" + sampler,
                    "--device=reference",
                    "--out=" + out,
                    "--evaluations=16");
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out()).containsPattern(" steps? by ").contains("by the " + sampler + " sampler");
            assertThat(out).exists();
        }
        Cli.Outcome corrected = Cli.run(
                "sample",
                "--run=" + digits,
                "--count=2",
                "--sampler=predictor-corrector",
                "--snr=0.2",
                "--corrections=1",
                "--no-denoise",
                "--device=reference",
                "--out=" + folder.resolve("corrected.png"));
        assertThat(corrected.code()).as(corrected.err()).isZero();
        assertThat(corrected.out())
                .contains(
                        "1 correction each, signal-to-noise ratio 0.2000 over the batch, no denoising step",
                        "sampling 100/100 %");
        assertThat(Cli.run("sample", "--run=" + digits, "--sampler=ode", "--snr=0.2")
                        .err())
                .contains("--snr is for predictor-corrector, but the sampler is ode");
        Cli.Outcome both = Cli.run("sample", "--run=" + digits, "--sampler=ode", "--evaluations=8", "--tolerance=0.1");
        assertThat(both.code()).isEqualTo(2);
        assertThat(both.err()).contains("--tolerance: the number of steps of ode follows from --evaluations");
        Cli.Outcome heun = Cli.run("sample", "--run=" + digits, "--sampler=ode-heun", "--tolerance=0.1");
        assertThat(heun.err()).contains("--tolerance is for ode, but the sampler is ode-heun");
    }

    @Test
    void aBuiltInDigitIsNeverOneOfTheRunsOwn() throws IOException {
        Run run = Run.open(digits);
        Digits heldOut = new Digits(run.configuration().training().seed() + 1, 8, 8);
        assertThat(InterpolationEnd.of(run, "digits#5").given()).isEqualTo(Quantisation.middles(heldOut.render(5)));
        // Drawn alone, not after two thousand million others.
        assertThat(InterpolationEnd.of(run, "digits#" + Integer.MAX_VALUE).given())
                .isEqualTo(Quantisation.middles(heldOut.render(Integer.MAX_VALUE)));
    }
}
