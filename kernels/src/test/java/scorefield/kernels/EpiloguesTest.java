package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Program;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Input;
import scorefield.autodiff.op.Pointwise;
import scorefield.kernels.op.ConvolutionWithEpilogue;
import scorefield.kernels.opencl.ClDevices;

/** What convolutions take into their kernels, what they leave, and that the numbers are the same. */
class EpiloguesTest {

    private static OpenClDevice device;

    private final Tensor x = Tensor.input("x", Shape.of(2, 5, 5, 8));
    private final Tensor w = Tensor.input("w", Shape.of(3, 3, 8, 16));
    private final Tensor bias = Tensor.input("bias", Shape.of(16));
    private final Tensor conditioning = Tensor.input("conditioning", Shape.of(2, 16));
    private final Tensor convolution = x.conv2d(w, 1, 1);

    @BeforeAll
    static void open() {
        device = new OpenClDevice(ClDevices.list().get(0));
    }

    @AfterAll
    static void close() {
        device.close();
    }

    /** Every kernel: Winograd's with full and half blocks, the general one with and without cut vectors, 1×1, and the narrow one. */
    @ParameterizedTest
    @CsvSource({
        "2, 16, 32, 32, 3, 1, 1",
        "3, 14, 16, 48, 3, 1, 1",
        "2, 9, 7, 64, 3, 1, 1",
        "2, 9, 24, 19, 3, 2, 1",
        "3, 5, 20, 32, 1, 1, 0",
        "3, 5, 33, 9, 1, 1, 0",
        "2, 9, 32, 3, 3, 1, 1",
        "1, 2, 4, 4, 1, 1, 0"
    })
    void theSumIsTheSame(int n, int size, int in, int outputs, int kernel, int stride, int padding) {
        Tensor images = Tensor.input("images", Shape.of(n, size, size, in));
        Tensor weights = Tensor.input("weights", Shape.of(kernel, kernel, in, outputs));
        Tensor y = images.conv2d(weights, stride, padding);
        Tensor perChannel = Tensor.input("perChannel", Shape.of(outputs));
        Tensor perImage = Tensor.input("perImage", Shape.of(n, outputs));
        Tensor skip = Tensor.input("skip", y.shape());
        Tensor cotangent = Tensor.input("cotangent", y.shape());
        Tensor other = Tensor.input("other", images.shape());
        Tensor sum = y.plus(perChannel).plus(perImage.reshape(n, 1, 1, outputs)).plus(skip);
        Tensor gradient =
                other.plus(Gradients.vjp(y, cotangent, List.of(images)).get(0));
        Program program = Program.fetching(sum, gradient);
        assertThat(fusedOps(program)).containsOnly(ConvolutionWithEpilogue.class);
        same(program);
    }

    @Test
    void everySubsetOfParts() {
        Tensor skip = Tensor.input("skip", convolution.shape());
        for (int subset = 1; subset < 8; subset++) {
            Tensor sum = convolution;
            sum = (subset & 1) == 0 ? sum : sum.plus(conditioning.reshape(2, 1, 1, 16));
            sum = (subset & 2) == 0 ? sum : skip.plus(sum);
            sum = (subset & 4) == 0 ? sum : bias.plus(sum);
            Program program = Program.fetching(sum);
            assertThat(fusedOps(program)).containsExactly(ConvolutionWithEpilogue.class);
            same(program);
        }
    }

    @Test
    void aResultThatIsWantedItselfStaysAlone() {
        Program program = Program.fetching(convolution, convolution.plus(bias));
        assertThat(fusedOps(program)).containsExactly(Conv2d.class, Pointwise.class);
        same(program);
    }

    @Test
    void aSecondBiasIsLeftToAFusedKernel() {
        Tensor second = Tensor.input("second", Shape.of(16));
        Program program = Program.fetching(convolution.plus(bias).plus(second));
        assertThat(fusedOps(program)).containsExactly(ConvolutionWithEpilogue.class, Pointwise.class);
        same(program);
    }

    @Test
    void whatAFusedKernelComputesOnTheFlyIsNotStoredForAConvolution() {
        Tensor other = Tensor.input("other", convolution.shape());
        Program program = Program.fetching(convolution.plus(other.exp()));
        assertThat(fusedOps(program)).containsExactly(Conv2d.class, Pointwise.class, Pointwise.class);
        same(program);
    }

    @Test
    void otherBroadcastsAreLeftToAFusedKernel() {
        Tensor perColumn = Tensor.input("perColumn", Shape.of(5, 1));
        Tensor perImage = Tensor.input("perImage", Shape.of(2, 1, 1, 1));
        Program program =
                Program.fetching(convolution.plus(perColumn).plus(perImage).plus(1));
        assertThat(fusedOps(program)).doesNotContain(ConvolutionWithEpilogue.class);
        same(program);
    }

    @Test
    void cotangentsThatMeetAreSummedByTheirConvolutions() {
        Tensor other = Tensor.input("other", w.shape());
        Tensor y = x.conv2d(w, 1, 1).plus(x.conv2d(other, 1, 1)).square().sum();
        Program program = Program.fetching(Gradients.of(y, x));
        assertThat(fusedOps(program)).containsOnlyOnce(Conv2dInputGradient.class);
        same(program);
    }

    /** The classes of the ops that are left but for leaves, views and broadcasts, in order. */
    private static List<Class<?>> fusedOps(Program program) {
        return Epilogues.fuse(Simplify.simplify(program)).order().stream()
                .map(Tensor::op)
                .filter(op -> op instanceof Conv2d
                        || op instanceof Conv2dInputGradient
                        || op instanceof ConvolutionWithEpilogue
                        || op instanceof Pointwise)
                .<Class<?>>map(EpiloguesTest::kind)
                .toList();
    }

    private static Class<?> kind(Op op) {
        return op instanceof Pointwise ? Pointwise.class : op.getClass();
    }

    private static void same(Program program) {
        Map<Tensor, Values> feeds = new HashMap<>();
        Random random = new Random(3);
        for (Tensor node : program.order()) {
            if (node.op() instanceof Input) {
                float[] numbers = new float[node.shape().size()];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = (float) random.nextGaussian();
                }
                feeds.put(node, Values.of(node.shape(), numbers));
            }
        }
        List<Values> expected = Reference.evaluate(feeds, program.fetches());
        List<Double> tolerances = FloatErrors.tolerances(program.fetches(), feeds);
        try (Executable executable = device.compile(program)) {
            List<Values> actual = executable.run(feeds);
            for (int k = 0; k < actual.size(); k++) {
                Agreement.check("fetch " + k, actual.get(k), expected.get(k), tolerances.get(k));
            }
        }
    }
}
