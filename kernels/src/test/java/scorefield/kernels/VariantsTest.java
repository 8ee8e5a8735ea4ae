package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;

/** Every way to compute an op, not only the shipped one, against the reference, over awkward shapes. */
class VariantsTest {

    private static final ClDevice CPU = ClDevices.list().get(0);

    private static final List<OpenClDevice> OPENED = new ArrayList<>();

    @BeforeAll
    static void open() {
        TestDevices.all().forEach(device -> OPENED.add(new OpenClDevice(device)));
    }

    @AfterAll
    static void close() {
        OPENED.forEach(OpenClDevice::close);
    }

    static Stream<Program> programs() {
        return Stream.of(
                // Winograd with half blocks and cut tiles, where it pays and, with two tiles, where it does not.
                convolution(5, 7, 48, 80, 3, 1, 1),
                convolution(1, 7, 144, 16, 3, 1, 0),
                // Parts of a vector, where Winograd pays and where it does not.
                convolution(2, 13, 33, 20, 3, 1, 1),
                convolution(3, 9, 24, 28, 3, 1, 2),
                convolution(1, 15, 3, 17, 3, 1, 1),
                convolution(1, 15, 1, 1, 3, 1, 1),
                convolution(2, 9, 17, 37, 3, 2, 1),
                convolution(2, 13, 32, 3, 3, 1, 1),
                convolution(3, 5, 33, 9, 1, 1, 0),
                convolution(3, 41, 48, 80, 1, 1, 0),
                Program.fetching(TestPrograms.input("a", 37, 300).matmul(TestPrograms.input("b", 300, 33))),
                Program.fetching(TestPrograms.input("a", 5, 29).transpose(1, 0).matmul(TestPrograms.input("b", 5, 64))),
                Program.fetching(TestPrograms.input("a", 9, 17)
                        .matmul(TestPrograms.input("b", 41, 17).transpose(1, 0))),
                Program.fetching(TestPrograms.input("a", 3, 13, 300).matmul(TestPrograms.input("b", 3, 300, 33))),
                Program.fetching(
                        TestPrograms.input("a", 3, 29, 13).matmul(TestPrograms.input("b", 3, 37, 29), true, true)));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyVariantAgreesWithTheReference(Program program) {
        Map<Tensor, Values> feeds = TestPrograms.feeds(program);
        List<Values> expected = Reference.evaluate(feeds, program.fetches());
        List<Double> tolerances = FloatErrors.tolerances(program.fetches(), feeds);
        OPENED.forEach(opened -> check(opened, program, feeds, expected, tolerances));
    }

    private static void check(
            OpenClDevice opened,
            Program program,
            Map<Tensor, Values> feeds,
            List<Values> expected,
            List<Double> tolerances) {
        ClDevice device = opened.device();
        for (Map.Entry<String, List<String>> problem :
                TestPrograms.problems(program, device).entrySet()) {
            assertThat(problem.getValue()).hasSizeGreaterThan(1).doesNotHaveDuplicates();
            for (String variant : problem.getValue()) {
                Choices choices = (asked, variants) -> (asked.key().equals(problem.getKey())
                                ? Choices.named(variant)
                                : Choices.SHIPPED)
                        .choose(asked, variants);
                try (OpenClExecutable executable =
                        new OpenClExecutable(opened, program, Planner.plan(program, device, choices))) {
                    List<Values> actual = executable.run(feeds);
                    for (int k = 0; k < actual.size(); k++) {
                        Agreement.check(
                                variant + " for " + problem.getKey() + " on a " + device.type(),
                                actual.get(k),
                                expected.get(k),
                                tolerances.get(k));
                    }
                }
            }
        }
    }

    /** Both kinds of convolution compete wherever both can compute it. */
    @Test
    void winogradAndDirect() {
        TestPrograms.problems(convolution(5, 7, 48, 80, 3, 1, 1), CPU)
                .values()
                .forEach(variants -> assertThat(variants).first().asString().startsWith("winograd"));
        for (Program program : List.of(convolution(5, 7, 48, 80, 3, 1, 1), convolution(1, 7, 144, 16, 3, 1, 0))) {
            TestPrograms.problems(program, CPU)
                    .values()
                    .forEach(variants -> assertThat(variants)
                            .anyMatch(name -> name.startsWith("winograd"))
                            .anyMatch(name -> name.startsWith("direct")));
        }
    }

    /** A convolution and both its gradients. */
    private static Program convolution(int n, int size, int in, int outputs, int kernel, int stride, int padding) {
        Tensor x = TestPrograms.input("x", n, size, size, in);
        Tensor w = TestPrograms.input("w", kernel, kernel, in, outputs);
        Tensor y = x.conv2d(w, stride, padding);
        List<Tensor> fetches = new ArrayList<>(List.of(y));
        fetches.addAll(Gradients.vjp(y, TestPrograms.input("g", y.shape().dims()), List.of(x, w)));
        return new Program(fetches, Map.of());
    }
}
