package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Jacobians by differentiation against Jacobians by hand and by finite differences, in double precision. */
class JacobianTest {

    private static final long SEED = 1;
    private static final double ROUNDING = 1e-12;

    /** A case with its graph and numbers. */
    private record Setting(OpCase opCase, OpCase.Graph graph, Map<Tensor, Values> feeds) {

        static Setting of(OpCase opCase, long seed) {
            OpCase.Graph graph = opCase.build();
            return new Setting(opCase, graph, opCase.feeds(graph, seed));
        }

        Tensor x() {
            return graph.inputs().get(0);
        }

        UnaryOperator<Tensor> f() {
            return JacobianCases.function(opCase, graph);
        }

        int samples() {
            return x().shape().dim(0);
        }

        int dimension() {
            return x().shape().size() / samples();
        }

        double[] evaluate(Tensor tensor) {
            return Reference.evaluate(feeds, tensor).doubles();
        }
    }

    private static void assertEqual(double[] actual, double[] expected) {
        double largest = 1;
        for (double e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        assertThat(actual).containsExactly(expected, offset(ROUNDING * largest));
    }

    // ---- by hand

    @Test
    void theWorkedExample() {
        Tensor x = Tensor.input("x", Shape.of(2, 3));
        Map<Tensor, Values> feeds = Map.of(x, Values.of(x.shape(), 1.0, 2, 3, -4, -0.5, 6));
        UnaryOperator<Tensor> f = JacobianCases::workedExample;
        assertThat(Reference.evaluate(feeds, Jacobian.full(f, x)).doubles())
                .containsExactly(3, 0, 0, 0, 16, 0, 0, 0, 0, 3, 0, 0, 0, -4, 0, 0, 0, 0);
        assertThat(Reference.evaluate(feeds, Jacobian.trace(f, x)).doubles()).containsExactly(19, -1);
        assertThat(Reference.evaluate(
                                feeds, Gradients.of(Jacobian.trace(f, x, 2).sum(), x))
                        .doubles())
                .containsExactly(0, 8, 0, 0, 8, 0);
    }

    /** f(a, b) = [ab, sin a, b³]: more rows than columns. */
    @Test
    void aJacobianNeedNotBeSquare() {
        Tensor x = Tensor.input("x", Shape.of(2, 2));
        Tensor jacobian = Jacobian.full(
                batch -> {
                    Tensor a = batch.slice(1, 0, 1);
                    Tensor b = batch.slice(1, 1, 2);
                    return Tensor.concatenate(1, List.of(a.times(b), a.sin(), b.pow(3)));
                },
                x);
        assertThat(jacobian.shape()).isEqualTo(Shape.of(2, 3, 2));
        assertEqual(
                Reference.evaluate(Map.of(x, Values.of(x.shape(), 1.0, 2, -3, 0)), jacobian)
                        .doubles(),
                new double[] {2, 1, Math.cos(1), 0, 0, 12, 0, -3, Math.cos(-3), 0, 0, 0});
    }

    @Test
    void aFunctionMayReturnOneNumberPerSample() {
        Tensor x = Tensor.input("x", Shape.of(2, 3));
        Tensor jacobian = Jacobian.full(batch -> batch.square().sum(1), x);
        assertThat(jacobian.shape()).isEqualTo(Shape.of(2, 1, 3));
        assertThat(Reference.evaluate(Map.of(x, Values.of(x.shape(), 1.0, 2, 3, 4, 5, 6)), jacobian)
                        .doubles())
                .containsExactly(2, 4, 6, 8, 10, 12);
    }

    @Test
    void aFunctionThatDoesNotDependOnItsArgumentHasAJacobianOfZero() {
        Tensor x = Tensor.input("x", Shape.of(2, 3));
        UnaryOperator<Tensor> constant = batch -> Tensor.fill(batch.shape(), 5);
        Map<Tensor, Values> feeds = Map.of(x, Values.fill(x.shape(), 1));
        assertThat(Reference.evaluate(feeds, Jacobian.trace(constant, x)).doubles())
                .containsExactly(0, 0);
        // Nor does what is read besides the argument count, be it the same tensor.
        assertThat(Reference.evaluate(feeds, Jacobian.trace(batch -> x.exp(), x, 1))
                        .doubles())
                .containsExactly(0, 0);
    }

    // ---- by finite differences

    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.JacobianCases#all")
    void theFullJacobianAgreesWithFiniteDifferences(OpCase opCase) {
        Setting setting = Setting.of(opCase, SEED);
        double[] jacobian = setting.evaluate(Jacobian.full(setting.f(), setting.x()));
        double[] expected = finiteDifferences(setting);
        double largest = IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.abs(expected[i]))
                .max()
                .orElseThrow();
        assertThat(jacobian).containsExactly(expected, offset(1e-8 * largest));
    }

