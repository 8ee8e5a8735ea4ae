package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.configuration.TrainingSettings.Decay;
import scorefield.ncsn.configuration.TrainingSettings.Optimiser;
import scorefield.ncsn.configuration.TrainingSettings.Sigmas;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.network.Initial;
import scorefield.ncsn.network.Layout;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parameters;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;

/**
 * Several steps of training against plain Java: which images come in which epoch, dequantisation, mirroring, noise levels, noise, the gradient,
 * clipping, warm-up and decay of the rate, Adam, and two moving averages. The network is s(x, σ) = (w·x + b)/σ with a w and a b for each pixel,
 * whose gradient is a line of arithmetic; all random numbers are computed here once more, from what the documentation says of them.
 */
class TrainingStepTest {

    private static final int HEIGHT = 2;
    private static final int WIDTH = 3;
    private static final int D = HEIGHT * WIDTH;
    private static final int IMAGES = 5;
    private static final int BATCH = 3;
    private static final int STEPS = 9;
    private static final long SEED = -0x1234_5678_9abcL;
    private static final double[] LEVELS = {8, 4, 2, 1};

    private static final TrainingSettings SETTINGS = new TrainingSettings(
            12,
            BATCH,
            OptionalInt.empty(),
            Sigmas.LEVELS,
            0,
            1,
            Optimiser.ADAM,
            0.05,
            4,
            Decay.COSINE,
            0.8,
            0.95,
            1e-3,
            0,
            4,
            0.3,
            List.of(7),
            0,
            SEED,
            true,
            0,
            0,
            0);

    /** s(x, σ) = (w·x + b)/σ, pixel by pixel. */
    private static final class Affine implements ScoreNetwork {

        private final Parameters parameters = new Parameters();
        private final Parameter w = parameters.add("w", Shape.of(D), Layout.VECTOR, Initial.ONE);
        private final Parameter b = parameters.add("b", Shape.of(D), Layout.VECTOR, Initial.ZERO);

        @Override
        public Parameters parameters() {
            return parameters;
        }

        @Override
        public Shape sample() {
            return Shape.of(HEIGHT, WIDTH, 1);
        }

        @Override
        public Tensor score(Weights weights, Tensor x, Tensor sigma) {
            Shape one = Shape.of(1, HEIGHT, WIDTH, 1);
            Tensor affine =
                    x.times(weights.get(w).reshape(one)).plus(weights.get(b).reshape(one));
            return affine.over(sigma.reshape(-1, 1, 1, 1));
        }
    }

    /** Philox4x32-10 as its paper has it: the words of a counter and a key. */
    private static long[] philox(long[] counter, long[] key) {
        long mask = 0xffffffffL;
        long[] c = counter.clone();
        for (int round = 0; round < 10; round++) {
            long left = 0xD2511F53L * c[0];
            long right = 0xCD9E8D57L * c[2];
            long k0 = key[0] + round * 0x9E3779B9L & mask;
            long k1 = key[1] + round * 0xBB67AE85L & mask;
            c = new long[] {
                right >>> 32 ^ c[1] ^ k0, right & mask, left >>> 32 ^ c[3] ^ k1, left & mask,
            };
        }
        return c;
    }

