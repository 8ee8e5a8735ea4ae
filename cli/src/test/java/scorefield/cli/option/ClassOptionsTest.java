package scorefield.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.cli.Cli;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ModelDefaults;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.run.ClassCondition;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;
import scorefield.ncsn.training.TrainingState;

/** {@code sample --class} with a tiny network of random weights, in plain Java. */
class ClassOptionsTest {

    @TempDir
    private static Path shared;

    private static Path run;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeRun() throws IOException {
        byte[] bytes = new byte[4 * 64];
        new Random(1).nextBytes(bytes);
        Images images =
                Images.of("pets", 8, 8, 1, bytes).withLabels(new int[] {0, 1, 2, 0}, List.of("cat", "dog", "newt"));
        Configuration asked = Configuration.of(
                Settings.read(Map.of(
                        "network", Map.of("channels", 4, "multipliers", List.of(1, 2), "blocks", 1),
                        "model", Map.of("classes", "auto"),
                        "noise", Map.of("levels", 3, "sigma-max", 1.0, "sigma-min", 0.1),
                        "sampling", Map.of("steps-per-level", 1, "images", 3))),
                Presets.GREY_28);
        Configuration configuration = NoiseDefaults.resolve(ModelDefaults.resolve(asked, images), images);
        float[] average = new float
                [Checkpoint.network(configuration, images.sample()).parameters().size()];
        Random random = new Random(2);
        for (int i = 0; i < average.length; i++) {
            average[i] = (float) (0.2 * random.nextGaussian());
        }
        float[] zeros = new float[average.length];
        run = Files.createDirectories(shared.resolve("run"));
        new Checkpoint(
                        configuration,
                        DataSummary.of(images),
                        new TrainingState(0, zeros.clone(), List.of(average), zeros, zeros.clone(), Optional.empty()))
                .write(new RunFolder(run).checkpoint());
    }

    private Cli.Outcome sample(String... more) {
        String[] arguments = new String[4 + more.length];
        arguments[0] = "sample";
        arguments[1] = "--run=" + run;
        arguments[2] = "--device=reference";
        arguments[3] = "--out=" + folder.resolve("out.png");
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Cli.run(arguments);
    }

    private BufferedImage picture() throws IOException {
        return ImageIO.read(folder.resolve("out.png").toFile());
    }

    @Test
    void allClassesAreARowEach() throws IOException {
        Cli.Outcome outcome = sample("--class=all", "--count=2", "--guidance=1");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("6 images, 2 of each of classes cat, dog, newt, guidance 1,");
        BufferedImage picture = picture();
        assertThat(picture.getHeight()).isEqualTo(2 + 3 * 58);
        int margin = picture.getWidth() - (2 + 2 * 58);
        // Beside each row its name: as wide as it is at the most, some of it lighter than the ground, and each another.
        Set<List<Integer>> names = new HashSet<>();
        for (int row = 0; row < 3; row++) {
            int[] margins = picture.getRaster().getSamples(0, 2 + row * 58, margin, 56, 0, new int[margin * 56]);
            List<Integer> shades = Arrays.stream(margins).boxed().toList();
            assertThat(shades.get(0)).isEqualTo(56);
            assertThat(Collections.max(shades)).isGreaterThan(200);
            names.add(shades);
        }
        assertThat(names).hasSize(3);
        assertThat(picture.getRaster().getSample(margin, 0, 0)).isEqualTo(56);
    }

