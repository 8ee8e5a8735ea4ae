package scorefield.ncsn.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.network.Weights;

/** Every objective against closed forms, against each other, and its gradient against finite differences. */
class ObjectivesTest {

    private static final int D = 5;
    private static final double SIGMA = 0.6;
    private static final double DATA_VARIANCE = 1.7;
    private static final double MODEL_VARIANCE = 2.3;

    private static final Values STATE = Values.of(Shape.of(4), 11, 22, 33, 44);

    private final Random random = new Random(8);

    /** Objectives that, on average, are exact score matching on the perturbed data, up to the number they are mapped to. */
    static Stream<Arguments> implicit() {
        List<Arguments> all = new ArrayList<>();
        all.add(Arguments.of(new Perturbed(new ExactScoreMatching()), 0.0));
        all.add(Arguments.of(new Perturbed(new ExactScoreMatching(OptionalInt.of(2))), 0.0));
        for (Projection projection : Projection.values()) {
            for (int projections : new int[] {1, 3}) {
                all.add(Arguments.of(new Perturbed(new SlicedScoreMatching(projection, projections, false)), 0.0));
                all.add(Arguments.of(new Perturbed(new SlicedScoreMatching(projection, projections, true)), 0.0));
                all.add(Arguments.of(new Perturbed(new FiniteDifferenceSliced(projection, projections, 0.05)), 0.0));
            }
        }
        all.add(Arguments.of(new DenoisingScoreMatching(true), 0.0));
        all.add(Arguments.of(new DenoisingScoreMatching(false), D / (2 * SIGMA * SIGMA)));
        all.add(Arguments.of(new Weighted(new AnnealedDenoising(), -2), D / (2 * SIGMA * SIGMA)));
        // Explicit score matching has ½·E‖∇log p‖² in place of it.
        all.add(Arguments.of(
                new Perturbed(new FisherDivergence(gaussian(perturbedVariance()))), D / (2 * perturbedVariance())));
        return all.stream();
    }

    private static double perturbedVariance() {
        return DATA_VARIANCE + SIGMA * SIGMA;
    }

    /** The score of N(0, variance·I). */
    private static ScoreFunction gaussian(double variance) {
        return (x, sigma) -> x.times(-1 / variance);
    }

    /**
     * For a model s = −x/τ² of x ~ N(0, ς²I): ½·E‖s‖² = Dς²/(2τ⁴) and tr ∇s = −D/τ². All objectives, one sign and one scale.
     */
    @ParameterizedTest
    @MethodSource("implicit")
    void aGaussianModelsLossIsItsClosedForm(Objective objective, double offset) {
        double expected = D * perturbedVariance() / (2 * MODEL_VARIANCE * MODEL_VARIANCE) - D / MODEL_VARIANCE + offset;
        meanIs(losses(new ReferenceDevice(), objective, gaussian(MODEL_VARIANCE), 20_000), expected);
    }

