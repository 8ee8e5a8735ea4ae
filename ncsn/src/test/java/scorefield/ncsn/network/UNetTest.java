package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.GroupNorm;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.Draws;
import scorefield.ncsn.setting.BadConfigurationException;

class UNetTest {

    /**
     * Small, with everything in it: two levels, a change of channels on the way down and on the way up, self-attention of two heads at one of
     * them, colour, not square.
     */
    private static final UNet TINY = new UNet(new UNetSettings(8, List.of(1, 2), 1, List.of(4), 8), 8, 4, 3);

    private final Random random = new Random(11);

    private double[] normal(int size, double deviation) {
        double[] numbers = new double[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = deviation * random.nextGaussian();
        }
        return numbers;
    }

    /** Initial weights plus noise; without the noise, layers that are initialised to zero would hide the others. */
    private double[] awake(UNet network) {
        double[] flat = normal(network.parameters().size(), 0.1);
        float[] initial = network.parameters().initial(5);
        for (int i = 0; i < flat.length; i++) {
            flat[i] += initial[i];
        }
        return flat;
    }

    @ParameterizedTest
    @CsvSource({"32, 1476385", "64, 5887553"})
    void parameterCount(int channels, int expected) {
        UNet network = new UNet(new UNetSettings(channels, List.of(1, 2, 2), 2), 28, 28, 1);
        assertThat(network.parameters().size()).isEqualTo(expected);
    }

    /** Of the layers at 14×14 and 7×7, of 64 channels: four convolutions of 64·64 + 64 numbers, and the norm's 2·64. */
    @Test
    void attentionAddsItsParameters() {
        UNet network = new UNet(UNetSettings.defaults().withAttention(14, 7), 28, 28, 1);
        int layers = 2 + 2 + 1 + 3 + 3;
        assertThat(network.parameters().size()).isEqualTo(1_476_385 + layers * (4 * 65 * 64 + 2 * 64));
    }

    @Test
    void theDefaultsAre32ChannelsThreeLevelsTwoBlocks() {
        assertThat(UNetSettings.defaults()).isEqualTo(new UNetSettings(32, List.of(1, 2, 2), 2));
    }

    @Test
    void parametersAreNamedAsInPyTorch() {
        UNet network = new UNet(UNetSettings.defaults(), 28, 28, 1);
        Map<String, Shape> onDisk = new HashMap<>();
        network.parameters().list().forEach(p -> onDisk.put(p.name(), p.diskShape()));
        assertThat(onDisk)
                .hasSameSizeAs(network.parameters().list())
                .containsEntry("embed.0.weight", Shape.of(128, 32))
                .containsEntry("embed.1.bias", Shape.of(128))
                .containsEntry("conv_in.weight", Shape.of(32, 1, 3, 3))
                .containsEntry("down.0.norm1.weight", Shape.of(32))
                .containsEntry("down.0.conv1.weight", Shape.of(32, 32, 3, 3))
                .containsEntry("down.0.emb.weight", Shape.of(32, 128))
                .containsEntry("down.2.skip.weight", Shape.of(64, 32, 1, 1))
                .containsEntry("down.5.conv2.bias", Shape.of(64))
                .containsEntry("mid.1.norm2.bias", Shape.of(64))
                .containsEntry("up.0.conv1.weight", Shape.of(64, 128, 3, 3))
                .containsEntry("up.5.conv1.weight", Shape.of(64, 96, 3, 3))
                .containsEntry("up.8.conv1.weight", Shape.of(32, 64, 3, 3))
                .containsEntry("upsample.1.weight", Shape.of(64, 64, 3, 3))
                .containsEntry("norm_out.weight", Shape.of(32))
                .containsEntry("conv_out.weight", Shape.of(1, 32, 3, 3))
                .doesNotContainKeys(
                        "down.0.skip.weight", "down.6.conv1.weight", "up.9.conv1.weight", "upsample.2.weight");
    }

