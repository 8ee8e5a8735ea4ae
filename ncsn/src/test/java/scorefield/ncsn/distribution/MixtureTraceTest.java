package scorefield.ncsn.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.JacobianTrace;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.TraceEstimate;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;

/** The trace of a mixture's score, by D vector-Jacobian products of its graph, against the closed form. */
class MixtureTraceTest {

    private static final int N = 12;
    private static final double SIGMA = 0.5;

    private final Random random = new Random(17);
    private final GaussianMixture mixture = RandomMixtures.of(random, 5, 3);
    private final Tensor x = Tensor.input("x", Shape.of(N, 5));
    private final Values points = points();

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    private Values points() {
        double[] numbers = new double[N * 5];
        Arrays.setAll(numbers, i -> (float) (4 * random.nextDouble() - 2));
        return Values.of(Shape.of(N, 5), numbers);
    }

    private static UnaryOperator<Tensor> score(GaussianMixture mixture) {
        MixtureScore score = new MixtureScore(mixture);
        return batch -> score.score(batch, Tensor.fill(Shape.of(batch.shape().dim(0)), SIGMA));
    }

    private double expected(int n) {
        return mixture.perturbed(SIGMA).jacobianTrace(Arrays.copyOfRange(points.doubles(), 5 * n, 5 * n + 5));
    }

    /** The trace is a sum of some dozens of products of numbers up to 1/0.45, which cancel. */
    private static double tolerance(Device device) {
        return device.name().contains("reference") ? 1e-11 : 1e-3;
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theExactTraceIsTheClosedForm(Supplier<Device> opened) {
        try (Device device = opened.get();
                Executable inOne = device.compile(Program.fetching(Jacobian.trace(score(mixture), x)));
                Executable inTwos = device.compile(Program.fetching(Jacobian.trace(score(mixture), x, 2)));
                JacobianTrace inThrees = JacobianTrace.compile(device, score(mixture), x, 3)) {
            Values one = inOne.run(Map.of(x, points)).get(0);
            Values twos = inTwos.run(Map.of(x, points)).get(0);
            Values threes = inThrees.run(Map.of(x, points)).trace();
            for (int n = 0; n < N; n++) {
                assertThat(one.get(n)).isCloseTo(expected(n), within(tolerance(device)));
                assertThat(twos.get(n)).isCloseTo(expected(n), within(tolerance(device)));
                assertThat(threes.get(n)).isCloseTo(expected(n), within(tolerance(device)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void hutchinsonsMeanLiesWithinFourStandardErrorsOfIt(Supplier<Device> opened) {
        int projections = 200;
        double[] v = new double[projections * N * 5];
        Arrays.setAll(v, i -> random.nextGaussian());
        TraceEstimate estimate =
                Jacobian.hutchinson(score(mixture), x, Tensor.constant(Values.of(Shape.of(projections, N, 5), v)));
        try (Device device = opened.get();
                Executable executable = device.compile(Program.fetching(estimate.mean(), estimate.standardError()))) {
            List<Values> results = executable.run(Map.of(x, points));
            for (int n = 0; n < N; n++) {
                double error = results.get(1).get(n);
                assertThat(error).isPositive();
                assertThat(results.get(0).get(n)).isCloseTo(expected(n), within(4 * error));
            }
        }
    }
}
