package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

class SelfAttentionTest {

    private static final int N = 2;
    private static final int H = 2;
    private static final int W = 3;
    private static final int POSITIONS = H * W;

    private final Random random = new Random(23);

    /** A layer with its parameters, whose graph the reference device evaluates in double precision. */
    private static final class Layer {
        final Parameters parameters = new Parameters();
        final SelfAttention attention;
        final int channels;

        Layer(int channels, int headChannels) {
            this.channels = channels;
            attention = new SelfAttention(parameters, "attn", channels, headChannels);
        }

        double[] apply(double[] flat, int height, int width, double[] images) {
            Tensor weights = Tensor.input("weights", Shape.of(parameters.size()));
            Tensor x = Tensor.input("x", Shape.of(N, height, width, channels));
            Tensor y = attention.apply(parameters.weights(weights), x);
            assertThat(y.shape()).isEqualTo(x.shape());
            try (ReferenceDevice device = new ReferenceDevice();
                    Executable program = device.compile(Program.fetching(y))) {
                return program.run(Map.of(weights, Values.of(weights.shape(), flat), x, Values.of(x.shape(), images)))
                        .get(0)
                        .doubles();
            }
        }
    }

    private double[] normal(int size) {
        return random.doubles(size).map(u -> random.nextGaussian()).toArray();
    }

    /** The layer as its formula says, in loops over heads, positions and channels. */
    private double[] closedForm(Layer layer, double[] flat, int heads, int groups, double[] images) {
        int c = layer.channels;
        int d = c / heads;
        double[] y = images.clone();
        for (int n = 0; n < N; n++) {
            double[][] h = new double[POSITIONS][c];
            for (int group = 0; group < groups; group++) {
                double sum = 0;
                double squares = 0;
                int count = POSITIONS * c / groups;
                for (int i = 0; i < POSITIONS; i++) {
                    for (int k = group * c / groups; k < (group + 1) * c / groups; k++) {
                        double x = images[(n * POSITIONS + i) * c + k];
                        sum += x;
                        squares += x * x;
                    }
                }
                double mean = sum / count;
                double deviation = Math.sqrt(squares / count - mean * mean + 1e-5);
                for (int i = 0; i < POSITIONS; i++) {
                    for (int k = group * c / groups; k < (group + 1) * c / groups; k++) {
                        double x = images[(n * POSITIONS + i) * c + k];
                        h[i][k] = (x - mean) / deviation * at(layer, flat, "norm.weight", k)
                                + at(layer, flat, "norm.bias", k);
                    }
                }
            }
            double[][] q = pixelwise(layer, flat, "q", h);
            double[][] k = pixelwise(layer, flat, "k", h);
            double[][] v = pixelwise(layer, flat, "v", h);
            double[][] mean = new double[POSITIONS][c];
            for (int head = 0; head < heads; head++) {
                for (int i = 0; i < POSITIONS; i++) {
                    double[] share = new double[POSITIONS];
                    for (int j = 0; j < POSITIONS; j++) {
                        double product = 0;
                        for (int e = head * d; e < (head + 1) * d; e++) {
                            product += q[i][e] * k[j][e];
                        }
                        share[j] = Math.exp(product / Math.sqrt(d));
                    }
                    double all = Arrays.stream(share).sum();
                    for (int j = 0; j < POSITIONS; j++) {
                        for (int e = head * d; e < (head + 1) * d; e++) {
                            mean[i][e] += share[j] / all * v[j][e];
                        }
                    }
                }
            }
            double[][] projected = pixelwise(layer, flat, "proj_out", mean);
            for (int i = 0; i < POSITIONS; i++) {
                for (int e = 0; e < c; e++) {
                    y[(n * POSITIONS + i) * c + e] += projected[i][e];
                }
            }
        }
        return y;
    }

    private static double[][] pixelwise(Layer layer, double[] flat, String name, double[][] x) {
        int c = layer.channels;
        double[][] y = new double[x.length][c];
        for (int i = 0; i < x.length; i++) {
            for (int out = 0; out < c; out++) {
                y[i][out] = at(layer, flat, name + ".bias", out);
                for (int in = 0; in < c; in++) {
                    y[i][out] += x[i][in] * at(layer, flat, name + ".weight", in * c + out);
                }
            }
        }
        return y;
    }