    /** Uniform numbers of a step and a stream. */
    private static double[] uniform(int count, int step, int stream) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            long[] words = philox(new long[] {i / 4, stream, step, 0}, new long[] {SEED & 0xffffffffL, SEED >>> 32});
            numbers[i] = ((words[i % 4] >>> 9) + 0.5) / (1 << 23);
        }
        return numbers;
    }

    private static double[] normal(int count, int step, int stream) {
        double[] u = uniform((count + 3) / 4 * 4, step, stream);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            double radius = Math.sqrt(-2 * Math.log(u[i / 2 * 2]));
            double angle = 2 * Math.PI * u[i / 2 * 2 + 1];
            numbers[i] = radius * (i % 2 == 0 ? Math.cos(angle) : Math.sin(angle));
        }
        return numbers;
    }

    private static Random stream(long number, long index) {
        return new Random(SplitMix.mix(SplitMix.mix(SplitMix.mix(SEED) + number) + index));
    }

    /** Which image comes at a place, counted over the whole run: every epoch has its own shuffle. */
    private static int image(long place) {
        Random random = stream(1, place / IMAGES);
        int[] order = new int[IMAGES];
        Arrays.setAll(order, i -> i);
        for (int i = IMAGES - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = order[i];
            order[i] = order[j];
            order[j] = other;
        }
        return order[(int) (place % IMAGES)];
    }

    private static Images images() {
        byte[] bytes = new byte[IMAGES * D];
        new Random(3).nextBytes(bytes);
        bytes[0] = 0;
        bytes[1] = (byte) 255;
        return Images.of("images", HEIGHT, WIDTH, 1, bytes);
    }

    /** All that a run carries, in double precision. */
    private static final class Plain {
        private final double[] theta = new double[2 * D];
        private final double[] m = new double[2 * D];
        private final double[] v = new double[2 * D];
        private final double[] average = new double[2 * D];
        private final double[] halfLife = new double[2 * D];
        private double loss;
        private double norm;

        Plain(float[] start) {
            for (int i = 0; i < 2 * D; i++) {
                theta[i] = start[i];
                average[i] = start[i];
                halfLife[i] = start[i];
            }
        }

        void step(Images images, int step) {
            double[] u = uniform(BATCH * D, step, 0);
            double[] mirror = uniform(BATCH, step, (1 << 16) - 1);
            double[] z = normal(BATCH * D, step, 1);
            Random levels = stream(2, step);
            double[] gradient = new double[2 * D];
            loss = 0;
            for (int n = 0; n < BATCH; n++) {
                byte[] bytes = images.image(image((long) step * BATCH + n));
                double sigma = LEVELS[levels.nextInt(LEVELS.length)];
                for (int k = 0; k < D; k++) {
                    int from = mirror[n] < 0.5 ? k / WIDTH * WIDTH + WIDTH - 1 - k % WIDTH : k;
                    double clean = (Byte.toUnsignedInt(bytes[from]) + u[n * D + from]) / 256;
                    double noise = z[n * D + k];
                    double x = clean + sigma * noise;
                    double residual = theta[k] * x + theta[D + k] + noise; // σ·s + z
                    loss += residual * residual / 2 / BATCH;
                    gradient[k] += residual * x / BATCH;
                    gradient[D + k] += residual / BATCH;
                }
            }
            norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
            double shrink = Math.min(1, 4 / norm);
            int t = step + 1;
            double rate = 0.05 * Math.min(1, t / 4.0);
            if (step > 4) {
                rate *= (1 + Math.cos(Math.PI * (step - 4) / (12 - 4))) / 2;
            }
            double decay = Math.min(0.3, (1.0 + step) / (10 + step));
            double seen = (double) step * BATCH;
            double life = Math.min(7, 0.05 * seen);
            double halving = step == 0 ? 0 : Math.pow(2, -BATCH / life);
            for (int i = 0; i < 2 * D; i++) {
                double g = shrink * gradient[i];
                m[i] = 0.8 * m[i] + 0.2 * g;
                v[i] = 0.95 * v[i] + 0.05 * g * g;
                double corrected = m[i] / (1 - Math.pow(0.8, t));
                theta[i] -= rate * corrected / (Math.sqrt(v[i] / (1 - Math.pow(0.95, t))) + 1e-3);
                average[i] = decay * average[i] + (1 - decay) * theta[i];
                halfLife[i] = halving * halfLife[i] + (1 - halving) * theta[i];
            }
        }
    }

    @ParameterizedTest
    @MethodSource("scorefield.ncsn.TestDevices#all")
    void stepsAreThoseOfPlainJava(Supplier<Device> on) {
        Affine network = new Affine();
        Images images = images();
        float[] start = new float[2 * D];
        Random random = new Random(4);
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) (0.3 * random.nextGaussian());
        }
        TrainingState initial = new TrainingState(
                0, start, List.of(start.clone(), start.clone()), new float[2 * D], new float[2 * D], Optional.empty());
        SigmaDensity density = SigmaDensity.uniformOver(NoiseLevels.geometric(8, 1, 4));
        Plain plain = new Plain(start);
        List<Double> norms = new ArrayList<>();
        try (Device device = on.get();
                Trainer trainer =
                        new Trainer(device, network, new AnnealedDenoising(), images, density, SETTINGS, initial)) {
            for (int step = 0; step < STEPS; step++) {
                plain.step(images, step);
                trainer.step();
                TrainingState state = trainer.state();
                String what = "step " + step;
                closeTo(state.parameters(), plain.theta, what + ", parameters");
                closeTo(state.mean(), plain.m, what + ", m");
                closeTo(state.meanSquare(), plain.v, what + ", v");
                closeTo(state.averages().get(0), plain.average, what + ", average");
                closeTo(state.averages().get(1), plain.halfLife, what + ", average by half-life");
                Statistics statistics = trainer.statistics();
                assertThat(statistics.loss()).as(what).isCloseTo(plain.loss, within(1e-4 * plain.loss));
                assertThat(statistics.gradientNorm()).as(what).isCloseTo(plain.norm, within(1e-4 * plain.norm));
                norms.add(plain.norm);
            }
        }
        assertThat(norms)
                .as("some gradients are shortened, and some are not")
                .anyMatch(norm -> norm > 4.5)
                .anyMatch(norm -> norm < 3.5);
    }

    /** In units of the largest number of a vector, which single precision computed. */
    private static void closeTo(float[] actual, double[] expected, String what) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("%s, number %d", what, i).isCloseTo(expected[i], within(2e-5 * largest));
        }
    }

    /** Each epoch shows every image once, in an order of its own. */
    @Test
    void epochsAreShuffled() {
        BatchDraws draws =
                new BatchDraws(SEED, IMAGES, BATCH, SigmaDensity.uniformOver(NoiseLevels.geometric(8, 1, 4)));
        for (int step = 0; step < 20; step++) {
            int[] expected = new int[BATCH];
            for (int i = 0; i < BATCH; i++) {
                expected[i] = image((long) step * BATCH + i);
            }
            assertThat(draws.samples(step)).isEqualTo(expected);
            Random levels = stream(2, step);
            double[] sigmas = new double[BATCH];
            Arrays.setAll(sigmas, i -> LEVELS[levels.nextInt(LEVELS.length)]);
            assertThat(draws.sigmas(step)).containsExactly(sigmas, within(1e-12));
            assertThat(draws.state(step)).containsExactly((int) SEED, (int) (SEED >> 32), step, 0);
        }
        assertThat(draws.state((3L << 32) + 5)).containsExactly((int) SEED, (int) (SEED >> 32), 5, 3);
        BatchDraws told = draws.withClasses(new int[] {4, 3, 2, 1, 0}, 5, 0.5);
        for (int step = 0; step < 20; step++) {
            Random dropped = stream(3, step);
            for (int i = 0; i < BATCH; i++) {
                int label = dropped.nextDouble() < 0.5 ? 5 : 4 - image((long) step * BATCH + i);
                assertThat(told.classes(step)[i]).isEqualTo(label);
            }
        }
    }
}
