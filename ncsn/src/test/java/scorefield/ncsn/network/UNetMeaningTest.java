package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.Safetensors;

/**
 * The U-Net against other statements of the same network, forward and gradient: one in plain Java ({@link PlainUNet}), and what PyTorch
 * computes ({@code unet-golden.py} beside the two golden files wrote them with python3-torch 1.13.1 of Debian 12).
 */
class UNetMeaningTest {

    private static final int IMAGES = 2;
    private static final double[] SIGMAS = {0.05f, 3};

    private final Random random = new Random(17);

    private float[] normal(int count, double deviation) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (deviation * random.nextGaussian());
        }
        return numbers;
    }

    /** Score and gradient of ⟨cotangent, score⟩ by all parameters, in double precision. */
    private record Result(double[] score, double[] gradient) {}

    private static Result result(UNet network, float[] weights, float[] x, float[] cotangent, int[] labels) {
        Shape batch = network.sample().times(IMAGES);
        Tensor flat = Tensor.input("weights", Shape.of(weights.length));
        Tensor images = Tensor.input("x", batch);
        Weights parts = network.parameters().weights(flat);
        Tensor sigma = Tensor.constant(Values.of(Shape.of(IMAGES), SIGMAS));
        Tensor score = labels.length == 0
                ? network.score(parts, images, sigma)
                : network.score(parts, images, sigma, Tensor.constant(Values.of(Shape.of(IMAGES), labels)));
        Tensor product =
                score.times(Tensor.constant(Values.of(batch, cotangent))).sum();
        Tensor gradient = network.parameters().flatten(Gradients.of(product, parts.tensors()));
        try (Device device = new ReferenceDevice();
                Executable executable = device.compile(new Program(List.of(score, gradient), Map.of()))) {
            List<Values> found =
                    executable.run(Map.of(flat, Values.of(flat.shape(), weights), images, Values.of(batch, x)));
            return new Result(found.get(0).doubles(), found.get(1).doubles());
        }
    }

    @ParameterizedTest
    @CsvSource({"4, '1,2', 2, 3, 0", "8, '1,1,2', 1, 1, 0", "4, '2,1', 1, 1, 3", "4, '3', 1, 2, 5"})
    void isWhatPlainJavaComputes(int channels, String multipliers, int blocks, int imageChannels, int classes) {
        UNetSettings settings = new UNetSettings(
                channels,
                Stream.of(multipliers.split(",")).map(Integer::valueOf).toList(),
                blocks);
        int height = 8;
        int width = 4;
        UNet network = new UNet(settings, height, width, imageChannels, classes, UNet.NCSNV2);
        Parameters parameters = network.parameters();
        float[] weights = normal(parameters.size(), 0.3);
        int size = height * width * imageChannels;
        float[] x = normal(IMAGES * size, 1);
        float[] cotangent = normal(IMAGES * size, 1);
        int[] labels = classes == 0 ? new int[0] : new int[] {classes, 1};

        Map<String, float[]> disk = new LinkedHashMap<>();
        parameters.list().forEach(parameter -> disk.put(parameter.name(), parameters.toDisk(parameter, weights)));
        PlainUNet plain = new PlainUNet(settings, disk);
        double[] score = new double[IMAGES * size];
        int product = plain.tape().number(0);
        for (int n = 0; n < IMAGES; n++) {
            double[] image = new double[size];
            for (int i = 0; i < size; i++) {
                image[i] = x[n * size + i];
            }
            int[] numbers = plain.score(image, height, width, imageChannels, SIGMAS[n], classes == 0 ? -1 : labels[n]);
            for (int i = 0; i < size; i++) {
                score[n * size + i] = plain.tape().value(numbers[i]);
                product = plain.tape().plus(product, plain.tape().affine(cotangent[n * size + i], numbers[i], 0));
            }
        }
        double[] byNumber = plain.tape().gradient(product);

        Result found = result(network, weights, x, cotangent, labels);
        closeTo(found.score(), score, 1e-9, "score");
        for (Parameter parameter : parameters.list()) {
            int[] places = plain.parameter(parameter.name());
            float[] order = new float[parameters.size()];
            double[] expected = new double[parameter.size()];
            // Which number on disk lies where on the device: numbers of the disk's indices, brought to the device's
            // order.
            float[] indices = new float[parameter.size()];
            for (int i = 0; i < indices.length; i++) {
                indices[i] = i;
            }
            parameters.fromDisk(parameter, indices, order);
            double[] actual = new double[parameter.size()];
            for (int i = 0; i < parameter.size(); i++) {
                int onDisk = (int) order[parameter.offset() + i];
                expected[onDisk] = byNumber[places[onDisk]];
                actual[onDisk] = found.gradient()[parameter.offset() + i];
            }
            closeTo(actual, expected, 1e-9, parameter.name());
        }
    }

    /** As close as a share of the largest number. */
    private static void closeTo(double[] actual, double[] expected, double share, String what) {
        double largest = 0;
        for (double number : expected) {
            largest = Math.max(largest, Math.abs(number));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s %d", what, i).isCloseTo(expected[i], within(share * (1e-3 + largest)));
        }
    }

    private static Safetensors golden(String name) throws Exception {
        URL file = Objects.requireNonNull(UNetMeaningTest.class.getResource(name));
        try {
            return Safetensors.read(Path.of(file.toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"unet-plain.safetensors, 3, 0", "unet-classes.safetensors, 1, 3"})
    void isWhatPyTorchComputes(String file, int imageChannels, int classes) throws Exception {
        Safetensors golden = golden(file);
        UNet network = new UNet(new UNetSettings(4, List.of(1, 2), 1), 8, 4, imageChannels, classes, UNet.NCSNV2);
        Parameters parameters = network.parameters();
        Map<String, Parameter> byName = new HashMap<>();
        parameters.list().forEach(parameter -> byName.put(parameter.name(), parameter));
        float[] weights = new float[parameters.size()];
        int place = 0;
        for (String name : golden.arrays().keySet()) {
            if (name.startsWith("gradient.")) {
                Parameter parameter = byName.remove(name.substring("gradient.".length()));
                int count = parameter.size();
                float[] disk = new float[count];
                for (int i = 0; i < count; i++) {
                    disk[i] = (float) (0.6 * ((i * 7919L + place * 10007L + 17L * count) % 2003) / 2003 - 0.3);
                }
                parameters.fromDisk(parameter, disk, weights);
                place++;
            }
        }
        assertThat(byName).as("parameters that PyTorch's network lacks").isEmpty();
        assertThat(golden.array("sigma").floats()).containsExactly((float) SIGMAS[0], (float) SIGMAS[1]);
        Result found = result(
                network,
                weights,
                golden.array("x").floats(),
                golden.array("cotangent").floats(),
                classes == 0 ? new int[0] : new int[] {1, classes});
        // The file's numbers are floats.
        closeTo(found.score(), doubles(golden.array("score").floats()), 1e-6, "score");
        float[] gradient = new float[parameters.size()];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) found.gradient()[i];
        }
        for (Parameter parameter : parameters.list()) {
            closeTo(
                    doubles(parameters.toDisk(parameter, gradient)),
                    doubles(golden.array("gradient." + parameter.name()).floats()),
                    1e-5,
                    parameter.name());
        }
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    /** Glorot's bound is √(6/(fan in + fan out)), and a convolution's fans have its kernel's area as a factor. */
    @Test
    void theInitialWeightsAreGlorots() {
        UNet network = new UNet(new UNetSettings(16, List.of(1, 2), 1), 8, 8, 3, 4, UNet.NCSNV2);
        float[] initial = network.parameters().initial(5);
        int random = 0;
        for (Parameter parameter : network.parameters().list()) {
            int[] shape = parameter.diskShape().dims();
            float[] disk = network.parameters().toDisk(parameter, initial);
            boolean zero = parameter.name().endsWith(".conv2.weight")
                    || parameter.name().equals("conv_out.weight")
                    || parameter.name().equals("labels.weight")
                    || parameter.name().endsWith(".bias");
            boolean one = parameter.name().contains("norm") && parameter.name().endsWith(".weight");
            if (zero || one) {
                assertThat(disk).as(parameter.name()).containsOnly(one ? 1 : 0);
                continue;
            }
            int area = shape.length == 4 ? shape[2] * shape[3] : 1;
            double bound = Math.sqrt(6.0 / (area * (shape[0] + shape[1])));
            double largest = 0;
            double square = 0;
            for (float number : disk) {
                largest = Math.max(largest, Math.abs(number));
                square += number * number;
            }
            double variance = square / disk.length;
            assertThat(largest).as(parameter.name()).isBetween(0.95 * bound, bound * (1 + 1e-6));
            // The variance of u² is 4/45 for u uniform on (−1, 1).
            assertThat(variance / (bound * bound))
                    .as(parameter.name())
                    .isCloseTo(1.0 / 3, within(4.5 * Math.sqrt(4.0 / 45 / disk.length)));
            random++;
        }
        assertThat(random).isGreaterThan(20);
    }
}