    @Test
    void aClassHasItsOwnSamples() throws IOException {
        assertThat(sample("--class=dog").out()).contains("3 images, of class dog,");
        byte[] dogs = Files.readAllBytes(folder.resolve("out.png"));
        assertThat(sample("--class=1").code()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("out.png"))).isEqualTo(dogs);
        assertThat(sample("--class=newt").code()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("out.png"))).isNotEqualTo(dogs);
        assertThat(sample("--class=dog", "--guidance=2").code()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("out.png"))).isNotEqualTo(dogs);
    }

    /** The model's distribution is that of all classes; the null class is asked for by name. */
    @Test
    void withoutAClassAllAreDrawnInTurn() throws IOException {
        assertThat(sample().out()).contains("3 images, of all classes in turn,");
        assertThat(sample("--class=none").out()).contains("3 images, of class none,");
        Run opened = Run.open(run);
        Checkpoint checkpoint = opened.checkpoint();
        try (Device device = new ReferenceDevice()) {
            float[] unnamed = opened.sample(device, 3, 1).floats();
            ClassCondition all = ClassCondition.all(checkpoint).orElseThrow();
            assertThat(unnamed).isEqualTo(opened.sample(device, all, 1, 1).floats());
            ClassCondition nullClass = ClassCondition.named(checkpoint, List.of("none"), 0);
            float[] none = opened.sample(device, nullClass, 3, 1).floats();
            assertThat(none).isNotEqualTo(unnamed);
            SamplerChoice choice = opened.configuration().sampler();
            ScoreModel model = opened.on(device);
            try (Sampler unconditional = choice.on(device, model.score(), model.batch(3))) {
                assertThat(none).isEqualTo(unconditional.sample(3, 1).floats());
            }
        }
    }

    /** A batch begins with the first class again, so that as many are drawn of each however many there are. */
    @Test
    void batchesHoldAsManyOfEachClass() throws IOException {
        Run opened = Run.open(run);
        try (Device device = new ReferenceDevice();
                Sampler sampler =
                        opened.on(device).sampler(opened.configuration().sampler(), 1000)) {
            assertThat(sampler.batch().dim(0)).isEqualTo(63);
        }
    }

    /** Folders 1, 2 and 3: class 1 is the first, and a number is not taken for a place. */
    @Test
    void whereNamesAreNumbersANumberIsAName() throws IOException {
        Checkpoint named = new RunFolder(run).read();
        Checkpoint numbered = new Checkpoint(
                named.configuration(),
                new DataSummary(
                        named.data().name(),
                        named.data().sha256(),
                        named.data().count(),
                        named.data().dims(),
                        named.data().dtype(),
                        List.of("1", "2", "all")),
                named.state());
        Path other = Files.createDirectory(folder.resolve("numbered"));
        numbered.write(new RunFolder(other).checkpoint());
        assertThat(ClassCondition.named(numbered, List.of("1"), 0).classes()).containsExactly(0);
        assertThat(ClassCondition.named(numbered, List.of("2", "1"), 0).classes())
                .containsExactly(1, 0);
        assertThat(ClassCondition.named(named, List.of("0", "newt"), 0).classes())
                .containsExactly(0, 2);
        String[] sample = {"sample", "--device=reference", "--run=" + other, "--out=" + folder.resolve("x.png")};
        for (String[] refused : new String[][] {
            {"--class=0", "--class: there is no class '0'; "},
            {"--class=all", "--class: 'all' is the name of a class, and means all classes"}
        }) {
            String[] arguments = Arrays.copyOf(sample, sample.length + 1);
            arguments[sample.length] = refused[0];
            refused(Cli.run(arguments), refused[1]);
        }
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        refused(sample("--class=dgo"), "--class: there is no class 'dgo'; did you mean 'dog'?");
        refused(sample("--class=3"), "--class: there is no class '3'");
        refused(sample("--guidance=1"), "--guidance needs a class; name one with --class");
        refused(sample("--class=dog", "--guidance=-1"), "--guidance must be 0 or more; got -1");
        refused(sample("--class=all", "--frames=" + folder.resolve("a.gif")), "--frames can show one class only");
        refused(
                sample("--class=none", "--guidance=1"),
                "--class: 'none' has no guidance, which exaggerates what distinguishes a class");
    }

    @Test
    void classesThatTheDataDoNotHaveAreRefused() {
        refused(
                Cli.train("--set=model.classes=9"),
                "model.classes must be auto or 10, the number of classes that digits has; got 9");
        refused(Cli.run("train", "--data=moons", "--set=model.classes=auto"), "model.classes: moons has no labels");
    }

    private static void refused(Cli.Outcome outcome, String message) {
        assertThat(outcome.err()).contains(message);
        assertThat(outcome.code()).isEqualTo(2);
    }
}
