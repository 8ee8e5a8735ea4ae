package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
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
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.Draws;

/** A class-conditional U-Net. */
class ConditionalUNetTest {

    private static final int CLASSES = 3;
    private static final UNetSettings SETTINGS = new UNetSettings(4, List.of(1, 2), 1);
    private static final UNet NETWORK = new UNet(SETTINGS, 4, 4, 1, CLASSES, UNet.NCSNV2);
    private static final Shape BATCH = Shape.of(4, 4, 4, 1);
    /** One class twice, the null class once, one class never. */
    private static final int[] LABELS = {2, 0, 2, CLASSES};

    private final Random random = new Random(12);

    private double[] normal(int size, double deviation) {
        double[] numbers = new double[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = deviation * random.nextGaussian();
        }
        return numbers;
    }

    private final Tensor flat =
            Tensor.input("weights", Shape.of(NETWORK.parameters().size()));
    private final Weights weights = NETWORK.parameters().weights(flat);
    private final Tensor x = Tensor.input("x", BATCH);
    private final Tensor sigma = Tensor.input("sigma", Shape.of(4));
    private final Map<Tensor, Values> feeds = new HashMap<>(Map.of(
            flat, Values.of(flat.shape(), normal(flat.shape().size(), 0.3)),
            x, Values.of(BATCH, normal(BATCH.size(), 1)),
            sigma, Values.of(sigma.shape(), 1.0, 0.5, 0.2, 0.1)));