    /**
     * N×D×D by central differences over h and h/2 with Richardson's extrapolation: with h = 2⁻¹⁰ what is left is of order h⁴ ≈ 1e-12 times
     * a fifth derivative, and rounding errors of order 2⁻⁵²/h ≈ 2e-13.
     */
    private static double[] finiteDifferences(Setting setting) {
        int n = setting.samples();
        int d = setting.dimension();
        double[] jacobian = new double[n * d * d];
        try (ReferenceDevice device = new ReferenceDevice();
                Executable f = device.compile(Program.fetching(setting.graph().result()))) {
            for (int j = 0; j < d; j++) {
                double[] coarse = difference(setting, f, j, 0x1p-10);
                double[] fine = difference(setting, f, j, 0x1p-11);
                for (int i = 0; i < n * d; i++) {
                    jacobian[i * d + j] = (4 * fine[i] - coarse[i]) / 3;
                }
            }
        }
        return jacobian;
    }

    /** The derivative of all results with respect to element j of every sample. */
    private static double[] difference(Setting setting, Executable f, int j, double h) {
        double[] up = moved(setting, f, j, h);
        double[] down = moved(setting, f, j, -h);
        for (int i = 0; i < up.length; i++) {
            up[i] = (up[i] - down[i]) / (2 * h);
        }
        return up;
    }

