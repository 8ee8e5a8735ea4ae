package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Program;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.MatrixInstruction;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;

/** The products in tf32 and bf16, with the plain body of the matrix instruction, against the reference. */
class MatrixProductsTest {

    private static final ClDevice GPU = TestDevices.gpu();

    private static OpenClDevice device;

    @BeforeAll
    static void open() {
        device = new OpenClDevice(GPU);
    }

    @AfterAll
    static void close() {
        device.close();
    }

    /** Which of a program's variants are tried: those with this remainder. */
    private record Share(Program program, int remainder, int divisor) {

        static Share all(Tensor product) {
            return new Share(Program.fetching(product), 0, 1);
        }
    }

    /**
     * Sizes that fill no tile, vectors of 4 and single numbers, both orders of each factor, split sums. Kernels for convolutions compile for
     * seconds, so two convolutions share the variants.
     */
    static Stream<Arguments> programs() {
        List<Share> shares = List.of(
                Share.all(TestPrograms.input("a", 37, 300).matmul(TestPrograms.input("b", 300, 33))),
                Share.all(TestPrograms.input("a", 3, 29, 13).matmul(TestPrograms.input("b", 3, 37, 29), true, true)),
                Share.all(TestPrograms.input("a", 140, 20).matmul(TestPrograms.input("b", 20, 132))),
                Share.all(TestPrograms.input("a", 20, 36).matmul(TestPrograms.input("b", 72, 20), true, true)),
                new Share(withEpilogue(2, 9, 17, 37, 3, 2, 1), 0, 2),
                new Share(withEpilogue(2, 7, 12, 36, 3, 1, 1), 1, 2));
        return Stream.of(Precision.TF32, Precision.BF16)
                .flatMap(precision -> shares.stream().map(share -> Arguments.of(precision, share)));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyVariantAgreesWithTheReference(Precision precision, Share share) {
        Program program = share.program();
        Map<Tensor, Values> feeds = TestPrograms.feeds(program);
        List<Values> expected = Reference.evaluate(feeds, program.fetches());
        List<Double> tolerances = FloatErrors.tolerances(program.fetches(), feeds, precision);
        Arithmetic arithmetic = Arithmetic.of(precision, MatrixInstruction.PLAIN);
        Map<String, List<String>> problems = TestPrograms.problems(program, GPU, arithmetic);
        assertThat(problems).isNotEmpty();
        int most = problems.values().stream().mapToInt(List::size).max().orElseThrow();
        for (int k = share.remainder(); k < most; k += share.divisor()) {
            int variant = k;
            // By name, because each program has its own order of what it tries first.
            Choices choices = (asked, variants) -> variants.stream()
                    .sorted(Comparator.comparing(Variant::name))
                    .toList()
                    .get(Math.min(variant, variants.size() - 1));
            try (OpenClExecutable executable =
                    new OpenClExecutable(device, program, Planner.plan(program, GPU, arithmetic, choices))) {
                List<Values> actual = executable.run(feeds);
                for (int i = 0; i < actual.size(); i++) {
                    Agreement.check(
                            "variant " + variant + " of " + problems + ", fetch " + i,
                            actual.get(i),
                            expected.get(i),
                            tolerances.get(i));
                }
            }
        }
    }

    /** The bound is not so wide that factors that were not rounded, or rounded too much, would pass for each other. */
    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"TF32", "BF16"})
    void factorsAreRoundedToNearest(Precision precision) {
        double u = precision.unitRoundoff();
        // In units in the last place above 1: a tie, a little below it, and a little above
        float[] numbers = {(float) (1 + u), (float) (1 + u * 0.99), (float) (1 + u * 1.01), (float) (1 + 3 * u), -0.0f};
        double oneUlp = 1 + 2 * u;
        double[] expected = precision == Precision.TF32
                ? new double[] {oneUlp, 1, oneUlp, 1 + 4 * u, 0}
                : new double[] {1, 1, oneUlp, 1 + 4 * u, 0};
        Tensor a = TestPrograms.input("a", numbers.length, 1);
        Tensor b = TestPrograms.input("b", 1, 1);
        Map<Tensor, Values> feeds = Map.of(a, Values.of(a.shape(), numbers), b, Values.of(b.shape(), 1f));
        Values product = run(Program.fetching(a.matmul(b)), precision, feeds).get(0);
        assertThat(product.doubles()).containsExactly(expected);
    }

    /** Infinities and NaN stay what they are, and what overflows is infinite: a loss that goes wrong must be seen. */
    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"TF32", "BF16"})
    void infinitiesAndNanAreKept(Precision precision) {
        float[] numbers = {
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.NaN,
            Float.MAX_VALUE,
            Float.intBitsToFloat(0x7fffffff)
        };
        Tensor a = TestPrograms.input("a", numbers.length, 1);
        Tensor b = TestPrograms.input("b", 1, 1);
        Map<Tensor, Values> feeds = Map.of(a, Values.of(a.shape(), numbers), b, Values.of(b.shape(), 1f));
        Values product = run(Program.fetching(a.matmul(b)), precision, feeds).get(0);
        assertThat(product.floats())
                .containsExactly(
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.NaN,
                        Float.POSITIVE_INFINITY,
                        Float.NaN);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"TF32", "BF16"})
    void theSameBitsOnEveryRun(Precision precision) {
        Program program = withEpilogue(4, 14, 32, 32, 3, 1, 1);
        Map<Tensor, Values> feeds = TestPrograms.feeds(program);
        List<Values> first = run(program, precision, feeds);
        List<Values> second = run(program, precision, feeds);
        for (int k = 0; k < first.size(); k++) {
            assertThat(Arrays.equals(first.get(k).floats(), second.get(k).floats()))
                    .isTrue();
        }
        assertThat(Planner.plan(program, GPU, plain(precision), Choices.SHIPPED).listing())
                .contains("sum_splits_gpu", precision.name());
    }

    /** What was found of one precision says nothing of another. */
    @Test
    void problemsOfDifferentPrecisionsHaveDifferentKeys() {
        Program program = Program.fetching(TestPrograms.input("a", 37, 300).matmul(TestPrograms.input("b", 300, 33)));
        List<String> keys = new ArrayList<>();
        keys.addAll(TestPrograms.problems(program, GPU, Arithmetic.FLOAT32).keySet());
        keys.addAll(TestPrograms.problems(program, GPU, plain(Precision.TF32)).keySet());
        keys.addAll(TestPrograms.problems(program, GPU, plain(Precision.BF16)).keySet());
        assertThat(keys).hasSize(3).doesNotHaveDuplicates();
        assertThat(keys.get(1)).isEqualTo(keys.get(0) + " in tf32");
    }

    private static Arithmetic plain(Precision precision) {
        return Arithmetic.of(precision, MatrixInstruction.PLAIN);
    }

    private static List<Values> run(Program program, Precision precision, Map<Tensor, Values> feeds) {
        try (Executable executable = device.in(plain(precision)).compile(program)) {
            return executable.run(feeds);
        }
    }

    /** A convolution with all that its kernel adds, and both its gradients. */
    private static Program withEpilogue(int n, int size, int in, int outputs, int kernel, int stride, int padding) {
        Tensor x = TestPrograms.input("x", n, size, size, in);
        Tensor w = TestPrograms.input("w", kernel, kernel, in, outputs);
        Tensor y = x.conv2d(w, stride, padding);
        List<Tensor> fetches = new ArrayList<>(
                Gradients.vjp(y, TestPrograms.input("g", y.shape().dims()), List.of(x, w)));
        fetches.add(y.plus(TestPrograms.input("bias", outputs))
                .plus(TestPrograms.input("conditioning", n, outputs).reshape(n, 1, 1, outputs))
                .plus(TestPrograms.input("skip", y.shape().dims())));
        return new Program(fetches, Map.of());
    }
}
