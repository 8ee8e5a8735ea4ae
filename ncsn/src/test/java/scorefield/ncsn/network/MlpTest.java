package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;

class MlpTest {

    private static final int D = 3;
    private static final Mlp MLP = new Mlp(new MlpSettings(8, 2), D);

    private static final double[] X = {0.5, -1, 2, -0.3, 0.1, 4};
    private static final double[] SIGMA = {0.1, 3};

    private static double[] weights(long seed) {
        Random random = new Random(seed);
        double[] weights = new double[MLP.parameters().size()];
        Arrays.setAll(weights, i -> 0.4 * random.nextGaussian());
        return weights;
    }

    private static double[] score(Device on, double[] weights, double[] points, double[] levels) {
        Tensor flat = Tensor.input("weights", Shape.of(weights.length));
        Tensor x = Tensor.input("x", Shape.of(levels.length, D));
        Tensor sigma = Tensor.input("sigma", Shape.of(levels.length));
        try (Device device = on;
                Executable executable = device.compile(
                        Program.fetching(MLP.score(MLP.parameters().weights(flat), x, sigma)))) {
            return executable
                    .run(Map.of(
                            flat, Values.of(flat.shape(), weights),
                            x, Values.of(x.shape(), points),
                            sigma, Values.of(sigma.shape(), levels)))
                    .get(0)
                    .doubles();
        }
    }

    /** The formula of the class comment, in plain loops; weights lie in the order in which the layers are listed. */
    @Test
    void itIsTheFormula() {
        double[] w = weights(1);
        double[] actual = score(new ReferenceDevice(), w, X, SIGMA);
        for (int n = 0; n < 2; n++) {
            double[] features = new double[8];
            for (int f = 0; f < 4; f++) {
                double angle = Math.log(SIGMA[n]) * Math.exp(4.0 * f / 3);
                features[f] = Math.sin(angle);
                features[4 + f] = Math.cos(angle);
            }
            Cursor at = new Cursor(w);
            double[] e = silu(at.linear(silu(at.linear(features, 32)), 32));
            double[] h = new double[D];
            for (int k = 0; k < D; k++) {
                h[k] = X[n * D + k] / Math.sqrt(1 + SIGMA[n] * SIGMA[n]);
            }
            for (int layer = 0; layer < 2; layer++) {
                double[] own = at.linear(h, 8);
                double[] conditioning = at.linear(e, 8);
                h = new double[8];
                for (int i = 0; i < 8; i++) {
                    h[i] = own[i] + conditioning[i];
                }
                h = silu(h);
            }
            double[] out = at.linear(h, D);
            for (int k = 0; k < D; k++) {
                assertThat(actual[n * D + k]).isCloseTo(out[k] / SIGMA[n], within(1e-10));
            }
        }
    }

    /** Reads one linear layer after the other: in×out weights, then out biases. */
    private static final class Cursor {
        private final double[] weights;
        private int at;

        Cursor(double[] weights) {
            this.weights = weights;
        }

        double[] linear(double[] x, int out) {
            double[] y = new double[out];
            for (int i = 0; i < x.length; i++) {
                for (int o = 0; o < out; o++) {
                    y[o] += x[i] * weights[at + i * out + o];
                }
            }
            at += x.length * out;
            for (int o = 0; o < out; o++) {
                y[o] += weights[at + o];
            }
            at += out;
            return y;
        }
    }

    private static double[] silu(double[] x) {
        return Arrays.stream(x).map(v -> v / (1 + Math.exp(-v))).toArray();
    }

    @Test
    void theInitialScoreIsZero() {
        float[] initial = MLP.parameters().initial(3);
        double[] weights = new double[initial.length];
        Arrays.setAll(weights, i -> initial[i]);
        assertThat(score(new ReferenceDevice(), weights, X, SIGMA)).containsOnly(0);
    }

    @Test
    void openClComputesWhatTheReferenceDoes() {
        double[] w = weights(2);
        double[] expected = score(new ReferenceDevice(), w, X, SIGMA);
        for (Named<java.util.function.Supplier<Device>> device : TestDevices.openCl()) {
            double[] actual = score(device.getPayload().get(), w, X, SIGMA);
            for (int i = 0; i < expected.length; i++) {
                // At σ = 0.1 the embedding's largest angle is 126, rounded to 1e-5; two layers and the division by σ
                // make
                // some ten times as much of that.
                assertThat(actual[i]).isCloseTo(expected[i], within(2e-4));
            }
        }
    }

    @Test
    void itsTraceIsThatOfTheFiniteDifferenceJacobian() {
        double[] w = weights(5);
        Tensor x = Tensor.constant(Values.of(Shape.of(2, D), X));
        Weights weights = MLP.parameters().weights(Tensor.constant(Values.of(Shape.of(w.length), w)));
        Tensor sigma = Tensor.constant(Values.of(Shape.of(2), SIGMA));
        Tensor trace = Jacobian.trace(
                batch -> MLP.score(
                        weights, batch, Jacobian.repeat(sigma, batch.shape().dim(0) / 2)),
                x);
        double[] exact;
        try (Device device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(trace))) {
            exact = executable.run(Map.of()).get(0).doubles();
        }
        double h = 1e-5;
        double[] differences = new double[2];
        for (int n = 0; n < 2; n++) {
            for (int k = 0; k < D; k++) {
                double[] up = X.clone();
                double[] down = X.clone();
                up[n * D + k] += h;
                down[n * D + k] -= h;
                differences[n] += (score(new ReferenceDevice(), w, up, SIGMA)[n * D + k]
                                - score(new ReferenceDevice(), w, down, SIGMA)[n * D + k])
                        / (2 * h);
            }
            // h² of curvature and 1e-16/h of rounding.
            assertThat(exact[n]).isCloseTo(differences[n], within(1e-7 * (1 + Math.abs(exact[n]))));
        }
    }

    @Test
    void itsLayersAreListedWithAllParameters() {
        List<Layer> layers = Layer.of(MLP);
        assertThat(layers).extracting(Layer::name).contains("hidden.0", "emb.1", "out", "score");
        assertThat(layers.stream().mapToInt(Layer::parameters).sum())
                .isEqualTo(MLP.parameters().size());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new MlpSettings(0, 2)).hasMessageContaining("got 2 of width 0");
        Weights weights = MLP.parameters()
                .weights(Tensor.input("weights", Shape.of(MLP.parameters().size())));
        assertThatThrownBy(() -> MLP.score(weights, Tensor.input("x", Shape.of(2, 4)), Tensor.fill(Shape.of(2), 1)))
                .hasMessageStartingWith("the network needs N points of 3 numbers");
    }
}
