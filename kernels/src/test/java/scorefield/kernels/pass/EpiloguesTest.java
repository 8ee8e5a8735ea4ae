package scorefield.kernels.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Input;
import scorefield.autodiff.op.Pointwise;
import scorefield.kernels.Agreement;
import scorefield.kernels.FloatErrors;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.TestDevices;
import scorefield.kernels.convolution.ConvolutionWithEpilogue;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.opencl.ClDevices;

/** What convolutions take into their kernels, what they leave, and that the numbers are the same. */
class EpiloguesTest {

    /**
     * A variable is the sum of up to three convolutions of 72 products and as many old values: some 250 roundings of numbers below 128,
     * of which not even all on one side would come to more.
     */
    private static final double STEPS_TOLERANCE = 250 * 128 * 0x1p-24;

    /** Double precision, but the results are rounded to single: numbers of up to 256 that were added in two orders. */
    private static final double DOUBLE_TOLERANCE = 256 * 0x1p-23;

    private static OpenClDevice device;
    private static OpenClDevice gpu;

    private final Tensor x = Tensor.input("x", Shape.of(2, 5, 5, 8));
    private final Tensor w = Tensor.input("w", Shape.of(3, 3, 8, 16));
    private final Tensor bias = Tensor.input("bias", Shape.of(16));
    private final Tensor conditioning = Tensor.input("conditioning", Shape.of(2, 16));
    private final Tensor convolution = x.conv2d(w, 1, 1);

    @BeforeAll
    static void open() {
        device = new OpenClDevice(ClDevices.list().get(0));
        gpu = new OpenClDevice(TestDevices.gpu());
    }

    @AfterAll
    static void close() {
        device.close();
        gpu.close();
    }

