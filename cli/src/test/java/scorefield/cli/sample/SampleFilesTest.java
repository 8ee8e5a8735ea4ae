package scorefield.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.Cli;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.file.Npz;
import scorefield.ncsn.file.Quantisation;
import scorefield.ncsn.file.Safetensors;
import scorefield.ncsn.file.Sha256;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.sampler.BatchSampler;
import scorefield.ncsn.samples.DrawnSamples;
import scorefield.ncsn.samples.SampleOrder;
import scorefield.ncsn.training.Checkpoint;

/** {@code sample --out} with files of single samples, from networks that have learned next to nothing. */
class SampleFilesTest {

    @TempDir
    private static Path shared;

    private static Path digits;
    private static Path classes;
    private static Path moons;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        digits = shared.resolve("digits");
        classes = shared.resolve("classes");
        moons = shared.resolve("moons");
        Cli.trainDigits(digits);
        Cli.trainMoons(moons);
        assertThat(Cli.train("--steps=1", "--set=model.classes=auto", "--device=reference", "--out=" + classes)
                        .code())
                .isZero();
    }

    private Path drawn(Path run, String name, String... more) {
        Path target = folder.resolve(name);
        Cli.Outcome outcome = sample(run, target, more);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(DrawnSamples.partial(target)).doesNotExist();
        return target;
    }

    private static Cli.Outcome sample(Path run, Path target, String... more) {
        List<String> all =
                new ArrayList<>(List.of("sample", "--run=" + run, "--out=" + target, "--device=reference", "--seed=3"));
        all.addAll(List.of(more));
        return Cli.run(all.toArray(String[]::new));
    }

    @Test
    void everyFormatHoldsTheSameImages() throws IOException {
        Array floats = Npy.read(drawn(digits, "x.npy", "--count=3"));
        assertThat(floats.shape()).containsExactly(3, 8, 8, 1);
        for (float x : floats.floats()) {
            assertThat(x).isBetween(0f, 1f);
        }
        byte[] expected = Quantisation.bytes(floats.floats());
        assertThat(Npy.read(drawn(digits, "b.npy", "--count=3", "--bytes"))).isEqualTo(Array.of(expected, 3, 8, 8, 1));
        assertThat(Npz.read(drawn(digits, "x.npz", "--count=3"))).isEqualTo(Map.of("images", floats));
        assertThat(Safetensors.readChecksummed(drawn(digits, "x.safetensors", "--count=3"))
                        .array("images"))
                .isEqualTo(floats);
        drawn(digits, "x.zip", "--count=3");
        drawn(digits, "pictures", "--count=3");
        for (String name : List.of("x.npy", "b.npy", "x.npz", "x.safetensors", "x.zip", "pictures")) {
            assertThat(Images.read(folder.resolve(name)).bytes()).as(name).isEqualTo(expected);
        }
        try (Stream<Path> pictures = Files.list(folder.resolve("pictures"))) {
            assertThat(pictures.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("000000.png", "000001.png", "000002.png");
        }
    }

    @Test
    void samplesOfClassesStandTogetherWithTheirLabels() throws IOException {
        String[] asked = {"--class=2,0", "--count=2"};
        Array images = Npz.read(drawn(classes, "x.npz", asked)).get("images");
        assertThat(images.shape()).containsExactly(4, 8, 8, 1);
        assertThat(Npz.read(folder.resolve("x.npz")).get("labels")).isEqualTo(Array.of(new long[] {2, 2, 0, 0}, 4));
        Safetensors safetensors = Safetensors.read(drawn(classes, "x.safetensors", asked));
        assertThat(safetensors.array("labels").longs()).containsExactly(2, 2, 0, 0);
        assertThat(safetensors.metadata()).containsEntry("classes", "2\n0");
        Images pictures = Images.read(drawn(classes, "pictures", asked));
        assertThat(pictures.classes()).containsExactly("0", "2");
        byte[] all = Quantisation.bytes(images.floats());
        // Class 0 comes first among folders.
        assertThat(pictures.image(0)).isEqualTo(Arrays.copyOfRange(all, 128, 192));
        assertThat(pictures.image(3)).isEqualTo(Arrays.copyOfRange(all, 64, 128));
    }

    @Test
    void pointsAreArrays() throws IOException {
        Array points = Npy.read(drawn(moons, "x.npy", "--count=5"));
        assertThat(points.shape()).containsExactly(5, 2);
        assertThat(Npz.read(drawn(moons, "x.npz", "--count=5"))).isEqualTo(Map.of("points", points));
        Cli.Outcome zip = sample(moons, folder.resolve("x.zip"));
        assertThat(zip.code()).isEqualTo(2);
        assertThat(zip.err()).contains("points have no pictures of their own");
    }

    /** Draws batches of 4 images 2×2×1, whose numbers follow from seed, batch and place; fails in one batch. */
    private static final class Failing extends BatchSampler {

        private static final Shape BATCH = Shape.of(4, 2, 2, 1);
        private final int failing;
        private int drawn;

        Failing(int failing) {
            super(BATCH);
            this.failing = failing;
        }

        @Override
        protected Values draw(long seed, int number, Stages stages) {
            if (number == failing) {
                throw new IllegalStateException("batch " + number + " fails");
            }
            drawn++;
            float[] numbers = new float[16];
            for (int i = 0; i < 16; i++) {
                numbers[i] = (seed + number * 16 + i) / 100f;
            }
            return Values.of(BATCH, numbers);
        }

        @Override
        public int evaluations() {
            return 1;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    private String draw(Path target, boolean resume, Failing sampler, long seed) throws IOException {
        StringWriter out = new StringWriter();
        SampleFile.of(Optional.of(target), Shape.of(2, 2, 1), false, resume)
                .orElseThrow()
                .draw(sampler, SampleOrder.asDrawn(10), seed, Map.of("network", "n"), new PrintWriter(out));
        return out.toString();
    }

    @Test
    void anInterruptedDrawingGoesOnWithTheNextBatchAndEndsAsIfItHadNeverStopped() throws IOException {
        for (String name : List.of("x.npy", "x.zip", "pictures")) {
            Path whole = folder.resolve("whole-" + name);
            draw(whole, false, new Failing(-1), 1);
            Path target = folder.resolve(name);
            Path partial = DrawnSamples.partial(target);
            assertThatThrownBy(() -> draw(target, false, new Failing(2), 1)).isInstanceOf(IllegalStateException.class);
            assertThat(partial).exists();
            assertThatThrownBy(() -> draw(target, false, new Failing(-1), 1))
                    .isInstanceOf(BadFileException.class)
                    .hasMessage(partial
                            + ": holds the samples of an interrupted drawing; go on with --resume, or delete it");
            assertThatThrownBy(() -> draw(target, true, new Failing(-1), 2))
                    .isInstanceOf(BadFileException.class)
                    .hasMessage(
                            partial + ": its samples have seed 1, but now seed is 2; ask for the same, or delete it and"
                                    + " begin again");
            // A part of a sample that was still written is drawn again.
            Files.write(partial, new byte[7], StandardOpenOption.APPEND);
            Failing rest = new Failing(-1);
            assertThat(draw(target, true, rest, 1)).contains("going on after 8 of 10 samples");
            assertThat(rest.drawn).isEqualTo(1);
            assertThat(partial).doesNotExist();
            assertThat(Images.read(target).bytes()).isEqualTo(Images.read(whole).bytes());
            if (Files.isRegularFile(target) && name.endsWith(".npy")) {
                assertThat(target).hasSameBinaryContentAs(whole);
            }
        }
    }

    @Test
    void guidedSamplesDependOnTheGuideAndOnEveryNumberOfTheGuidance() throws IOException {
        Path run = folder.resolve("guided");
        assertThat(Cli.train("--steps=2", "--set=training.guide=0.5", "--device=reference", "--out=" + run)
                        .code())
                .isZero();
        Checkpoint checkpoint = Run.open(run).checkpoint();
        assertThat(how(checkpoint, 0, 1)).containsEntry("guide", "none").containsEntry("autoguidance", "none");
        String guide = Sha256.of(checkpoint.state().guide().orElseThrow());
        assertThat(how(checkpoint, 1, 1)).containsEntry("guide", guide);
        List<Map<String, String>> all = List.of(
                how(checkpoint, 0, 1),
                how(checkpoint, 1, 1),
                how(checkpoint, 1.000001, 1),
                how(checkpoint, 1, 1.000001));
        assertThat(all).doesNotHaveDuplicates();
    }

    private static Map<String, String> how(Checkpoint checkpoint, double weight, double largest) {
        Configuration configuration = checkpoint
                .configuration()
                .with("sampling.autoguidance", weight)
                .with("sampling.autoguidance-max", largest);
        return SampleCommand.how(checkpoint, configuration, configuration.sampler(), Optional.empty());
    }

    @Test
    void anEndingThatNoFormatHasIsRefusedWithTheList() throws IOException {
        Cli.Outcome jpeg = sample(digits, folder.resolve("x.jpg"));
        assertThat(jpeg.code()).isEqualTo(2);
        assertThat(jpeg.err())
                .contains(
                        "x.jpg: '.jpg' is no format that can be written here; the name must end with one of .png, .npy, .npz,"
                                + " .safetensors, .zip");
        assertThat(sample(digits, folder.resolve("x.png"), "--resume").err())
                .contains("--resume is for files of single samples");
        assertThat(sample(digits, folder.resolve("x.npy"), "--resume").err())
                .contains("x.npy.partial: there is no interrupted drawing to go on with; leave out --resume");
        assertThat(sample(digits, folder.resolve("x.npy"), "--frames=" + folder.resolve("x.gif"))
                        .err())
                .contains("x.gif: such pictures are drawn beside a picture of the samples only");
        Files.createDirectories(folder.resolve("full/inside"));
        assertThat(sample(digits, folder.resolve("full")).err())
                .contains("full: is a folder that is not empty; name another one");
        assertThat(folder.resolve("x.npy")).doesNotExist();
    }
}
