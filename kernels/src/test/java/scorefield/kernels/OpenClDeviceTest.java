package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.DType;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.opencl.ClBuffer;
import scorefield.kernels.opencl.ClDevices;

class OpenClDeviceTest {

    private final OpenClDevice device = new OpenClDevice(ClDevices.list().get(0));
    private final ReferenceDevice reference = new ReferenceDevice();
    private final Random random = new Random(7);

    @AfterEach
    void close() {
        device.close();
    }

    private Values normal(Shape shape) {
        float[] numbers = new float[shape.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Values.of(shape, numbers);
    }

    private Values whole(Shape shape) {
        double[] numbers = new double[shape.size()];
        Arrays.setAll(numbers, i -> random.nextInt(11) - 5);
        return Values.of(shape, numbers);
    }

    private void same(Program program, Map<Tensor, Values> feeds) {
        try (Executable fast = device.compile(program);
                Executable plain = reference.compile(program)) {
            for (int run = 0; run < 3; run++) {
                List<Values> expected = plain.run(feeds);
                List<Values> actual = fast.run(feeds);
                for (int k = 0; k < expected.size(); k++) {
                    close(actual.get(k), expected.get(k));
                }
                program.updates().keySet().forEach(v -> close(device.read(v), reference.read(v)));
            }
        }
    }

    private static void close(Values actual, Values expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.shape().size(); i++) {
            assertThat(actual.get(i)).isCloseTo(expected.get(i), within(2e-5 * Math.max(1, Math.abs(expected.get(i)))));
        }
    }

    @Test
    void aProgramsMemoryIsWhatItsPlanSays() {
        Tensor x = Tensor.input("x", Shape.of(1000));
        Program program = Program.fetching(x.exp());
        try (Executable executable = device.compile(program)) {
            assertThat(executable.bytes())
                    .isEqualTo(device.plan(program).bytes())
                    .isGreaterThanOrEqualTo(2 * 4 * 1000);
        }
    }

    /** A hundred results of 8 GB each; nothing of that is allocated. */
    @Test
    void whetherAProgramFitsIsKnownBeforeItIsCompiled() {
        Tensor[] large = IntStream.range(0, 100)
                .mapToObj(i ->
                        Tensor.input("x" + i, Shape.of(1 << 15, (1 << 16) - 1)).exp())
                .toArray(Tensor[]::new);
        assertThat(device.fits(Program.fetching(large))).isFalse();
        assertThat(device.fits(
                        Program.fetching(Tensor.input("x", Shape.of(1000)).exp())))
                .isTrue();
    }

    @Test
    void aChainWithBroadcastsIsOneLaunch() {
        Tensor x = Tensor.input("x", Shape.of(3, 5, 7, 32));
        Tensor bias = Tensor.input("bias", Shape.of(32));
        Tensor perImage = Tensor.input("sigma", Shape.of(3));
        Tensor y = x.plus(bias).silu().times(perImage.reshape(3, 1, 1, 1)).minus(1);
        Program program = Program.fetching(y);
        assertThat(device.plan(program).launchCount()).isEqualTo(1);
        same(program, Map.of(x, normal(x.shape()), bias, normal(bias.shape()), perImage, normal(perImage.shape())));
    }

    @Test
    void broadcastsThatNoVectorDividesAreRight() {
        Tensor x = Tensor.input("x", Shape.of(3, 5, 1, 17));
        Tensor b = Tensor.input("b", Shape.of(5, 3, 1));
        same(Program.fetching(x.times(b).exp(), x.plus(1)), Map.of(x, normal(x.shape()), b, normal(b.shape())));
    }

    @Test
    void reductionsOverAllKindsOfAxes() {
        Tensor x = Tensor.input("x", Shape.of(6, 49, 3, 32));
        Tensor odd = Tensor.input("odd", Shape.of(5, 7, 3));
        Map<Tensor, Values> feeds = Map.of(x, normal(x.shape()), odd, normal(odd.shape()));
        same(
                Program.fetching(
                        x.square().sum(),
                        x.sum(0, 1, 2),
                        x.sum(1, 2),
                        x.sum(3),
                        x.sum(1, 3),
                        x.sum(0, 2),
                        x.max(),
                        odd.sum(1),
                        odd.max(0, 2),
                        odd.exp().sum(2),
                        odd.sum()),
                feeds);
    }

    /**
     * Enough results for a work-item to take one to four vectors of them, and sums long enough to be split; of whole numbers, which add up
     * exactly in any order.
     */
    @Test
    void reductionsOfManyChannels() {
        for (int channels : new int[] {16, 32, 48, 64, 80, 112}) {
            Tensor many = Tensor.input("many", Shape.of(601, 3, channels));
            Tensor odd = Tensor.input("odd", Shape.of(channels));
            same(
                    Program.fetching(
                            many.sum(1),
                            many.max(1),
                            many.times(odd).square().sum(1),
                            many.transpose(1, 0, 2).sum(1),
                            many.broadcastTo(Shape.of(4, 601, 3, channels))
                                    .times(odd)
                                    .sum(1, 2),
                            many.max(0, 1)),
                    Map.of(many, whole(many.shape()), odd, whole(odd.shape())));
        }
    }