    private double[] evaluated(Tensor tensor) {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(tensor))) {
            return executable.run(feeds).get(0).doubles();
        }
    }

    private double[] evaluated(ScoreFunction score) {
        return evaluated(score.score(x, sigma));
    }

    private static Tensor classLabels(int... labels) {
        return Tensor.constant(Values.of(Shape.of(labels.length), labels));
    }

    @Test
    void theTableHasARowForEachClassAndTheNullClass() {
        Parameter table = NETWORK.parameters().list().stream()
                .filter(parameter -> parameter.name().equals("labels.weight"))
                .findAny()
                .orElseThrow();
        assertThat(table.diskShape()).isEqualTo(Shape.of(4, 16));
        UNet without = new UNet(SETTINGS, 4, 4, 1);
        assertThat(NETWORK.parameters().size()).isEqualTo(without.parameters().size() + 4 * 16);
        assertThat(without.classes()).isZero();
        assertThat(NETWORK.classes()).isEqualTo(CLASSES);
        assertThat(Layer.of(NETWORK)).anySatisfy(layer -> {
            assertThat(layer.name()).isEqualTo("labels");
            assertThat(layer.parameters()).isEqualTo(64);
        });
    }

    @Test
    void aLabelAffectsOnlyItsOwnImage() {
        double[] before = evaluated(NETWORK.with(weights, classLabels(LABELS)));
        double[] after = evaluated(NETWORK.with(weights, classLabels(2, 1, 2, CLASSES)));
        for (int i = 0; i < before.length; i++) {
            if (i / 16 == 1) {
                assertThat(after[i]).isNotEqualTo(before[i]);
            } else {
                assertThat(after[i]).isEqualTo(before[i]);
            }
        }
    }

    @Test
    void theNullClassGivesTheUnconditionalScore() {
        assertThat(evaluated(NETWORK.with(weights)))
                .isEqualTo(evaluated(NETWORK.with(weights, classLabels(CLASSES, CLASSES, CLASSES, CLASSES))));
    }

    @Test
    void guidanceExaggeratesTheDifference() {
        int[] labels = {0, 1, 2, 0};
        double[] own = evaluated(NETWORK.with(weights, classLabels(labels)));
        double[] all = evaluated(NETWORK.with(weights));
        double[] guided = evaluated(ClassifierFreeGuidance.of(NETWORK, weights, labels, 1.5));
        for (int i = 0; i < own.length; i++) {
            assertThat(guided[i]).isCloseTo(2.5 * own[i] - 1.5 * all[i], within(1e-12 * (1 + Math.abs(own[i]))));
        }
        assertThat(evaluated(ClassifierFreeGuidance.of(NETWORK, weights, labels, 0)))
                .isEqualTo(own);
    }

    private Tensor loss() {
        Tensor z = Tensor.input("z", BATCH);
        feeds.put(z, Values.of(BATCH, normal(BATCH.size(), 1)));
        return new AnnealedDenoising().loss(NETWORK.with(weights, classLabels(LABELS)), x, sigma, Draws.given(z));
    }

    @Test
    void theLosssGradientIsThatOfFiniteDifferences() {
        Tensor loss = loss();
        double[] gradient = evaluated(NETWORK.parameters().flatten(Gradients.of(loss, weights.tensors())));
        double[] at = feeds.get(flat).doubles();
        List<Integer> places = new ArrayList<>();
        for (Parameter parameter : NETWORK.parameters().list()) {
            if (parameter.name().equals("labels.weight")) {
                // One number of each row of the table; the gradient is 0 for a class that is not in the batch.
                for (int row = 0; row <= CLASSES; row++) {
                    places.add(parameter.offset() + 16 * row + random.nextInt(16));
                }
                assertThat(gradient[places.get(places.size() - 3)]).isZero();
            } else {
                places.add(parameter.offset() + random.nextInt(parameter.size()));
            }
        }
        try (ReferenceDevice device = new ReferenceDevice();
                Executable value = device.compile(Program.fetching(loss))) {
            double h = 1e-4;
            for (int place : places) {
                double[] values = new double[4];
                double[] steps = {h, -h, 2 * h, -2 * h};
                for (int k = 0; k < 4; k++) {
                    double[] there = at.clone();
                    there[place] += steps[k];
                    feeds.put(flat, Values.of(flat.shape(), there));
                    values[k] = value.run(feeds).get(0).item();
                }
                // Fourth order: (8(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h.
                double difference = (8 * (values[0] - values[1]) - (values[2] - values[3])) / (12 * h);
                assertThat(gradient[place])
                        .as("number %d", place)
                        .isCloseTo(difference, within(1e-6 * Math.max(1e-2, Math.abs(difference))));
            }
        }
    }

    static List<Named<Supplier<Device>>> openCl() {
        return TestDevices.openCl();
    }

    @ParameterizedTest
    @MethodSource("openCl")
    void lossGradientAndGuidedScoreAreTheReferences(Supplier<Device> opened) {
        Tensor loss = loss();
        Tensor gradient = NETWORK.parameters().flatten(Gradients.of(loss, weights.tensors()));
        Tensor guided = ClassifierFreeGuidance.of(NETWORK, weights, new int[] {0, 1, 2, 0}, 0.5)
                .score(x, sigma);
        Program program = Program.fetching(loss.reshape(1), gradient, guided);
        try (Device device = opened.get();
                ReferenceDevice reference = new ReferenceDevice();
                Executable fast = device.compile(program);
                Executable plain = reference.compile(program)) {
            List<Values> actual = fast.run(feeds);
            List<Values> expected = plain.run(feeds);
            for (int k = 0; k < expected.size(); k++) {
                double[] truth = expected.get(k).doubles();
                double[] error = actual.get(k).doubles();
                for (int i = 0; i < error.length; i++) {
                    error[i] -= truth[i];
                }
                assertThat(norm(error)).isLessThan(1e-4 * norm(truth));
            }
        }
    }

    private static double norm(double[] numbers) {
        return Math.sqrt(Arrays.stream(numbers).map(number -> number * number).sum());
    }

    @Test
    void classesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> NETWORK.score(weights, x, sigma, classLabels(0, 1)))
                .hasMessageContaining("one class label for each of 4 images");
        UNet without = new UNet(SETTINGS, 4, 4, 1);
        Weights others = without.parameters()
                .weights(Tensor.input("weights", Shape.of(without.parameters().size())));
        assertThatThrownBy(() -> without.score(others, x, sigma, classLabels(LABELS)))
                .hasMessageContaining("the network is unconditional");
        assertThatThrownBy(() -> ClassifierFreeGuidance.of(NETWORK, weights, new int[] {0, 4}, 1))
                .hasMessageContaining("a class must be from 0 to 2, or 3, the null class; got 4");
    }
}
