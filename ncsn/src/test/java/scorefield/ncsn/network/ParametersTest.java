package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

class ParametersTest {

    private final Parameters parameters = new Parameters();
    private final Parameter conv =
            parameters.add("conv.weight", Shape.of(3, 3, 2, 4), Layout.CONVOLUTION, Initial.glorot(18, 36));
    private final Parameter linear =
            parameters.add("linear.weight", Shape.of(2, 3), Layout.LINEAR, Initial.glorot(2, 3));
    private final Parameter scale = parameters.add("norm.weight", Shape.of(5), Layout.VECTOR, Initial.ONE);

    private static float[] counting(int size) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = i;
        }
        return numbers;
    }

    @Test
    void parametersLieOneAfterTheOther() {
        assertThat(parameters.list()).containsExactly(conv, linear, scale);
        assertThat(conv.offset()).isZero();
        assertThat(linear.offset()).isEqualTo(conv.end()).isEqualTo(72);
        assertThat(scale.end()).isEqualTo(parameters.size()).isEqualTo(83);
    }

    @Test
    void weightsAreTheVectorsPartsAndFlattenPutsThemBack() {
        Tensor flat = Tensor.input("flat", Shape.of(parameters.size()));
        Weights weights = parameters.weights(flat);
        assertThat(weights.get(linear).shape()).isEqualTo(linear.shape());
        assertThat(weights.get(linear).name()).isEqualTo("linear.weight");
        assertThat(weights.tensors()).containsExactly(weights.get(conv), weights.get(linear), weights.get(scale));
        float[] numbers = counting(parameters.size());
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable =
                        device.compile(Program.fetching(weights.get(linear), parameters.flatten(weights.tensors())))) {
            List<Values> results = executable.run(Map.of(flat, Values.of(flat.shape(), numbers)));
            assertThat(results.get(0).floats()).containsExactly(72, 73, 74, 75, 76, 77);
            assertThat(results.get(1).floats()).isEqualTo(numbers);
        }
    }

    @Test
    void aNetworkOfOneParameterKeepsItsVectorsIdentity() {
        Parameters one = new Parameters();
        Parameter only = one.add("bias", Shape.of(3), Layout.VECTOR, Initial.ZERO);
        Tensor flat = Tensor.variable("flat", Shape.of(3));
        Tensor tensor = one.weights(flat).get(only);
        assertThat(Tensor.order(List.of(tensor))).containsExactly(flat, tensor);
    }

    @Test
    void onDiskAConvolutionIsOutInHeightWidth() {
        assertThat(conv.diskShape()).isEqualTo(Shape.of(4, 2, 3, 3));
        float[] disk = parameters.toDisk(conv, counting(parameters.size()));
        for (int o = 0; o < 4; o++) {
            for (int c = 0; c < 2; c++) {
                for (int a = 0; a < 3; a++) {
                    for (int b = 0; b < 3; b++) {
                        assertThat(disk[((o * 2 + c) * 3 + a) * 3 + b]).isEqualTo(((a * 3 + b) * 2 + c) * 4 + o);
                    }
                }
            }
        }
    }

    @Test
    void onDiskALinearMapIsOutIn() {
        assertThat(linear.diskShape()).isEqualTo(Shape.of(3, 2));
        assertThat(parameters.toDisk(linear, counting(parameters.size()))).containsExactly(72, 75, 73, 76, 74, 77);
    }

    @Test
    void toDiskAndBackIsTheSame() {
        float[] flat = parameters.initial(3);
        float[] back = new float[flat.length];
        parameters.list().forEach(p -> parameters.fromDisk(p, parameters.toDisk(p, flat), back));
        assertThat(back).isEqualTo(flat);
    }

    @Test
    void initialNumbersFollowFromTheSeed() {
        assertThat(parameters.initial(5)).isEqualTo(parameters.initial(5)).isNotEqualTo(parameters.initial(6));
        assertThat(parameters.initial(1L << 40)).isNotEqualTo(parameters.initial(0));
    }

    @Test
    void glorotsNumbersHaveGlorotsVariance() {
        Parameters large = new Parameters();
        large.add("weight", Shape.of(100, 300), Layout.LINEAR, Initial.glorot(100, 300));
        float[] numbers = large.initial(1);
        double square = IntStream.range(0, numbers.length)
                .mapToDouble(i -> numbers[i] * numbers[i])
                .average()
                .orElseThrow();
        double mean = IntStream.range(0, numbers.length)
                .mapToDouble(i -> numbers[i])
                .average()
                .orElseThrow();
        // Of a uniform number: Var(x²) = (4/5)·Var(x)².
        double variance = 2.0 / 400;
        assertThat(square).isCloseTo(variance, within(4.5 * variance * Math.sqrt(0.8 / numbers.length)));
        assertThat(mean).isCloseTo(0, within(4.5 * Math.sqrt(variance / numbers.length)));
        assertThat(numbers).doesNotContain(0);
    }

    @Test
    void whatDoesNotFitIsRefusedByName() {
        assertThatThrownBy(() -> parameters.add("conv.weight", Shape.of(1), Layout.VECTOR, Initial.ZERO))
                .hasMessageContaining("already is a parameter conv.weight");
        assertThatThrownBy(() -> parameters.add("bias", Shape.of(1, 2), Layout.VECTOR, Initial.ZERO))
                .hasMessageContaining("bias")
                .hasMessageContaining("1×2");
        assertThatThrownBy(() -> parameters.weights(Tensor.input("flat", Shape.of(7))))
                .hasMessageContaining("each of 83 parameters")
                .hasMessageContaining("7");
        assertThatThrownBy(() -> parameters.fromDisk(linear, new float[5], new float[83]))
                .hasMessageContaining("linear.weight")
                .hasMessageContaining("3×2");
        assertThatThrownBy(() -> parameters.flatten(List.of(Tensor.scalar(1)))).hasMessageContaining("3 parameters");
        Parameters other = new Parameters();
        other.add("bias", Shape.of(1), Layout.VECTOR, Initial.ZERO);
        Weights others = other.weights(Tensor.input("flat", Shape.of(1)));
        assertThatThrownBy(() -> others.get(conv)).hasMessageContaining("conv.weight");
    }
}
