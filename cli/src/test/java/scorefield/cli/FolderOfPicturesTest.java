package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.run.RunFolder;

/** Somebody's own folder of pictures, as it is: what is chosen for it, shown before training, and kept by the run. */
class FolderOfPicturesTest {

    private static final List<String> TINY = List.of(
            "--device=reference",
            "--set=network.channels=4",
            "--set=network.multipliers=[1, 2]",
            "--set=network.blocks=1",
            "--set=training.batch=2",
            "--set=training.steps=2",
            "--set=sampling.images=1",
            "--set=sampling.steps-per-level=1",
            "--set=noise.levels=3");

    @TempDir
    private Path folder;

    private static Cli.Outcome run(String command, String... more) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(TINY);
        all.addAll(List.of(more));
        return Cli.run(all.toArray(String[]::new));
    }

    private Path picture(String name, int height, int width, boolean grey, int seed) throws IOException {
        BufferedImage image =
                new BufferedImage(width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        Graphics2D graphics = image.createGraphics();
        for (int i = 0; i < 5; i++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillRect(random.nextInt(width), random.nextInt(height), width / 2, height / 2);
        }
        graphics.dispose();
        Path file = folder.resolve("pictures").resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, name.endsWith("png") ? "png" : "jpeg", file.toFile());
        return file.getParent();
    }

    @Test
    void picturesOfAllKindsTrainAndTheRunGoesOnWithWhatWasChosen() throws IOException {
        for (int i = 0; i < 5; i++) {
            picture("p" + i + (i % 2 == 0 ? ".png" : ".jpg"), 10 + i, 24 - 3 * i, i % 2 == 0, i);
        }
        Path pictures = folder.resolve("pictures");
        Files.writeString(pictures.resolve("labels.json"), "{}");
        Path out = folder.resolve("run");
        Cli.Outcome outcome = run("train", "--data=" + pictures, "--out=" + out);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("chosen    data.size=12x12, cut from the middle, because pictures differ in size, from ")
                .contains("pictures: 5 images of 12×12, colour")
                .contains("note      5 images are too few");
        Configuration configuration = new RunFolder(out).read().configuration();
        assertThat(configuration.data().size()).hasToString("12x12");
        assertThat(configuration.data().crop()).isTrue();
        assertThat(run("train", "--data=" + pictures, "--set=data.size=8", "--out=" + folder.resolve("other"))
                        .out())
                .contains("5 images of 8×8")
                .contains("chosen    data.flip=true, because a mirrored photograph")
                .doesNotContain("chosen    data.size");
        Cli.Outcome resumed = Cli.run("train", "--resume", "--device=reference", "--steps=3", "--out=" + out);
        assertThat(resumed.code()).as(resumed.err()).isZero();
    }

    @Test
    void aDryRunShowsEverythingAndLeavesNothing() throws IOException {
        picture("a.png", 16, 16, true, 1);
        Path pictures = picture("b.png", 16, 16, true, 2);
        Path out = folder.resolve("deep/run");
        Cli.Outcome outcome = run("train", "--data=" + pictures, "--dry-run", "--out=" + out);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("run       (dry) " + out)
                .contains("parameters")
                .containsPattern("memory    [\\d.]+ \\w+ on the device: data 512 B, ")
                .containsPattern("time      .* a step of 2 images \\(.* images/s\\), .* an epoch of 1 step")
                .containsPattern("training  2 steps, 2 epochs: [\\d.]+ ?m?s, until \\w{3} \\d")
                .contains("nothing was written");
        assertThat(folder.resolve("deep")).doesNotExist();
        assertThat(Cli.run("train", "--dry-run", "--resume", "--out=" + out).err())
                .contains("--dry-run is for a new run; leave out --resume");
    }

    @Test
    void oneOrEqualPicturesNeedALargestNoiseLevel() throws IOException {
        Path pictures = picture("a.png", 16, 16, true, 1);
        Cli.Outcome one = run("train", "--data=" + pictures, "--dry-run");
        assertThat(one.code()).isEqualTo(2);
        assertThat(one.err()).contains("noise.sigma-max is the largest distance between two samples, but pictures");
        Files.copy(pictures.resolve("a.png"), pictures.resolve("b.png"));
        Cli.Outcome same = run("train", "--data=" + pictures, "--dry-run");
        assertThat(same.code()).isEqualTo(2);
        assertThat(same.err()).contains("are they all the same?");
        assertThat(run("train", "--data=" + pictures, "--dry-run", "--set=noise.sigma-max=5")
                        .code())
                .isZero();
    }

    @Test
    void anOutlierIsNamedByItsFile() throws IOException {
        for (int i = 0; i < 20; i++) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            image.getRaster().setSample(i % 8, i / 8, 0, 90);
            if (i == 13) {
                image.getRaster()
                        .setSamples(
                                0, 0, 8, 8, 0, new Random(1).ints(64, 150, 256).toArray());
            }
            Path file = folder.resolve("pictures").resolve(String.format("%02d.png", i));
            Files.createDirectories(file.getParent());
            ImageIO.write(image, "png", file.toFile());
        }
        Cli.Outcome outcome = run("schedule", "--data=" + folder.resolve("pictures"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains(
                        "warning: outliers set the largest distance: without image 13 (13.png) it would be 0.4991, not ");
    }
}
