package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.collective.Threads;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;

/** What a rank reads from another's file is all that it would have read itself. */
class SharedSetupTest {

    @TempDir
    private Path folder;

    private static TrainingSetup setup(Settings asked, Collective ranks) {
        try {
            return SharedSetup.of(asked, ranks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSame(DataSet given, DataSet expected) {
        assertThat(given.sha256()).isEqualTo(expected.sha256());
        assertThat(given.sample()).isEqualTo(expected.sample());
        assertThat(given.count()).isEqualTo(expected.count());
        assertThat(given.name()).isEqualTo(expected.name());
        assertThat(given.classes()).isEqualTo(expected.classes());
        assertThat(given.notes()).isEqualTo(expected.notes());
    }

    private static void assertSame(TrainingSetup given, TrainingSetup expected) {
        assertThat(given.preset()).isEqualTo(expected.preset());
        assertThat(given.configuration().toJson())
                .isEqualTo(expected.configuration().toJson());
        assertThat(given.notes()).isEqualTo(expected.notes());
        assertThat(given.files()).isEqualTo(expected.files());
        assertSame(given.data(), expected.data());
    }

    /** Pictures of two classes and two sizes, one of them damaged: with labels, files, chosen settings and notes. */
    @Test
    void pictures() throws IOException {
        for (int i = 0; i < 6; i++) {
            Path file = folder.resolve(i % 2 == 0 ? "even" : "odd").resolve(i + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage picture = new BufferedImage(16 + 8 * (i % 2), 16, BufferedImage.TYPE_INT_RGB);
            picture.setRGB(i, 3, 0xff8040 + i);
            ImageIO.write(picture, "png", file.toFile());
        }
        Files.writeString(folder.resolve("odd").resolve("damaged.png"), "no picture");
        Settings asked = Settings.of("data.source", folder.toString())
                .over(Settings.of("data.skip-damaged", true))
                .over(Settings.of("noise.levels", 5));
        TrainingSetup expected = TrainingSetup.of(asked);
        assertThat(expected.notes()).isNotEmpty();
        assertThat(expected.files()).hasSize(6);
        assertThat(expected.data().notes()).isNotEmpty();
        List<TrainingSetup> setups = Threads.run(2, ranks -> setup(asked, ranks));
        for (TrainingSetup setup : setups) {
            assertSame(setup, expected);
            assertThat(setup.data().labels()).isEqualTo(expected.data().labels());
        }
        assertThat(setups.get(1).data())
                .isInstanceOf(Images.class)
                .isNotSameAs(setups.get(0).data());
    }

    @Test
    void points() {
        Settings asked = Settings.of("data.source", "moons").over(Settings.of("data.count", 20));
        for (TrainingSetup setup : Threads.run(2, ranks -> setup(asked, ranks))) {
            assertSame(setup, TrainingSetup.of(asked));
            assertThat(setup.data()).isInstanceOf(Points.class);
        }
    }

    /** Ranks that ask for different settings keep them apart, so that they can be compared. */
    @Test
    void differentSettings() {
        List<Long> seeds = Threads.run(2, ranks -> {
            Settings asked = Settings.of("data.source", "moons")
                    .over(Settings.of("data.count", 20))
                    .over(Settings.of("training.seed", ranks.rank()));
            return setup(asked, ranks).configuration().training().seed();
        });
        assertThat(seeds).containsExactly(0L, 1L);
    }

    @Test
    void dataOfARunThatIsResumed() {
        TrainingSetup setup = TrainingSetup.of(Settings.of("data.count", 12)
                .over(Settings.of("data.size", "8"))
                .over(Settings.of("noise.levels", 5)));
        List<DataSet> data = Threads.run(2, ranks -> {
            try {
                return SharedSetup.data(setup.configuration(), ranks);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertSame(data.get(0), setup.data());
        assertSame(data.get(1), setup.data());
        assertThat(data.get(1).labels()).isEqualTo(setup.data().labels());
    }
}