    private static double at(Layer layer, double[] flat, String name, int index) {
        Parameter parameter = layer.parameters.list().stream()
                .filter(candidate -> candidate.name().equals("attn." + name))
                .findFirst()
                .orElseThrow();
        return flat[parameter.offset() + index];
    }

    /** Few channels have one head; heads have the same size, at least the one asked for. */
    @ParameterizedTest
    @CsvSource({"4, 64, 1, 1", "8, 4, 2, 2", "8, 8, 1, 2", "12, 5, 2, 3"})
    void isItsFormula(int channels, int headChannels, int heads, int groups) {
        Layer layer = new Layer(channels, headChannels);
        double[] flat = normal(layer.parameters.size());
        double[] images = normal(N * POSITIONS * channels);
        assertThat(layer.apply(flat, H, W, images))
                .containsExactly(closedForm(layer, flat, heads, groups, images), within(1e-10));
    }

    /** A position knows of no other where it is: positions in another order give the result in that order. */
    @Test
    void permutedPositionsGiveThePermutedResult() {
        Layer layer = new Layer(8, 4);
        double[] flat = normal(layer.parameters.size());
        double[] images = normal(N * POSITIONS * 8);
        double[] plain = layer.apply(flat, H, W, images);
        int[] order = {4, 0, 5, 2, 1, 3};
        double[] permuted = layer.apply(flat, 1, POSITIONS, permuted(images, order));
        assertThat(permuted).containsExactly(permuted(plain, order), within(1e-12));
    }

    private static double[] permuted(double[] images, int[] order) {
        double[] result = new double[images.length];
        for (int n = 0; n < N; n++) {
            for (int i = 0; i < POSITIONS; i++) {
                System.arraycopy(images, (n * POSITIONS + order[i]) * 8, result, (n * POSITIONS + i) * 8, 8);
            }
        }
        return result;
    }

    @Test
    void initiallyPassesOnWhatItGets() {
        Layer layer = new Layer(8, 4);
        float[] initial = layer.parameters.initial(5);
        double[] images = normal(N * POSITIONS * 8);
        assertThat(layer.apply(Values.of(Shape.of(initial.length), initial).doubles(), H, W, images))
                .containsExactly(images);
    }

    /** Whatever the other parameters are. */
    @Test
    void aNetworkIsInitiallyTheOneWithoutAttention() {
        UNetSettings settings = new UNetSettings(4, List.of(1, 2), 1);
        UNet without = new UNet(settings, 8, 8, 1);
        UNet with = new UNet(settings.withAttention(8, 4), 8, 8, 1);
        double[] flat = normal(without.parameters().size());
        float[] initial = with.parameters().initial(3);
        double[] same = Values.of(Shape.of(initial.length), initial).doubles();
        int found = 0;
        for (Parameter parameter : with.parameters().list()) {
            for (Parameter other : without.parameters().list()) {
                if (other.name().equals(parameter.name())) {
                    System.arraycopy(flat, other.offset(), same, parameter.offset(), other.size());
                    found++;
                }
            }
        }
        assertThat(found).isEqualTo(without.parameters().list().size());
        double[] image = normal(64);
        assertThat(score(with, same, image)).containsExactly(score(without, flat, image));
    }

    private static double[] score(UNet network, double[] flat, double[] image) {
        Tensor weights = Tensor.input("weights", Shape.of(flat.length));
        Tensor x = Tensor.input("x", Shape.of(1, 8, 8, 1));
        Tensor sigma = Tensor.input("sigma", Shape.of(1));
        Tensor score = network.score(network.parameters().weights(weights), x, sigma);
        try (ReferenceDevice device = new ReferenceDevice();
                Executable program = device.compile(Program.fetching(score))) {
            return program.run(Map.of(
                            weights, Values.of(weights.shape(), flat),
                            x, Values.of(x.shape(), image),
                            sigma, Values.of(sigma.shape(), 0.7)))
                    .get(0)
                    .doubles();
        }
    }
}
