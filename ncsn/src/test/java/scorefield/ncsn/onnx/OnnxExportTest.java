package scorefield.ncsn.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parametrisation;
import scorefield.ncsn.network.Preconditioning;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.UNetSettings;

/** Whole networks: ONNX Runtime, which others wrote, computes their scores from the exported file. */
class OnnxExportTest {

    private static final Parametrisation EDM = new Preconditioning(0.3, 0.4);

    static List<Arguments> networks() {
        UNetSettings small = new UNetSettings(8, List.of(1, 2), 1);
        return List.of(
                Arguments.of("NCSN's U-Net", new UNet(small, 4, 6, 1, 0, UNet.NCSN)),
                Arguments.of("NCSNv2's U-Net", new UNet(small, 4, 6, 3, 0, UNet.NCSNV2)),
                Arguments.of("EDM's U-Net", new UNet(small, 8, 8, 1, 0, EDM)),
                Arguments.of(
                        "attention",
                        new UNet(new UNetSettings(8, List.of(1, 2), 1, List.of(8, 4), 4), 8, 6, 3, 0, EDM)),
                Arguments.of("class-conditional", new UNet(small.withAttention(4), 8, 8, 1, 3, EDM)),
                Arguments.of("three levels, two blocks", new UNet(UNetSettings.defaults(), 28, 28, 1, 0, EDM)),
                Arguments.of("NCSN's MLP", new Mlp(new MlpSettings(16, 2), 2, Mlp.NCSN)),
                Arguments.of("NCSNv2's MLP", new Mlp(new MlpSettings(16, 3), 5, Mlp.NCSNV2)),
                Arguments.of("EDM's MLP", new Mlp(new MlpSettings(128, 3), 2, new Preconditioning(-0.2, 1.7))));
    }

    /** As after training: biases and layers that begin at zero are not zero. */
    private static float[] parameters(ScoreNetwork network) {
        float[] numbers = network.parameters().initial(3);
        Random random = new Random(4);
        for (Parameter parameter : network.parameters().list()) {
            for (int i = parameter.offset(); i < parameter.end(); i++) {
                numbers[i] += (float) (0.05 * random.nextGaussian());
            }
        }
        return numbers;
    }

    private static Values normal(Shape shape, Random random) {
        return Values.of(
                shape,
                Values.of(
                                shape,
                                random.doubles(shape.size())
                                        .map(u -> random.nextGaussian())
                                        .toArray())
                        .floats());
    }

    /** x, sigma and, where there are classes, labels, the null class among them. */
    private static Map<String, Values> batch(ScoreNetwork network, int count) {
        Random random = new Random(count);
        Map<String, Values> inputs = new LinkedHashMap<>();
        inputs.put("x", normal(network.sample().times(count), random));
        float[] sigmas = new float[count];
        int[] labels = new int[count];
        for (int n = 0; n < count; n++) {
            sigmas[n] = (float) (0.01 * Math.pow(1000, random.nextDouble()));
            labels[n] = (network.classes() + n) % (network.classes() + 1);
        }
        inputs.put("sigma", Values.of(Shape.of(count), sigmas));
        if (network.classes() > 0) {
            inputs.put("labels", Values.of(Shape.of(count), labels));
        }
        return inputs;
    }

    private static Values reference(ScoreNetwork network, float[] parameters, Map<String, Values> inputs) {
        Map<Tensor, Values> feeds = new LinkedHashMap<>();
        inputs.forEach((name, values) -> feeds.put(Tensor.input(name, values.shape(), values.dtype()), values));
        List<Tensor> leaves = List.copyOf(feeds.keySet());
        Tensor flat = Tensor.input("weights", Shape.of(parameters.length));
        feeds.put(flat, Values.of(flat.shape(), parameters));
        var weights = network.parameters().weights(flat);
        Tensor score = network.classes() == 0
                ? network.score(weights, leaves.get(0), leaves.get(1))
                : network.score(weights, leaves.get(0), leaves.get(1), leaves.get(2));
        try (ReferenceDevice device = new ReferenceDevice();
                Executable program = device.compile(Program.fetching(score))) {
            return program.run(feeds).get(0);
        }
    }

    /** Each sample's score at 1e-5 of its own largest number: scores at σ = 0.01 are a thousand times those at σ = 10. */
    private static void assertClose(Values actual, Values expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        int size = expected.shape().size() / expected.shape().dim(0);
        for (int n = 0; n < expected.shape().dim(0); n++) {
            double largest = 0;
            double error = 0;
            for (int i = n * size; i < (n + 1) * size; i++) {
                largest = Math.max(largest, Math.abs(expected.get(i)));
                error = Math.max(error, Math.abs(actual.get(i) - expected.get(i)));
            }
            assertThat(largest).isPositive();
            assertThat(error / largest).as("sample %d", n).isLessThan(1e-5);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void onnxRuntimeComputesTheSameScores(String name, ScoreNetwork network) throws Exception {
        float[] parameters = parameters(network);
        byte[] bytes = OnnxExport.model(network, parameters, OnnxExport.Output.SCORE, Map.of())
                .toByteArray();
        try (OnnxModel model = new OnnxModel(bytes)) {
            for (int count : new int[] {1, 4}) {
                Map<String, Values> inputs = batch(network, count);
                assertClose(model.run(inputs), reference(network, parameters, inputs));
            }
        }
    }

    @Test
    void theDenoiserIsTweediesFormula() throws Exception {
        ScoreNetwork network = new UNet(new UNetSettings(8, List.of(1, 2), 1), 4, 6, 3, 0, EDM);
        float[] parameters = parameters(network);
        Map<String, Values> inputs = batch(network, 3);
        Values score = reference(network, parameters, inputs);
        double[] expected = inputs.get("x").doubles();
        int size = network.sample().size();
        for (int i = 0; i < expected.length; i++) {
            double sigma = inputs.get("sigma").get(i / size);
            expected[i] += sigma * sigma * score.get(i);
        }
        byte[] bytes = OnnxExport.model(network, parameters, OnnxExport.Output.DENOISER, Map.of("sigma_max", "9.0"))
                .toByteArray();
        try (OnnxModel model = new OnnxModel(bytes)) {
            assertClose(model.run(inputs), Values.of(score.shape(), expected));
            assertThat(model.properties()).containsEntry("sigma_max", "9.0");
            assertThat(model.inputShape("x")).containsExactly(-1, 4, 6, 3);
            assertThat(model.inputShape("sigma")).containsExactly(-1);
        }
    }

    /** The file holds each parameter once, in PyTorch's layout where ONNX has the same, and nothing of the flat vector. */
    @Test
    void theModelHoldsItsParametersUnderTheirNames() {
        ScoreNetwork network = new UNet(new UNetSettings(8, List.of(1, 2), 1), 4, 6, 3, 2, EDM);
        var graph = OnnxExport.model(network, parameters(network), OnnxExport.Output.SCORE, Map.of())
                .getGraph();
        assertThat(graph.getInputList().stream().map(input -> input.getName())).containsExactly("x", "sigma", "labels");
        assertThat(graph.getInput(2).getType().getTensorType().getElemType())
                .isEqualTo(onnx.Onnx.TensorProto.DataType.INT64_VALUE);
        long stored = graph.getInitializerList().stream()
                .mapToLong(numbers -> numbers.getDimsList().stream().reduce(1L, (a, b) -> a * b))
                .sum();
        assertThat(stored)
                .isBetween(
                        (long) network.parameters().size(), network.parameters().size() + 2000L);
        assertThat(graph.getNodeList().stream().map(node -> node.getName())).contains("down.0.conv1/Add", "score/Sub");
    }
}