    /** One of each kind; compiling their kernels is what takes time. */
    static Stream<Objective> kinds() {
        return Stream.of(
                new Perturbed(new ExactScoreMatching(OptionalInt.of(2))),
                new Perturbed(new SlicedScoreMatching(Projection.RADEMACHER, 2, false)),
                new Perturbed(new SlicedScoreMatching(Projection.SPHERE, 1, true)),
                new Perturbed(new FiniteDifferenceSliced(Projection.GAUSSIAN, 1, 0.05)),
                new DenoisingScoreMatching(true),
                new DenoisingScoreMatching(false));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void openClComputesWhatTheReferenceDoes(Objective objective) {
        ScoreFunction network = network(4);
        double[] expected = losses(new ReferenceDevice(), objective, network, 33);
        for (var device : TestDevices.openCl()) {
            double[] actual = losses(device.getPayload().get(), objective, network, 33);
            for (int i = 0; i < expected.length; i++) {
                // Terms of size 10 to 100 are added up, and finite differences divide by 2h = 0.06.
                assertThat(actual[i]).isCloseTo(expected[i], within(2e-3 + 1e-4 * Math.abs(expected[i])));
            }
        }
    }

    /** Vincent's theorem, for networks that have nothing to do with the data: the objectives' difference does not depend on them. */
    @Test
    void denoisingIsExplicitScoreMatchingPlusANumberThatDoesNotDependOnTheNetwork() {
        Objective explicit = new Perturbed(new FisherDivergence(gaussian(perturbedVariance())));
        double[] one = difference(new DenoisingScoreMatching(false), explicit, network(1));
        double[] other = difference(new DenoisingScoreMatching(false), explicit, network(2));
        double[] third = difference(new DenoisingScoreMatching(false), explicit, gaussian(0.3));
        // The number itself: ½·E‖z/σ‖² − ½·E‖∇log p‖².
        meanIs(one, D / (2 * SIGMA * SIGMA) - D / (2 * perturbedVariance()));
        meanIs(minus(one, other), 0);
        meanIs(minus(one, third), 0);
    }

    @Test
    void exactIsExplicitScoreMatchingPlusANumberThatDoesNotDependOnTheNetwork() {
        Objective explicit = new FisherDivergence(gaussian(DATA_VARIANCE));
        double[] one = difference(new ExactScoreMatching(), explicit, network(1));
        double[] other = difference(new ExactScoreMatching(), explicit, network(2));
        meanIs(one, -D / (2 * DATA_VARIANCE));
        meanIs(minus(one, other), 0);
    }

    @Test
    void theFiniteDifferencesBiasFallsAsTheSquareOfItsStep() {
        ScoreFunction network = network(3);
        double[] exact =
                losses(new ReferenceDevice(), new SlicedScoreMatching(Projection.GAUSSIAN, 1, false), network, 50);
        double[] coarse =
                losses(new ReferenceDevice(), new FiniteDifferenceSliced(Projection.GAUSSIAN, 1, 0.02), network, 50);
        double[] fine =
                losses(new ReferenceDevice(), new FiniteDifferenceSliced(Projection.GAUSSIAN, 1, 0.01), network, 50);
        double coarseBias = mean(minus(coarse, exact));
        double fineBias = mean(minus(fine, exact));
        assertThat(Math.abs(coarseBias)).isGreaterThan(1e-6); // there is a bias, far above rounding
        assertThat(coarseBias / fineBias).isCloseTo(4, within(0.05));
    }

    /** Whatever the dimension, and so for images as for points. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 784, 3072})
    void theFiniteDifferencesStepIsAsLongAsItSays(int dimension) {
        int count = 5;
        List<Tensor> places = new ArrayList<>();
        ScoreFunction watched = (x, sigma) -> {
            places.add(x);
            return x;
        };
        double sigma = 0.25;
        double epsilon = 0.05;
        Tensor x = Tensor.fill(Shape.of(count, dimension), 0);
        Tensor state = Tensor.constant(STATE);
        new FiniteDifferenceSliced(Projection.RADEMACHER, 1, epsilon)
                .perSample(watched, x, Tensor.fill(Shape.of(count), sigma), Draws.of(state, 0));
        assertThat(places).hasSize(2);
        Tensor apart = places.get(0).minus(places.get(1)).square().sum(1).sqrt();
        try (Device device = new ReferenceDevice();
                var executable = device.compile(Program.fetching(apart))) {
            for (double length : executable.run(Map.of()).get(0).doubles()) {
                assertThat(length).isCloseTo(2 * epsilon * sigma, within(1e-6));
            }
        }
    }

    /** Several directions are as many independent ones: in pairs they are as orthogonal as chance makes them. */
    @ParameterizedTest
    @EnumSource(Projection.class)
    void theDirectionsOfAStepDiffer(Projection projection) {
        int count = 4;
        int dimension = 500;
        int directions = 5;
        List<Tensor> places = new ArrayList<>();
        ScoreFunction watched = (x, sigma) -> {
            places.add(x);
            return x;
        };
        new FiniteDifferenceSliced(projection, directions, 1)
                .perSample(
                        watched,
                        Tensor.fill(Shape.of(count, dimension), 0),
                        Tensor.fill(Shape.of(count), Math.sqrt(dimension)),
                        Draws.of(Tensor.constant(STATE), 0));
        assertThat(places).hasSize(2 * directions);
        List<Tensor> products = new ArrayList<>();
        for (int i = 0; i < directions; i++) {
            for (int j = 0; j <= i; j++) {
                products.add(places.get(2 * i).times(places.get(2 * j)).mean(1));
            }
        }
        try (Device device = new ReferenceDevice();
                var executable = device.compile(new Program(products, Map.of()))) {
            List<Values> found = executable.run(Map.of());
            int pair = 0;
            for (int i = 0; i < directions; i++) {
                for (int j = 0; j <= i; j++) {
                    for (double product : found.get(pair++).doubles()) {
                        // The mean of 500 products of independent numbers of variance 1, or of squares with a variance
                        // of at most 2.
                        assertThat(product)
                                .isCloseTo(i == j ? 1 : 0, within(4.5 * Math.sqrt((i == j ? 2.0 : 1) / dimension)));
                    }
                }
            }
        }
    }

    @Test
    void theControlVariateKeepsTheVarianceBounded() {
        ScoreFunction conditional = network(3);
        // The noise level given to s is constant, so that s itself does not grow.
        ScoreFunction network = (x, sigma) -> conditional.score(x, Tensor.fill(sigma.shape(), 1));
        double plain = variance(losses(new ReferenceDevice(), new DenoisingScoreMatching(false), network, 4000, 0.01));
        double smaller =
                variance(losses(new ReferenceDevice(), new DenoisingScoreMatching(false), network, 4000, 0.001));
        // Dominated by ‖z‖²/(2σ²), whose variance is D/(2σ⁴).
        assertThat(smaller / plain).isGreaterThan(5000);
        double controlled =
                variance(losses(new ReferenceDevice(), new DenoisingScoreMatching(true), network, 4000, 0.01));
        double smallerControlled =
                variance(losses(new ReferenceDevice(), new DenoisingScoreMatching(true), network, 4000, 0.001));
        assertThat(smallerControlled / controlled).isCloseTo(1, within(0.3));
    }

    @Test
    void aWeightIsAPowerOfTheNoiseLevel() {
        double[] plain = losses(new ReferenceDevice(), new DenoisingScoreMatching(false), network(3), 10, 0.5);
        double[] weighted =
                losses(new ReferenceDevice(), new Weighted(new DenoisingScoreMatching(false), 3), network(3), 10, 0.5);
        for (int i = 0; i < plain.length; i++) {
            assertThat(weighted[i]).isCloseTo(plain[i] / 8, within(1e-12 * Math.abs(plain[i])));
        }
    }

    @ParameterizedTest
    @EnumSource(Projection.class)
    void projectionsHaveTheIdentityAsTheirSecondMoment(Projection projection) {
        int n = 50_000;
        Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
        Tensor v = projection.draw(Draws.of(state, 0), Shape.of(n, 3));
        try (Device device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(v))) {
            double[] numbers = executable.run(Map.of(state, STATE)).get(0).doubles();
            for (int a = 0; a < 3; a++) {
                for (int b = 0; b < 3; b++) {
                    double[] products = new double[n];
                    for (int i = 0; i < n; i++) {
                        products[i] = numbers[3 * i + a] * numbers[3 * i + b];
                    }
                    if (projection == Projection.RADEMACHER && a == b) {
                        assertThat(mean(products)).isEqualTo(1);
                    } else {
                        meanIs(products, a == b ? 1 : 0);
                    }
                }
            }
        }
    }