    @Test
    void theScoreHasTheImagesShapeAndStartsAtZero() {
        Tensor flat = Tensor.input("weights", Shape.of(TINY.parameters().size()));
        Tensor x = Tensor.input("x", Shape.of(3, 8, 4, 3));
        Tensor sigma = Tensor.input("sigma", Shape.of(3));
        Tensor score = TINY.score(TINY.parameters().weights(flat), x, sigma);
        assertThat(score.shape()).isEqualTo(x.shape());
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(score))) {
            Values result = executable
                    .run(Map.of(
                            flat, Values.of(flat.shape(), TINY.parameters().initial(1)),
                            x, Values.of(x.shape(), normal(x.shape().size(), 1)),
                            sigma, Values.of(sigma.shape(), 1.0, 0.1, 0.01)))
                    .get(0);
            assertThat(result.doubles()).containsOnly(0);
        }
    }

    /** Only the batch's own image and noise level count: an image alone has the same score as among others. */
    @Test
    void imagesOfABatchDoNotSeeEachOther() {
        double[] weights = awake(TINY);
        int size = TINY.sample().size();
        double[] images = normal(3 * size, 1);
        double[] sigmas = {2, 0.3, 0.05};
        double[] together = score(TINY, weights, images, sigmas);
        for (int n = 0; n < 3; n++) {
            double[] image = Arrays.copyOfRange(images, n * size, (n + 1) * size);
            double[] alone = score(TINY, weights, image, sigmas[n]);
            for (int i = 0; i < size; i++) {
                assertThat(together[n * size + i]).isCloseTo(alone[i], within(1e-9 / sigmas[n]));
            }
        }
    }

    private static double[] score(UNet network, double[] weights, double[] images, double... sigmas) {
        Shape sample = network.sample();
        Tensor flat = Tensor.input("weights", Shape.of(weights.length));
        Tensor x = Tensor.input("x", Shape.of(sigmas.length, sample.dim(0), sample.dim(1), sample.dim(2)));
        Tensor sigma = Tensor.input("sigma", Shape.of(sigmas.length));
        Tensor score = network.score(network.parameters().weights(flat), x, sigma);
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(score))) {
            return executable
                    .run(Map.of(
                            flat, Values.of(flat.shape(), weights),
                            x, Values.of(x.shape(), images),
                            sigma, Values.of(sigma.shape(), sigmas)))
                    .get(0)
                    .doubles();
        }
    }

    /** The training loss of a tiny network, its weights an input, so that they keep double precision. */
    private final class Loss {
        final Tensor flat = Tensor.input("weights", Shape.of(TINY.parameters().size()));
        final Tensor x = Tensor.input("x", Shape.of(2, 8, 4, 3));
        final Tensor sigma = Tensor.input("sigma", Shape.of(2));
        final Tensor z = Tensor.input("z", x.shape());
        final Weights weights = TINY.parameters().weights(flat);
        final Tensor loss = new AnnealedDenoising().loss(TINY.with(weights), x, sigma, Draws.given(z));
        final Tensor gradient = TINY.parameters().flatten(Gradients.of(loss, weights.tensors()));
        final Map<Tensor, Values> feeds = new HashMap<>(Map.of(
                flat, Values.of(flat.shape(), awake(TINY)),
                x, Values.of(x.shape(), normal(x.shape().size(), 1)),
                sigma, Values.of(sigma.shape(), 0.5, 0.05),
                z, Values.of(z.shape(), normal(z.shape().size(), 1))));
    }

    @Test
    void theLosssGradientIsThatOfFiniteDifferences() {
        Loss loss = new Loss();
        double[] at = loss.feeds.get(loss.flat).doubles();
        try (ReferenceDevice device = new ReferenceDevice();
                Executable value = device.compile(Program.fetching(loss.loss));
                Executable slope = device.compile(Program.fetching(loss.gradient))) {
            double[] gradient = slope.run(loss.feeds).get(0).doubles();
            // One number of every parameter, drawn at random.
            for (Parameter parameter : TINY.parameters().list()) {
                int i = parameter.offset() + random.nextInt(parameter.size());
                double h = 1e-4;
                double[] values = new double[4];
                double[] steps = {h, -h, 2 * h, -2 * h};
                for (int k = 0; k < 4; k++) {
                    double[] moved = at.clone();
                    moved[i] += steps[k];
                    loss.feeds.put(loss.flat, Values.of(loss.flat.shape(), moved));
                    values[k] = value.run(loss.feeds).get(0).item();
                }
                // Fourth order: (8(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h.
                double difference = (8 * (values[0] - values[1]) - (values[2] - values[3])) / (12 * h);
                assertThat(gradient[i])
                        .as(parameter.name())
                        .isCloseTo(difference, within(1e-6 * Math.max(1e-2, Math.abs(difference))));
            }
        }
    }

    static List<Named<Supplier<Device>>> openCl() {
        return TestDevices.openCl();
    }

    @ParameterizedTest
    @MethodSource("openCl")
    void lossAndGradientAreTheReferences(Supplier<Device> opened) {
        Loss loss = new Loss();
        Program program = Program.fetching(loss.loss, loss.gradient);
        try (Device device = opened.get();
                ReferenceDevice reference = new ReferenceDevice();
                Executable fast = device.compile(program);
                Executable plain = reference.compile(program)) {
            List<Values> actual = fast.run(loss.feeds);
            List<Values> expected = plain.run(loss.feeds);
            assertThat(actual.get(0).item())
                    .isCloseTo(
                            expected.get(0).item(),
                            within(1e-4 * expected.get(0).item()));
            double[] error = actual.get(1).doubles();
            double[] truth = expected.get(1).doubles();
            for (int i = 0; i < error.length; i++) {
                error[i] -= truth[i];
            }
            assertThat(norm(error)).isLessThan(1e-4 * norm(truth));
        }
    }

    private static double norm(double[] numbers) {
        double squares = 0;
        for (double number : numbers) {
            squares += number * number;
        }
        return Math.sqrt(squares);
    }

    @Test
    void everyLayerHasItsOwnName() {
        Tensor flat = Tensor.input("weights", Shape.of(TINY.parameters().size()));
        Tensor score = TINY.score(
                TINY.parameters().weights(flat),
                Tensor.input("x", Shape.of(1, 8, 4, 3)),
                Tensor.input("sigma", Shape.of(1)));
        List<String> names = new ArrayList<>();
        Tensor.order(List.of(score)).stream()
                .map(Tensor::name)
                .filter(name -> !name.isEmpty())
                .forEach(names::add);
        Set<String> unique = new HashSet<>(names);
        assertThat(names).hasSameSizeAs(unique);
        assertThat(unique)
                .contains("embed.0", "conv_in", "down.0.conv1", "down.0", "pool.0", "down.1.skip", "mid.1.conv2")
                .contains("down.1.attn.q", "down.1.attn.softmax", "mid.0.attn.mean", "up.1.attn.proj_out", "up.1.attn")
                .doesNotContain("down.0.attn", "mid.1.attn", "up.2.attn")
                .contains("up.0.norm1", "up.3.emb", "upsample.0", "norm_out", "conv_out", "score");
    }

    @Test
    void sizesThatCannotBeHalvedOftenEnoughAreRefused() {
        assertThatThrownBy(() -> new UNet(UNetSettings.defaults(), 30, 28, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiples of 4; got 30×28")
                .hasMessageContaining("28×28");
        assertThatCode(() -> new UNet(UNetSettings.defaults(), 4, 8, 1)).doesNotThrowAnyException();
    }

    @Test
    void attentionWhereThereIsNoLevelIsRefused() {
        UNetSettings settings = UNetSettings.defaults().withAttention(14, 16);
        assertThatThrownBy(() -> new UNet(settings, 28, 24, 1))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage(
                        "model.attention must be resolutions of the network's levels, which are [28, 14, 7] for images of"
                                + " 28×24; got 16");
    }

    @Test
    void settingsThatMakeNoNetworkAreRefused() {
        assertThatThrownBy(() -> new UNetSettings(30, List.of(1), 2)).hasMessageContaining("got 30");
        assertThatThrownBy(() -> new UNetSettings(32, List.of(), 2)).hasMessageContaining("[]");
        assertThatThrownBy(() -> new UNetSettings(32, List.of(1, 0), 2)).hasMessageContaining("[1, 0]");
        assertThatThrownBy(() -> new UNetSettings(32, List.of(1), 0)).hasMessageContaining("got 0");
        assertThatThrownBy(() -> new UNetSettings(32, List.of(1), 1, List.of(), 0))
                .hasMessageContaining("got 0");
    }

    @Test
    void channelsThat32DoesNotDivideAreNormalisedInFewerGroups() {
        UNet network =
                new UNet(new UNetSettings(40, List.of(1, 4), 1), 8, 8, 1); // concatenations of 200, 160 and 80 channels
        Tensor weights = Tensor.input("weights", Shape.of(network.parameters().size()));
        Tensor score = network.score(
                network.parameters().weights(weights),
                Tensor.input("x", Shape.of(1, 8, 8, 1)),
                Tensor.input("sigma", Shape.of(1)));
        List<String> norms = Tensor.order(List.of(score)).stream()
                .filter(node -> node.op() instanceof GroupNorm)
                .map(node -> node.shape().dim(3) + " in " + ((GroupNorm) node.op()).groups())
                .distinct()
                .toList();
        assertThat(norms).contains("200 in 25", "160 in 32", "80 in 20", "40 in 10");
    }

    @Test
    void otherImagesThanItsOwnAreRefused() {
        Weights weights = TINY.parameters()
                .weights(Tensor.input("weights", Shape.of(TINY.parameters().size())));
        Tensor sigma = Tensor.input("sigma", Shape.of(2));
        assertThatThrownBy(() -> TINY.score(weights, Tensor.input("x", Shape.of(2, 8, 8, 3)), sigma))
                .hasMessageContaining("8×4×3")
                .hasMessageContaining("2×8×8×3");
        assertThatThrownBy(() -> TINY.score(weights, Tensor.input("x", Shape.of(3, 8, 4, 3)), sigma))
                .hasMessageContaining("each of 3 images");
    }
}
