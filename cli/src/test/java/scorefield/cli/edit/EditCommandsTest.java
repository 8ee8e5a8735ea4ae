package scorefield.cli.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;
import scorefield.ncsn.training.TrainingState;

/** {@code inpaint}, {@code denoise} and {@code colorize} with tiny networks of random weights, in plain Java. */
class EditCommandsTest {

    @TempDir
    private static Path runs;

    private static Path grey;
    private static Path colour;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeRuns() throws IOException {
        grey = run("grey", 1);
        colour = run("colour", 3);
    }

    /** A run that was not trained, but whose network says something about every image. */
    private static Path run(String name, int channels) throws IOException {
        byte[] bytes = new byte[4 * 8 * 8 * channels];
        new Random(1).nextBytes(bytes);
        Images images = Images.of(name, 8, 8, channels, bytes);
        Configuration configuration = NoiseDefaults.resolve(
                Configuration.of(
                        Settings.read(Map.of(
                                "network", Map.of("channels", 4, "multipliers", List.of(1, 2), "blocks", 1),
                                "noise", Map.of("levels", 4, "sigma-max", 1.0, "sigma-min", 0.1),
                                "sampling", Map.of("steps-per-level", 1))),
                        "grey28+ncsnv2"),
                images);
        float[] average = new float
                [Checkpoint.network(configuration, images.sample()).parameters().size()];
        Random random = new Random(2);
        for (int i = 0; i < average.length; i++) {
            average[i] = (float) (0.1 * random.nextGaussian());
        }
        float[] zeros = new float[average.length];
        Path path = runs.resolve(name);
        Files.createDirectories(path);
        new Checkpoint(
                        configuration,
                        DataSummary.of(images),
                        new TrainingState(0, zeros.clone(), List.of(average), zeros, zeros.clone(), Optional.empty()))
                .write(new RunFolder(path).checkpoint());
        return path;
    }