    /**
     * Every kernel: Winograd's with full and half blocks and with cut vectors, the general one with and without cut vectors, 1×1, and the
     * narrow one.
     */
    @ParameterizedTest
    @CsvSource({
        "2, 16, 32, 32, 3, 1, 1",
        "3, 14, 16, 48, 3, 1, 1",
        "2, 13, 20, 28, 3, 1, 1",
        "1, 15, 33, 17, 3, 1, 0",
        "2, 9, 7, 64, 3, 1, 1",
        "2, 9, 24, 19, 3, 2, 1",
        "3, 5, 20, 32, 1, 1, 0",
        "3, 5, 33, 9, 1, 1, 0",
        "2, 9, 32, 3, 3, 1, 1",
        "1, 17, 17, 1, 3, 1, 1",
        "1, 30, 16, 16, 3, 1, 0",
        "5, 7, 64, 80, 3, 1, 1",
        "2, 13, 48, 112, 1, 1, 0",
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
    void whatAnotherOpWantsInMemoryIsAddedByTheConvolution() {
        Tensor other = Tensor.input("other", convolution.shape()).exp();
        Program program = Program.fetching(
                convolution.plus(other), other.reshape(2, 5, 5, 16).transpose(0, 3, 1, 2));
        assertThat(fusedOps(program)).containsExactlyInAnyOrder(ConvolutionWithEpilogue.class, Pointwise.class);
        same(program);
    }

    @Test
    void aLayerKeepsItsName() {
        Tensor layer = convolution.plus(bias).named("layer");
        Tensor skip = Tensor.input("skip", layer.shape());
        Tensor plain = x.conv2d(Tensor.input("other", w.shape()), 1, 1).named("plain");
        Program program = withEpilogues(Program.fetching(layer.plus(skip).named("block"), plain.plus(skip)));
        assertThat(program.fetches()).extracting(Tensor::name).containsExactly("layer", "plain");
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

    /** Twice the same convolution: there is nothing else to add to it. */
    @Test
    void aConvolutionIsNotAddedToItself() {
        Program program = Program.fetching(convolution.plus(convolution));
        assertThat(fusedOps(program)).containsExactly(Conv2d.class, Pointwise.class);
        same(program);
    }

    /** What is added may start anywhere in memory: parameters lie in one flat vector. */
    @Test
    void partsOfOneVectorAreAdded() {
        Tensor flat =
                Tensor.input("flat", Shape.of(1 + 16 + 32 + convolution.shape().size()));
        Tensor perChannel = flat.slice(0, 1, 17);
        Tensor perImage = flat.slice(0, 17, 49).reshape(2, 1, 1, 16);
        Tensor skip = flat.slice(0, 49, flat.shape().size()).reshape(2, 5, 5, 16);
        Program program =
                Program.fetching(convolution.plus(perChannel).plus(perImage).plus(skip));
        assertThat(fusedOps(program)).containsExactly(ConvolutionWithEpilogue.class);
        same(program);
    }

    /**
     * Variables whose new values are made by convolutions that add the old ones, crosswise: no old value may be overwritten while it is
     * still wanted.
     */
    @Test
    void variablesThatAreAddedAndUpdated() {
        Tensor a = Tensor.variable("a", convolution.shape());
        Tensor b = Tensor.variable("b", convolution.shape());
        Tensor offset = Tensor.variable("offset", Shape.of(16));
        Tensor other = Tensor.input("other", w.shape());
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(a, convolution.plus(offset).plus(b));
        updates.put(b, x.conv2d(other, 1, 1).plus(a));
        updates.put(offset, offset.plus(1).plus(a.sum(0, 1, 2)));
        Program program = new Program(List.of(a), updates);
        assertThat(fusedOps(program)).contains(ConvolutionWithEpilogue.class);
        Map<Tensor, Values> feeds = feeds(program);
        ReferenceDevice reference = new ReferenceDevice();
        try (Executable fast = device.compile(program);
                Executable plain = reference.compile(program)) {
            for (int run = 0; run < 3; run++) {
                Agreement.check(
                        "the old value",
                        fast.run(feeds).get(0),
                        plain.run(feeds).get(0),
                        STEPS_TOLERANCE);
                for (Tensor variable : updates.keySet()) {
                    Agreement.check(
                            variable.name() + " after run " + run,
                            device.read(variable),
                            reference.read(variable),
                            STEPS_TOLERANCE);
                }
            }
        }
    }

    /** A residual block is nothing but norms and convolutions, and its skip connection is added by the last one. */
    @Test
    void aResidualBlockHasNoOtherLaunches() {
        Tensor images = Tensor.input("images", Shape.of(2, 16, 16, 16));
        Tensor first = Tensor.input("first", Shape.of(3, 3, 16, 32));
        Tensor second = Tensor.input("second", Shape.of(3, 3, 32, 32));
        Tensor skip = Tensor.input("skip", Shape.of(1, 1, 16, 32));
        Tensor scale16 = Tensor.input("scale16", Shape.of(16));
        Tensor scale32 = Tensor.input("scale32", Shape.of(32));
        Tensor conditioned = Tensor.input("conditioned", Shape.of(2, 32));
        Tensor h = images.groupNormSilu(scale16, scale16, 4, 1e-5).conv2d(first, 1, 1);
        h = h.plus(scale32).plus(conditioned.reshape(2, 1, 1, 32));
        h = h.groupNormSilu(scale32, scale32, 8, 1e-5).conv2d(second, 1, 1).plus(scale32);
        Program program = Program.fetching(h.plus(images.conv2d(skip, 1, 0).plus(scale32)));
        assertThat(kernels(program))
                .containsExactlyInAnyOrder(
                        "group_norm",
                        "winograd_weights",
                        "winograd",
                        "matmul_pack",
                        "conv1x1",
                        "group_norm",
                        "winograd_weights",
                        "winograd");
        same(program);
    }

    /** After differentiation nobody needs them, but an op's rules must be right all the same. */
    @ParameterizedTest
    @CsvSource({"true, false, false", "false, true, false", "false, false, true", "true, true, true"})
    void theOpsMeaningAndDerivatives(boolean bias, boolean sampleBias, boolean addend) {
        ConvolutionWithEpilogue op = new ConvolutionWithEpilogue(new Conv2d(1, 1), bias, sampleBias, addend);
        List<Tensor> inputs = new ArrayList<>(List.of(x, w));
        Tensor sum = convolution;
        if (bias) {
            inputs.add(this.bias);
            sum = sum.plus(this.bias);
        }
        if (sampleBias) {
            inputs.add(conditioning);
            sum = sum.plus(conditioning.reshape(2, 1, 1, 16));
        }
        if (addend) {
            inputs.add(Tensor.input("skip", sum.shape()));
            sum = sum.plus(inputs.get(inputs.size() - 1));
        }
        Tensor node = new Tensor(op, inputs);
        Tensor cotangent = Tensor.input("cotangent", node.shape());
        List<Tensor> actual = new ArrayList<>(Gradients.vjp(node, cotangent, inputs));
        List<Tensor> expected = new ArrayList<>(Gradients.vjp(sum, cotangent, inputs));
        actual.add(node);
        expected.add(sum);
        Map<Tensor, Values> feeds = feeds(Program.fetching(sum, cotangent));
        List<Values> numbers = Reference.evaluate(feeds, actual);
        List<Values> meant = Reference.evaluate(feeds, expected);
        for (int k = 0; k < numbers.size(); k++) {
            Agreement.check("rule " + k, numbers.get(k), meant.get(k), DOUBLE_TOLERANCE);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        ConvolutionWithEpilogue op = new ConvolutionWithEpilogue(new Conv2d(1, 1), true, false, false);
        Tensor short15 = Tensor.input("short", Shape.of(15));
        assertThatThrownBy(() -> new Tensor(op, List.of(x, w, short15)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("what is added must fit the result 2×5×5×16")
                .hasMessageContaining("15");
    }

    private static Program withEpilogues(Program program) {
        return new Epilogues(new Simplify(program).program()).program();
    }

    private static List<String> kernels(Program program) {
        return Planner.plan(program, ClDevices.list().get(0)).launches().stream()
                .map(Launch::kernel)
                .toList();
    }

    /** The classes of the ops that are left but for leaves, views and broadcasts, in order. */
    private static List<Class<?>> fusedOps(Program program) {
        return withEpilogues(program).order().stream()
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
        Map<Tensor, Values> feeds = feeds(program);
        List<Values> expected = Reference.evaluate(feeds, program.fetches());
        List<Double> tolerances = FloatErrors.tolerances(program.fetches(), feeds);
        same(device, program, feeds, expected, tolerances);
        same(gpu, program, feeds, expected, tolerances);
    }

    private static void same(
            OpenClDevice device,
            Program program,
            Map<Tensor, Values> feeds,
            List<Values> expected,
            List<Double> tolerances) {
        try (Executable executable = device.compile(program)) {
            List<Values> actual = executable.run(feeds);
            for (int k = 0; k < actual.size(); k++) {
                Agreement.check("fetch " + k, actual.get(k), expected.get(k), tolerances.get(k));
            }
        }
    }

    private static Map<Tensor, Values> feeds(Program program) {
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
        return feeds;
    }
}
