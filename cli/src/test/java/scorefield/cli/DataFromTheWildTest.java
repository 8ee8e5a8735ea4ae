package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Folders of pictures as people have them, as the commands show them. */
class DataFromTheWildTest {

    @TempDir
    private Path folder;

    private Path picture(String name, int height, int width, boolean grey) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(name.hashCode());
        for (int i = 0; i < height * width; i++) {
            image.setRGB(i % width, i / width, grey ? 0x010101 * random.nextInt(256) : random.nextInt(1 << 24));
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private static Cli.Outcome dryRun(Path data, String... more) {
        List<String> all = new ArrayList<>(List.of("train", "--dry-run", "--device=reference", "--data=" + data));
        all.addAll(List.of(
                "--set=network.channels=4",
                "--set=network.multipliers=[1, 2]",
                "--set=network.blocks=1",
                "--set=training.batch=2",
                "--set=noise.levels=3"));
        all.addAll(List.of(more));
        return Cli.run(all.toArray(String[]::new));
    }

    @Test
    void portraitsAndLandscapesAreToldApart() throws IOException {
        picture("pictures/a.png", 40, 60, false);
        picture("pictures/b.png", 60, 40, false);
        Cli.Outcome outcome = dryRun(folder.resolve("pictures"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("because pictures differ in size, from 40×60 to 60×40;");
    }

    @Test
    void damagedPicturesAreNamedOrLeftOut() throws IOException {
        for (int i = 0; i < 4; i++) {
            picture("pictures/" + i + ".png", 8, 8, true);
        }
        Path data = folder.resolve("pictures");
        Files.write(data.resolve("x\u001b[31mred.png"), new byte[0]);
        Files.writeString(data.resolve("y.png"), "no picture");
        Cli.Outcome refused = dryRun(data);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .startsWith("scorefield: " + data
                        + ": 2 of 6 files cannot be read: x\\u001b[31mred.png: is empty (0 bytes);"
                        + " y.png: is not a picture")
                .endsWith("; repair them, or leave them out with data.skip-damaged=true" + System.lineSeparator());
        Cli.Outcome outcome = dryRun(data, "--set=data.skip-damaged=true");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("pictures: 4 images of 8×8, grey")
                .contains("note      left out: 2 of 6 files cannot be read: x\\u001b[31mred.png: is empty (0 bytes); ")
                .doesNotContain("\u001b");
    }

    @Test
    void greyPicturesBesideAColourReferenceAreColour() throws IOException {
        for (int i = 0; i < 24; i++) {
            picture("reference/" + i + ".png", 8, 8, false);
            picture("grey/" + i + ".png", 8, 8, true);
        }
        for (List<String> pair : List.of(List.of("grey", "reference"), List.of("reference", "grey"))) {
            Path out = folder.resolve("evaluated-" + pair.get(0));
            Cli.Outcome outcome = Cli.run(
                    "evaluate",
                    "--device=reference",
                    "--samples=" + folder.resolve(pair.get(0)),
                    "--reference=" + folder.resolve(pair.get(1)),
                    "--out=" + out);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(out.resolve("evaluation.md")).content().contains("drift of red mean");
            assertThat(ImageIO.read(out.resolve("neighbours.png").toFile())
                            .getColorModel()
                            .getNumComponents())
                    .isEqualTo(3);
        }
    }

    @Test
    void samplesAreNotWrittenAmongThePictures() throws IOException {
        for (int i = 0; i < 24; i++) {
            picture("reference/" + i + ".png", 8, 8, false);
        }
        Path data = folder.resolve("reference");
        Cli.Outcome outcome = Cli.run("evaluate", "--samples=" + data, "--reference=" + data, "--out=" + data);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("is read as an input, and would be overwritten; name another output");
        assertThat(data.toFile().list()).hasSize(24);
    }
}