    /** A picture of one colour but for one pixel. */
    private Path picture(String name, int size, int ground, int row, int column, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < size * size; i++) {
            image.setRGB(i % size, i / size, ground);
        }
        image.setRGB(column, row, rgb);
        Path path = folder.resolve(name);
        ImageIO.write(image, "png", path.toFile());
        return path;
    }

    private static Cli.Outcome edit(String command, Path run, Path image, String... more) {
        String[] arguments = new String[4 + more.length];
        arguments[0] = command;
        arguments[1] = "--run=" + run;
        arguments[2] = "--image=" + image;
        arguments[3] = "--device=reference";
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Cli.run(arguments);
    }

    private byte[] answers(String command, Path run, Path image, String... more) throws IOException {
        Path out = folder.resolve("out.png");
        String[] arguments = new String[more.length + 2];
        System.arraycopy(more, 0, arguments, 0, more.length);
        arguments[more.length] = "--out=" + out;
        arguments[more.length + 1] = "--count=2";
        Cli.Outcome outcome = edit(command, run, image, arguments);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return Files.readAllBytes(out);
    }

    /** Cells of 8×8 pixels, enlarged 7 times, with gaps of 2. */
    private static int width(int cells) {
        return 2 + cells * (2 + 8 * 7);
    }

    @Test
    void inpaintingShowsWhatWasKnownAndTheAnswers() throws IOException {
        Path image = picture("image.png", 8, 0x404040, 0, 0, 0xffffff);
        Path out = folder.resolve("out.png");
        Cli.Outcome outcome = edit("inpaint", grey, image, "--mask=bottom", "--count=3", "--out=" + out);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("32 of 64 pixels to fill in, 4 noise levels from σ = 1.000 to 0.1000, 4 steps each")
                .contains("inpainting 100/100 %")
                .contains("out.png: the input, then 3 completions");
        BufferedImage sheet = ImageIO.read(out.toFile());
        assertThat(sheet.getWidth()).isEqualTo(width(4));
        for (int cell = 0; cell < 4; cell++) {
            int x = 2 + cell * 58;
            assertThat(sheet.getRaster().getSample(x, 2, 0)).isEqualTo(255);
            assertThat(sheet.getRaster().getSample(x + 20, 2 + 20, 0)).isEqualTo(0x40);
        }
        assertThat(sheet.getRaster().getSample(2, 2 + 50, 0)).isEqualTo(128);
    }

    @Test
    void whatIsUnderTheMaskIsNeverSeen() throws IOException {
        Path mask = picture("mask.png", 8, 0x000000, 5, 5, 0xffffff);
        Path image = picture("image.png", 8, 0x404040, 5, 5, 0xffffff);
        Path otherThere = picture("there.png", 8, 0x404040, 5, 5, 0x202020);
        Path otherElsewhere = picture("elsewhere.png", 8, 0x404040, 1, 1, 0x505050);
        byte[] filled = answers("inpaint", grey, image, "--mask=" + mask);
        assertThat(answers("inpaint", grey, otherThere, "--mask=" + mask)).isEqualTo(filled);
        assertThat(answers("inpaint", grey, otherElsewhere, "--mask=" + mask)).isNotEqualTo(filled);
        assertThat(answers("inpaint", grey, image, "--mask=" + mask, "--seed=2"))
                .isNotEqualTo(filled);
    }

    @Test
    void masksThatCannotBeUsed() throws IOException {
        Path image = picture("image.png", 8, 0x404040, 0, 0, 0xffffff);
        Path black = picture("black.png", 8, 0, 0, 0, 0x101010);
        Path larger = picture("larger.png", 9, 0, 0, 0, 0xffffff);
        refused(edit("inpaint", grey, image, "--mask=" + black), "is black all over, so there is nothing to fill in");
        refused(
                edit("inpaint", grey, image, "--mask=" + larger),
                "larger.png: is 9×9 pixels, but the run's network makes images of 8×8");
        refused(
                edit("inpaint", grey, image, "--mask=botom"),
                "--mask botom: there is no such file, nor such a part; did you mean 'bottom'?");
        refused(edit("inpaint", grey, image), "Missing required option: '--mask=FILE'");
    }

    @Test
    void picturesThatCannotBeUsed() throws IOException {
        Path larger = picture("larger.png", 9, 0, 0, 0, 0xffffff);
        Path red = picture("red.png", 8, 0, 0, 0, 0xff0000);
        Path broken = Files.writeString(folder.resolve("broken.png"), "\u0089PNG and no more");
        refused(edit("inpaint", grey, larger, "--mask=left"), "is 9×9 pixels, but");
        refused(edit("inpaint", grey, red, "--mask=left"), "is a colour picture, but the run's images are grey");
        refused(edit("denoise", grey, broken, "--sigma=0.5"), "broken.png: ");
        refused(edit("denoise", grey, folder.resolve("none.png"), "--sigma=0.5"), "there is no such file");
        refused(edit("denoise", grey, larger, "--sigma=0.5", "--index=1"), "is one image, number 0; got 1");
        refused(
                edit("denoise", grey, Path.of("digits"), "--sigma=0.5", "--index=-1"),
                "--index must be 0 or more; got -1");
        refused(edit("colorize", grey, red), "was trained on grey images; name a run on colour images");
    }

    @Test
    void denoisingShowsTheMeanAndSamples() throws IOException {
        Path image = picture("image.png", 8, 0x404040, 0, 0, 0xffffff);
        Path out = folder.resolve("out.png");
        Cli.Outcome mean = edit("denoise", grey, image, "--sigma=0.5", "--out=" + out);
        assertThat(mean.code()).as(mean.err()).isZero();
        assertThat(mean.out())
                .contains("noise of σ = 0.5")
                .contains("the noisy picture, the mean of the possible clean images");
        assertThat(ImageIO.read(out.toFile()).getWidth()).isEqualTo(width(2));

        Cli.Outcome samples =
                edit("denoise", grey, image, "--sigma=0.5", "--add-noise", "--steps=5", "--count=3", "--out=" + out);
        assertThat(samples.code()).as(samples.err()).isZero();
        assertThat(samples.out()).contains("denoising 100/100 %").contains("and 3 samples of them");
        assertThat(ImageIO.read(out.toFile()).getWidth()).isEqualTo(width(6));
    }

    @Test
    void noiseThatTheNetworkDoesNotKnowIsRefused() throws IOException {
        Path image = picture("image.png", 8, 0x404040, 0, 0, 0xffffff);
        refused(
                edit("denoise", grey, image, "--sigma=1.5"),
                "--sigma must be from 0.1 to 1, the noise levels of the run; got 1.5");
        refused(
                edit("denoise", grey, image, "--sigma=0.05"),
                "--sigma must be from 0.1 to 1, the noise levels of the run; got 0.05");
        refused(edit("denoise", grey, image, "--sigma=0.5", "--count=3"), "--count has no effect on the mean");
        refused(edit("denoise", grey, image, "--sigma=0.5", "--seed=3"), "give --steps or --add-noise as well");
        refused(edit("denoise", grey, image, "--sigma=0.5", "--steps=1"), "--steps must be at least 2");
        refused(edit("denoise", grey, image, "--sigma=0.1", "--steps=9"), "and sigma above the run's smallest");
    }

    /** 0.2126·255 is the grey of pure red, within half a level. */
    @Test
    void colouringShowsTheBrightnessAndTheAnswers() throws IOException {
        Path red = picture("red.png", 8, 0x404040, 2, 2, 0xff0000);
        answers("colorize", colour, red);
        BufferedImage sheet = ImageIO.read(folder.resolve("out.png").toFile());
        assertThat(sheet.getWidth()).isEqualTo(width(3));
        int at = 2 + 2 * 7 + 3;
        assertThat(sheet.getRGB(at, at) & 0xffffff).isEqualTo(0x363636);
    }

    private static void refused(Cli.Outcome outcome, String message) {
        assertThat(outcome.err()).contains(message);
        assertThat(outcome.code()).isEqualTo(2);
    }
}