    @Test
    void allOfAnOptimiserIsOneLaunchThatUpdatesInPlace() {
        Shape shape = Shape.of(1000);
        Tensor p = Tensor.variable("p", shape);
        Tensor m = Tensor.variable("m", shape);
        Tensor v = Tensor.variable("v", shape);
        Tensor average = Tensor.variable("average", shape);
        Tensor g = Tensor.input("g", shape);
        Tensor rate = Tensor.input("rate", Shape.SCALAR);
        Tensor m2 = m.times(0.9).plus(g.times(0.1));
        Tensor v2 = v.times(0.99).plus(g.square().times(0.01));
        Tensor p2 = p.minus(m2.over(v2.sqrt().plus(1e-3)).times(rate));
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(p, p2);
        updates.put(m, m2);
        updates.put(v, v2);
        updates.put(average, average.times(0.9).plus(p2.times(0.1)));
        Program program = new Program(List.of(), updates);
        assertThat(device.plan(program).launchCount()).isEqualTo(1);
        same(program, Map.of(g, normal(shape), rate, Values.scalar(0.1)));
    }

    @Test
    void everyUpdateSeesTheOldValues() {
        Shape shape = Shape.of(20);
        Tensor a = Tensor.variable("a", shape);
        Tensor b = Tensor.variable("b", shape);
        Tensor x = Tensor.input("x", shape);
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(a, b);
        updates.put(b, a.plus(x));
        same(new Program(List.of(a, a.sum()), updates), Map.of(x, normal(shape)));
        Map<Tensor, Tensor> broadcast = new LinkedHashMap<>();
        broadcast.put(a, a.plus(a.slice(0, 3, 4)));
        same(new Program(List.of(), broadcast), Map.of());
    }

    @Test
    void anInputThatIsNotFedIsNamed() {
        Tensor x = Tensor.input("x", Shape.of(3));
        try (Executable executable = device.compile(Program.fetching(x.exp()))) {
            assertThatThrownBy(() -> executable.run(Map.of())).hasMessageContaining("input x FLOAT 3 was not fed");
        }
    }

    @Test
    void aVariableOfBytesNeedNotFillWholeWords() {
        Tensor bytes = Tensor.variable("bytes", Shape.of(3, 1, 5), DType.BYTE);
        assertThat(device.read(bytes).bytes()).containsOnly(0);
        byte[] numbers = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, -1};
        device.write(bytes, Values.of(bytes.shape(), numbers));
        assertThat(device.read(bytes).bytes()).isEqualTo(numbers);
    }

    @Test
    void aConcatenationMayReplaceTheVariableThatItIsMadeOf() {
        Tensor v = Tensor.variable("v", Shape.of(8));
        Tensor x = Tensor.input("x", Shape.of(8));
        Tensor swapped = Tensor.concatenate(
                0,
                List.of(
                        v.slice(0, 4, 8).times(2).plus(1),
                        v.slice(0, 0, 4).times(3).minus(1)));
        same(new Program(List.of(x.exp()), Map.of(v, swapped)), Map.of(x, normal(x.shape())));
    }

    @Test
    void constantsOfOneNumberKeepTheirType() {
        Tensor seven = Tensor.constant(Values.of(Shape.of(1), new int[] {7}));
        Tensor table = Tensor.input("table", Shape.of(9, 3));
        try (Executable program = device.compile(Program.fetching(seven, table.gather(seven)))) {
            Values rows = normal(table.shape());
            List<Values> fetched = program.run(Map.of(table, rows));
            assertThat(fetched.get(0).ints()).containsExactly(7);
            assertThat(fetched.get(1).get(2)).isEqualTo(rows.get(23));
        }
    }

    @Test
    void notANumberIsNeverHidden() {
        Tensor x = Tensor.input("x", Shape.of(33));
        float[] numbers = new float[33];
        numbers[20] = Float.NaN;
        List<Tensor> results = List.of(
                x.max(), x.maximum(1), x.minimum(1), Tensor.scalar(1).maximum(x), x.sign(), x.relu(), x.elu(), x.abs());
        try (Executable program = device.compile(new Program(results, Map.of()))) {
            for (Values values : program.run(Map.of(x, Values.of(x.shape(), numbers)))) {
                assertThat(values.get(values.shape().size() == 1 ? 0 : 20)).isNaN();
            }
        }
    }

    @Test
    void longChainsAndWideSumsAreCutIntoSeveralKernels() {
        Tensor x = Tensor.input("x", Shape.of(17));
        Tensor chain = x;
        for (int i = 0; i < 500; i++) {
            chain = chain.times(0.9).plus(0.1);
        }
        Map<Tensor, Values> feeds = new LinkedHashMap<>();
        feeds.put(x, normal(x.shape()));
        Tensor sum = x;
        for (int i = 0; i < 100; i++) {
            Tensor term = Tensor.input("term " + i, x.shape());
            feeds.put(term, normal(x.shape()));
            sum = sum.plus(term);
        }
        same(Program.fetching(chain, sum.times(0.01)), feeds);
    }

    @Test
    void aFreedVariableHasNoMemoryAndIsZeroAgain() {
        Tensor variable = Tensor.variable("v", Shape.of(5));
        device.write(variable, Values.fill(variable.shape(), 3));
        ClBuffer before = device.buffer(variable);
        device.free(variable);
        device.free(variable); // it has no memory any more
        assertThatThrownBy(() -> device.context().fillZero(before, 0, before.size()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(device.read(variable).floats()).containsOnly(0);
        assertThatThrownBy(() -> device.free(variable.sum()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a variable");
    }
}