    /** The gradient that training follows, for every objective: double precision, central differences along random directions. */
    @ParameterizedTest
    @MethodSource("implicit")
    void trainingGradientsAreThoseOfFiniteDifferences(Objective objective, double offset) {
        Mlp mlp = new Mlp(new MlpSettings(6, 2), D);
        Tensor flat = Tensor.input("weights", Shape.of(mlp.parameters().size()));
        Weights weights = mlp.parameters().weights(flat);
        requireGradient(objective, weights, flat, mlp.with(weights), Shape.of(3, D));
    }

    static Stream<Objective> withJacobian() {
        return Stream.of(
                new Perturbed(new ExactScoreMatching(OptionalInt.of(5))),
                new Perturbed(new SlicedScoreMatching(Projection.RADEMACHER, 2, false)),
                new Perturbed(new SlicedScoreMatching(Projection.SPHERE, 1, true)));
    }

    @ParameterizedTest
    @MethodSource("withJacobian")
    void soAreThoseOfAUNet(Objective objective) {
        UNet unet = new UNet(new UNetSettings(4, List.of(1, 2), 1), 4, 4, 1);
        Tensor flat = Tensor.input("weights", Shape.of(unet.parameters().size()));
        Weights weights = unet.parameters().weights(flat);
        requireGradient(objective, weights, flat, unet.with(weights), Shape.of(2, 4, 4, 1));
    }

