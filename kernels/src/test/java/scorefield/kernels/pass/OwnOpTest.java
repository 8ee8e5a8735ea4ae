package scorefield.kernels.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Program;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.Agreement;
import scorefield.kernels.FloatErrors;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.TestDevices;
import scorefield.kernels.opencl.ClDevice;

/** An op that the program does not have, written as a user would: it runs on every device, differentiated twice, without a kernel. */
class OwnOpTest {

    private static final double EPSILON = 0.1;

    /** Each row of a matrix n×d divided by its length: y = x·r with r = 1/√(Σ x² + ε), and so dy/dx·g = r·(g − y·Σ g·y). */
    record UnitRows() implements Op {

        @Override
        public Shape shape(List<Tensor> inputs) {
            floats(inputs, 1);
            return inputs.get(0).shape();
        }

        @Override
        public double[] evaluate(Tensor node, double[][] in) {
            int d = node.shape().dim(1);
            double[] result = in[0].clone();
            for (int row = 0; row < node.shape().dim(0); row++) {
                double squares = 0;
                for (int i = 0; i < d; i++) {
                    squares += in[0][row * d + i] * in[0][row * d + i];
                }
                for (int i = 0; i < d; i++) {
                    result[row * d + i] /= Math.sqrt(squares + EPSILON);
                }
            }
            return result;
        }

        @Override
        public Tensor vjp(Tensor node, int input, Tensor cotangent) {
            Tensor along = cotangent.times(node).sumKeep(1);
            return cotangent.minus(node.times(along)).times(rate(node.input(0)));
        }

        @Override
        public Optional<Tensor> lowered(Tensor node) {
            return Optional.of(node.input(0).times(rate(node.input(0))));
        }

        private static Tensor rate(Tensor x) {
            return x.square().sumKeep(1).plus(EPSILON).pow(-0.5);
        }
    }

    /** The cosines between the rows of a matrix, ŷ·ŷᵀ: an op whose lowering needs lowering. */
    record Cosines() implements Op {

        @Override
        public Shape shape(List<Tensor> inputs) {
            floats(inputs, 1);
            int n = inputs.get(0).shape().dim(0);
            return Shape.of(n, n);
        }

        @Override
        public double[] evaluate(Tensor node, double[][] in) {
            Tensor x = Tensor.constant(Values.of(node.input(0).shape(), in[0]));
            return Reference.evaluate(rows(x).matmul(rows(x), false, true)).doubles();
        }

        @Override
        public Tensor vjp(Tensor node, int input, Tensor cotangent) {
            Tensor x = node.input(0);
            Tensor both = cotangent.plus(cotangent.transpose(1, 0)).matmul(rows(x));
            return Gradients.vjp(rows(x), both, List.of(x)).get(0);
        }

        @Override
        public Optional<Tensor> lowered(Tensor node) {
            Tensor y = rows(node.input(0));
            return Optional.of(y.matmul(y, false, true));
        }
    }

    /** An op without a lowering, or with a wrong one. */
    record Copy(Optional<Tensor> lowering) implements Op {

        @Override
        public Shape shape(List<Tensor> inputs) {
            return inputs.get(0).shape();
        }

        @Override
        public double[] evaluate(Tensor node, double[][] in) {
            return in[0];
        }

        @Override
        public Tensor vjp(Tensor node, int input, Tensor cotangent) {
            return cotangent;
        }

        @Override
        public Optional<Tensor> lowered(Tensor node) {
            return lowering;
        }
    }

    private final Tensor x = Tensor.input("x", Shape.of(5, 19));

    private static Tensor rows(Tensor x) {
        return new Tensor(new UnitRows(), List.of(x));
    }

    static List<Named<ClDevice>> devices() {
        return TestDevices.named();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void runsOnEveryDeviceDifferentiatedTwice(ClDevice device) {
        agrees(rows(x), device);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void soDoesOneWhoseLoweringNeedsLowering(ClDevice device) {
        agrees(new Tensor(new Cosines(), List.of(x)), device);
    }

    private void agrees(Tensor result, ClDevice device) {
        Tensor g = Tensor.input("g", result.shape());
        Tensor h = Tensor.input("h", x.shape());
        Tensor first = Gradients.vjp(result, g, List.of(x)).get(0);
        List<Tensor> second = Gradients.vjp(first, h, List.of(x, g));
        List<Tensor> fetches = new ArrayList<>(List.of(result, first));
        fetches.addAll(second);
        assertThat(Tensor.order(second)).anyMatch(node -> node.op() instanceof UnitRows);
        Map<Tensor, Values> feeds = new LinkedHashMap<>();
        List.of(x, g, h).forEach(input -> feeds.put(input, draw(input.shape(), feeds.size())));
        List<Values> expected = Reference.evaluate(feeds, fetches);
        List<Double> tolerances = FloatErrors.tolerances(fetches, feeds);
        try (OpenClDevice opened = new OpenClDevice(device);
                Executable executable = opened.compile(new Program(fetches, Map.of()))) {
            List<Values> actual = executable.run(feeds);
            for (int k = 0; k < fetches.size(); k++) {
                Agreement.check("fetch " + k, actual.get(k), expected.get(k), tolerances.get(k));
            }
        }
    }

    private static Values draw(Shape shape, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[shape.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Values.of(shape, numbers);
    }

    @Test
    void theResultKeepsItsName() {
        Tensor named = rows(x).named("directions");
        Program program = new Lower(Program.fetching(named)).program();
        assertThat(program.fetches().get(0).name()).isEqualTo("directions");
        assertThat(program.order()).noneMatch(node -> node.op() instanceof UnitRows);
    }

    @Test
    void aLoweringMayBeTheInput() {
        Program program = new Lower(Program.fetching(copy(Optional.of(x)).named("same"))).program();
        assertThat(program.fetches()).containsExactly(x);
    }

    @Test
    void anOpWithoutKernelsAndLoweringIsRefused() {
        assertThatThrownBy(() -> new Lower(Program.fetching(copy(Optional.empty()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OpenCL devices cannot compute the op Copy: override Op.lowered to write it with other ops,"
                        + " or add it to a family of kernels");
    }

    @Test
    void aLoweringOfAnotherShapeIsRefused() {
        assertThatThrownBy(() -> new Lower(Program.fetching(copy(Optional.of(x.sum())))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the lowering of the op Copy is FLOAT")
                .hasMessageContaining("but its result is FLOAT 5×19");
    }

    private Tensor copy(Optional<Tensor> lowering) {
        return new Tensor(new Copy(lowering), List.of(x));
    }
}
