package scorefield.ncsn.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.BadFileException;

class ClassifierTest {

    private static final Recipe TINY = new Recipe(4, 6, 16, 40, 0.01, 3);

    @TempDir
    private Path folder;

    /** Colour images of 5×6 pixels, dark ones of class 0, and of class 1 those that are bright in one channel. */
    private static Images darkAndGreen(int count) {
        Random random = new Random(1);
        byte[] bytes = new byte[count * 90];
        int[] labels = new int[count];
        for (int n = 0; n < count; n++) {
            labels[n] = n % 2;
            for (int i = 0; i < 90; i++) {
                bytes[n * 90 + i] = (byte) (random.nextInt(80) + (n % 2 == 1 && i % 3 == 1 ? 170 : 0));
            }
        }
        return Images.of("colours", 5, 6, 3, bytes).withLabels(labels, List.of("dark", "green"));
    }

    @ParameterizedTest
    @MethodSource("scorefield.ncsn.TestDevices#all")
    void whatCanBeToldApartIsToldApart(Supplier<Device> on) {
        Images images = darkAndGreen(70);
        try (Device device = on.get()) {
            int[] steps = {0};
            Classifier classifier = new ClassifierTraining(TINY, images).train(device, done -> steps[0] = done);
            assertThat(steps[0]).isEqualTo(40);
            assertThat(classifier.heldOut()).isEqualTo(7);
            // No pixel of one class looks like one of the other: anything but all right is a mistake of ours.
            assertThat(classifier.accuracy()).isEqualTo(1);
            Images more = darkAndGreen(130); // more than a batch
            Classifier.Seen seen = classifier.see(device, more);
            assertThat(classifier.accuracy(seen, more)).isEqualTo(1);
            assertThat(seen.features()).hasDimensions(130, 6);
            assertThat(seen.select(5, 0).classes()).containsExactly(1, 0);
            assertThat(Arrays.stream(seen.confidence()))
                    .hasSize(130)
                    .allMatch(p -> p > 0.5 && p <= 1); // of the greater of two
            assertThat(seen.select(5, 0).confidence()[0]).isEqualTo(seen.confidence()[5]);
            assertThat(seen.select(5, 0).features()[0]).isEqualTo(seen.features()[5]);
        }
    }

    /** The same image gives the same features, in whichever batch and at whichever place it is. */
    @Test
    void featuresDoNotDependOnTheNeighbours() {
        Images images = darkAndGreen(130);
        Classifier classifier = untrained(images);
        try (Device device = new ReferenceDevice()) {
            double[][] all = classifier.see(device, images).features();
            assertThat(classifier.see(device, images.select(129, 3)).features())
                    .isDeepEqualTo(new double[][] {all[129], all[3]});
        }
    }

    private static Classifier untrained(Images images) {
        var network = ClassifierTraining.network(TINY, images);
        return new Classifier(network, network.parameters().initial(1), 0.5, 7);
    }

    @Test
    void oneIsTrainedOnceAndKept() throws IOException {
        Images images = darkAndGreen(40);
        ClassifierStore store = new ClassifierStore(folder.resolve("new"));
        assertThat(store.find(TINY, images)).isEmpty();
        try (Device device = new ReferenceDevice()) {
            Recipe brief = new Recipe(4, 6, 4, 2, 0.01, 3);
            Classifier trained = store.train(brief, images, device, done -> {});
            Classifier found = store.find(brief, images).orElseThrow();
            assertThat(found.sha256()).isEqualTo(trained.sha256()).matches("[0-9a-f]{64}");
            assertThat(found.weights()).isEqualTo(trained.weights());
            assertThat(found.accuracy()).isEqualTo(trained.accuracy());
            assertThat(found.heldOut()).isEqualTo(4);
            assertThat(store.train(brief, images, device, done -> {}).sha256()).isEqualTo(trained.sha256());
        }
    }

    @Test
    void whateverDecidesAClassifierDecidesItsFile() {
        Images images = darkAndGreen(40);
        ClassifierStore store = new ClassifierStore(folder);
        int[] others = images.labels();
        others[3] = 0;
        assertThat(List.of(
                        store.file(TINY, images),
                        store.file(TINY, images.slice(0, 38)),
                        store.file(TINY, images.withLabels(others, images.classes())),
                        store.file(TINY, images.withLabels(images.labels(), List.of("dark", "blue"))),
                        store.file(new Recipe(4, 6, 16, 40, 0.01, 4), images),
                        store.file(new Recipe(4, 7, 16, 40, 0.01, 3), images)))
                .doesNotHaveDuplicates();
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        Images images = darkAndGreen(40);
        ClassifierStore store = new ClassifierStore(folder);
        Path file = store.file(TINY, images);
        untrained(images).write(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> store.find(TINY, images))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining(file.toString());
        untrained(images).write(file);
        Classifier.read(file, ClassifierTraining.network(TINY, images));
        assertThatThrownBy(() ->
                        Classifier.read(file, ClassifierTraining.network(new Recipe(4, 7, 16, 40, 0.01, 3), images)))
                .hasMessageContaining("6 features")
                .hasMessageContaining("not ClassifierNetwork")
                .hasMessageContaining("7 features");
    }

    @Test
    void onlyLabelledImagesOfTwoClassesCanBeLearned() {
        Images images = darkAndGreen(40);
        Images unlabelled = Images.of("plain", 5, 6, 3, images.bytes());
        assertThatThrownBy(() -> new ClassifierTraining(TINY, unlabelled))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("plain: 40 images")
                .hasMessageContaining("a classifier needs labels, two classes");
        assertThatThrownBy(() -> untrained(images).see(new ReferenceDevice(), Images.of("x", 1, 1, 1, new byte[1])))
                .hasMessageContaining("the classifier takes images 5×6×3");
    }

    /** −log softmax by hand, and its gradient, softmax − one-hot, over N; large logits must not overflow. */
    @Test
    void theCrossEntropyIsThatOfTheSoftmax() {
        Tensor logits = Tensor.constant(Values.of(Shape.of(2, 2), 0, Math.log(3), 1000, 0));
        Tensor oneHot = Tensor.constant(Values.of(Shape.of(2, 2), 0, 1, 0, 1.0));
        Tensor loss = ClassifierTraining.crossEntropy(logits, oneHot);
        try (Device device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(loss, Gradients.of(loss, logits)))) {
            List<Values> results = executable.run(Map.of());
            assertThat(results.get(0).item()).isCloseTo((-Math.log(0.75) + 1000) / 2, within(1e-4));
            assertThat(results.get(1).doubles())
                    .containsExactly(new double[] {0.25 / 2, -0.25 / 2, 0.5, -0.5}, within(1e-7));
        }
    }
}