    private void requireGradient(Objective objective, Weights weights, Tensor flat, ScoreFunction score, Shape batch) {
        Tensor x = Tensor.constant(normal(batch));
        Tensor sigma = Tensor.fill(Shape.of(batch.dim(0)), SIGMA);
        Tensor state = Tensor.constant(STATE);
        Tensor loss = objective.loss(score, x, sigma, Draws.of(state, 0));
        Tensor direction = Tensor.constant(normal(flat.shape()));
        List<Tensor> gradients = Gradients.of(loss, weights.tensors());
        List<Tensor> flats = gradients.stream()
                .map(gradient -> gradient.reshape(gradient.shape().size()))
                .toList();
        Tensor slope = Tensor.concatenate(0, flats).times(direction).sum();
        double[] at = new double[flat.shape().size()];
        for (int i = 0; i < at.length; i++) {
            at[i] = 0.3 * random.nextGaussian();
        }
        try (Device device = new ReferenceDevice();
                Executable value = device.compile(Program.fetching(loss));
                Executable derivative = device.compile(Program.fetching(slope))) {
            double expected = derivative
                    .run(Map.of(flat, Values.of(flat.shape(), at)))
                    .get(0)
                    .item();
            double[] along = direction.op() instanceof scorefield.autodiff.op.Constant constant
                    ? constant.values().doubles()
                    : new double[0];
            // Fourth-order central differences: an error of h⁴ beside rounding of 1e-16/h.
            double h = 1e-3;
            double[] f = new double[4];
            double[] steps = {-2, -1, 1, 2};
            for (int k = 0; k < 4; k++) {
                double[] moved = at.clone();
                for (int i = 0; i < moved.length; i++) {
                    moved[i] += steps[k] * h * along[i];
                }
                f[k] = value.run(Map.of(flat, Values.of(flat.shape(), moved)))
                        .get(0)
                        .item();
            }
            double difference = (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h);
            assertThat(Math.abs(difference)).isGreaterThan(1e-3);
            assertThat(expected).isCloseTo(difference, within(1e-6 * Math.abs(difference)));
        }
    }

    @Test
    void invalidParametersAreRefused() {
        assertThatThrownBy(() -> new SlicedScoreMatching(Projection.SPHERE, 0, true))
                .hasMessage("projections must be at least 1; got 0");
        assertThatThrownBy(() -> new FiniteDifferenceSliced(Projection.SPHERE, 0, 1))
                .hasMessage("projections must be at least 1; got 0");
        assertThatThrownBy(() -> new FiniteDifferenceSliced(Projection.SPHERE, 1, 0))
                .hasMessage("epsilon, the step of the finite difference, must be positive; got 0.0");
    }

    // ---- tools

    private static ScoreFunction network(long seed) {
        Mlp mlp = new Mlp(new MlpSettings(7, 2), D);
        double[] weights = new double[mlp.parameters().size()];
        Random numbers = new Random(seed);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 0.5 * numbers.nextGaussian();
        }
        return mlp.with(mlp.parameters().weights(Tensor.constant(Values.of(Shape.of(weights.length), weights))));
    }

    private double[] losses(Device on, Objective objective, ScoreFunction score, int count) {
        return losses(on, objective, score, count, SIGMA);
    }

    /** Each sample's loss for data from N(0, ς²I); the same data and draws at every call. */
    private double[] losses(Device on, Objective objective, ScoreFunction score, int count, double level) {
        random.setSeed(5);
        Tensor x = Tensor.input("x", Shape.of(count, D));
        Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
        Tensor sigma = Tensor.fill(Shape.of(count), level);
        Tensor loss = objective.perSample(score, x, sigma, Draws.of(state, 0));
        assertThat(loss.shape()).isEqualTo(Shape.of(count));
        double[] data = normal(x.shape()).doubles();
        for (int i = 0; i < data.length; i++) {
            data[i] *= Math.sqrt(DATA_VARIANCE);
        }
        Map<Tensor, Values> feeds = new LinkedHashMap<>();
        feeds.put(x, Values.of(x.shape(), data));
        feeds.put(state, STATE);
        try (Device device = on;
                Executable executable = device.compile(Program.fetching(loss))) {
            return executable.run(feeds).get(0).doubles();
        }
    }

    private double[] difference(Objective a, Objective b, ScoreFunction score) {
        Supplier<Device> reference = ReferenceDevice::new;
        return minus(losses(reference.get(), a, score, 20_000), losses(reference.get(), b, score, 20_000));
    }

    private Values normal(Shape shape) {
        double[] numbers = new double[shape.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextGaussian();
        }
        return Values.of(shape, numbers);
    }

    private static double[] minus(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }

    private static double mean(double[] numbers) {
        return java.util.Arrays.stream(numbers).sum() / numbers.length;
    }

    private static double variance(double[] numbers) {
        double mean = mean(numbers);
        return java.util.Arrays.stream(numbers)
                        .map(v -> (v - mean) * (v - mean))
                        .sum()
                / (numbers.length - 1);
    }

    /** Within four standard errors, and rounding. */
    private static void meanIs(double[] numbers, double expected) {
        double error = Math.sqrt(variance(numbers) / numbers.length);
        assertThat(mean(numbers)).isCloseTo(expected, within(4 * error + 1e-9));
    }
}