    private static double[] moved(Setting setting, Executable f, int j, double h) {
        double[] x = setting.feeds().get(setting.x()).doubles();
        for (int i = j; i < x.length; i += setting.dimension()) {
            x[i] += h;
        }
        Map<Tensor, Values> feeds = new LinkedHashMap<>(setting.feeds());
        feeds.put(setting.x(), Values.of(setting.x().shape(), x));
        return f.run(feeds).get(0).doubles();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.JacobianCases#all")
    void theGradientOfTheTraceAgreesWithFiniteDifferences(OpCase opCase) {
        Setting setting = Setting.of(opCase, SEED);
        Tensor trace = Jacobian.trace(setting.f(), setting.x(), 3);
        // Squared, so that no sample's share can hide behind another's and the loss is curved in the trace.
        GradientCheck.check(
                opCase.name(), trace.square().mean(), setting.graph().inputs(), setting.feeds());
    }

    // ---- the trace

    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.JacobianCases#all")
    void everyChunkGivesTheTraceOfTheFullJacobian(OpCase opCase) {
        Setting setting = Setting.of(opCase, SEED);
        int d = setting.dimension();
        double[] expected = trace(setting);
        List<Tensor> traces = new ArrayList<>();
        traces.add(Jacobian.trace(setting.f(), setting.x()));
        for (int chunk = 1; chunk <= d + 1; chunk++) {
            traces.add(Jacobian.trace(setting.f(), setting.x(), chunk));
        }
        for (Values trace : Reference.evaluate(setting.feeds(), traces)) {
            assertThat(trace.shape()).isEqualTo(Shape.of(setting.samples()));
            assertEqual(trace.doubles(), expected);
        }
    }

    /** The trace of the full Jacobian. */
    private static double[] trace(Setting setting) {
        int d = setting.dimension();
        double[] full = setting.evaluate(Jacobian.full(setting.f(), setting.x()));
        double[] trace = new double[setting.samples()];
        for (int i = 0; i < setting.samples() * d; i++) {
            trace[i / d] += full[i * d + i % d];
        }
        return trace;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.JacobianCases#all")
    void aCompiledTraceIsTheSameForEveryChunkAndReturnsTheValue(OpCase opCase) {
        Setting setting = Setting.of(opCase, SEED);
        double[] expected = trace(setting);
        Values value = Reference.evaluate(setting.feeds(), setting.graph().result());
        try (ReferenceDevice device = new ReferenceDevice()) {
            for (int chunk = 1; chunk <= setting.dimension() + 1; chunk++) {
                try (JacobianTrace trace = JacobianTrace.compile(device, setting.f(), setting.x(), chunk)) {
                    assertThat(trace.chunk()).isBetween(1, Math.min(chunk, setting.dimension()));
                    for (int run = 0; run < 2; run++) {
                        JacobianTrace.Result result = trace.run(setting.feeds());
                        assertEqual(result.trace().doubles(), expected);
                        assertThat(result.value().shape()).isEqualTo(value.shape());
                        assertEqual(result.value().doubles(), value.doubles());
                    }
                }
            }
            try (JacobianTrace trace = JacobianTrace.compile(device, setting.f(), setting.x())) {
                assertThat(trace.chunk()).isEqualTo(setting.dimension());
            }
        }
    }

    @Test
    void aClosedTraceCannotBeRun() {
        Tensor x = Tensor.input("x", Shape.of(2, 3));
        try (ReferenceDevice device = new ReferenceDevice()) {
            JacobianTrace trace = JacobianTrace.compile(device, Tensor::exp, x);
            trace.close();
            assertThatThrownBy(() -> trace.run(Map.of(x, Values.fill(x.shape(), 1))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    /** 10 directions with a chunk of at most 6 become two chunks of 5, not one of 6 and one that is padded with zeros. */
    @Test
    void chunksAreEquallyLarge() {
        Tensor x = Tensor.input("x", Shape.of(1, 10));
        try (ReferenceDevice device = new ReferenceDevice();
                JacobianTrace trace = JacobianTrace.compile(device, Tensor::exp, x, 6)) {
            assertThat(trace.chunk()).isEqualTo(5);
        }
    }

    /** f(x) = 2x: six tensors of 7×100, which are x, 2x, the cotangent in two shapes and its double in two, and the basis vector. */
    @Test
    void theChunkFollowsTheBudget() {
        Tensor x = Tensor.input("x", Shape.of(7, 100));
        UnaryOperator<Tensor> twice = batch -> batch.times(2);
        long direction = (6 * 700 + 100) * Float.BYTES;
        assertThat(Jacobian.chunk(twice, x, 20 * direction)).isEqualTo(20);
        assertThat(Jacobian.chunk(twice, x, 20 * direction - 1)).isEqualTo(19);
        assertThat(Jacobian.chunk(twice, x, 1)).isEqualTo(1);
        assertThat(Jacobian.chunk(twice, x, 200 * direction)).isEqualTo(100);
    }

    /** A batch of 2²² numbers: 511 copies of it fit into one tensor, 512 do not. */
    @Test
    void theChunkRespectsTheLargestTensor() {
        Tensor x = Tensor.input("x", Shape.of(1 << 10, 1 << 12));
        assertThat(Jacobian.chunk(Tensor::exp, x, Long.MAX_VALUE)).isEqualTo(511);
    }

    // ---- products with vectors

    /** uᵀ(Jv) = (Jᵀu)ᵀv. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void jvpAndVjpBelongToOneMatrixForAnyNumbers(@ForAll @IntRange(max = 1_000_000) int which, @ForAll long seed) {
        List<OpCase> cases = OpCases.allSmooth();
        assertDual(cases.get(which % cases.size()), seed);
    }

    /** Every op's vjp has its transpose for a vjp. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.OpCases#allSmooth")
    void jvpAndVjpBelongToOneMatrix(OpCase opCase) {
        assertDual(opCase, SEED);
    }

    private static void assertDual(OpCase opCase, long seed) {
        Setting setting = Setting.of(opCase, seed);
        Tensor y = setting.graph().result();
        Tensor u = LinearMap.constant(y.shape(), ~seed);
        for (Tensor x : setting.graph().differentiable()) {
            Tensor v = LinearMap.constant(x.shape(), seed + 1);
            Tensor right = u.times(Jacobian.jvp(y, x, v));
            Tensor left = Gradients.vjp(y, u, List.of(x)).get(0).times(v);
            List<Values> sums = Reference.evaluate(
                    setting.feeds(),
                    List.of(
                            right.sum(),
                            left.sum(),
                            right.abs().sum().plus(left.abs().sum())));
            assertThat(sums.get(0).item())
                    .as("%s by %s", opCase, x)
                    .isCloseTo(
                            sums.get(1).item(),
                            offset(ROUNDING * Math.max(1, sums.get(2).item())));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.JacobianCases#all")
    void jvpIsTheFullJacobianTimesTheVector(OpCase opCase) {
        Setting setting = Setting.of(opCase, SEED);
        int d = setting.dimension();
        Tensor v = LinearMap.constant(setting.x().shape(), 5);
        double[] product = setting.evaluate(Jacobian.jvp(setting.graph().result(), setting.x(), v));
        double[] full = setting.evaluate(Jacobian.full(setting.f(), setting.x()));
        double[] vector = setting.evaluate(v);
        double[] expected = new double[product.length];
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < d; j++) {
                expected[i] += full[i * d + j] * vector[i / d * d + j];
            }
        }
        assertEqual(product, expected);
    }

    @Test
    void copiesOfABatchComeOneAfterTheOther() {
        Tensor batch = Tensor.constant(Values.of(Shape.of(2, 2), 1.0, 2, 3, 4));
        Tensor repeated = Jacobian.repeat(batch, 3);
        assertThat(repeated.shape()).isEqualTo(Shape.of(6, 2));
        assertThat(Reference.evaluate(repeated).doubles()).containsExactly(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4);
    }

    // ---- Hutchinson's estimate

    /** With the D projections √D·e_d the estimate is exact: Σ vᵀ(∇f)v/D = tr ∇f. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.JacobianCases#all")
    void scaledBasisVectorsGiveTheTrace(OpCase opCase) {
        Setting setting = Setting.of(opCase, SEED);
        int d = setting.dimension();
        int n = setting.samples();
        double[] projections = new double[d * n * d];
        for (int i = 0; i < d * n; i++) {
            projections[i * d + i / n] = Math.sqrt(d);
        }
        Shape shape = JacobianRows.stacked(setting.x().shape(), d);
        TraceEstimate estimate =
                Jacobian.hutchinson(setting.f(), setting.x(), Tensor.constant(Values.of(shape, projections)));
        assertEqual(setting.evaluate(estimate.mean()), trace(setting));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.JacobianCases#all")
    void theMeanLiesWithinFourStandardErrorsOfTheTrace(OpCase opCase) {
        Setting setting = Setting.of(opCase, SEED);
        int count = 400;
        Tensor projections = LinearMap.constant(JacobianRows.stacked(setting.x().shape(), count), 6);
        TraceEstimate estimate = Jacobian.hutchinson(setting.f(), setting.x(), projections);
        double[] products = setting.evaluate(estimate.products());
        double[] mean = setting.evaluate(estimate.mean());
        double[] error = setting.evaluate(estimate.standardError());
        double[] trace = trace(setting);
        for (int n = 0; n < mean.length; n++) {
            double squares = 0;
            for (int k = n; k < products.length; k += mean.length) {
                squares += Math.pow(products[k] - mean[n], 2);
            }
            assertThat(error[n]).isCloseTo(Math.sqrt(squares / (count - 1) / count), offset(ROUNDING * error[n]));
            assertThat(mean[n]).isCloseTo(trace[n], offset(4 * error[n]));
        }
    }

    /** vᵀdiag(a)v = Σaᵢ whenever every vᵢ is 1 or −1. */
    @Test
    void randomSignsGiveTheExactTraceOfADiagonalJacobian() {
        Tensor x = Tensor.constant(Values.of(Shape.of(2, 3), 1.0, 2, 3, -4, -0.5, 6));
        Tensor signs =
                LinearMap.constant(Shape.of(4, 2, 3), new Random(3).nextLong()).sign();
        TraceEstimate estimate = Jacobian.hutchinson(JacobianCases::workedExample, x, signs);
        assertThat(Reference.evaluate(estimate.mean()).doubles()).containsExactly(19, -1);
        assertThat(Reference.evaluate(estimate.standardError()).doubles()).containsExactly(0, 0);
    }

    @Test
    void oneProjectionHasNoStandardError() {
        Tensor x = Tensor.input("x", Shape.of(2, 3));
        TraceEstimate estimate = Jacobian.hutchinson(Tensor::exp, x, Tensor.fill(Shape.of(1, 2, 3), 1));
        assertThatThrownBy(estimate::standardError)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at least two projections");
    }
}
