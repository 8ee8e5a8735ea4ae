package scorefield.ncsn.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.OpCase;
import scorefield.autodiff.OpCases;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Leaf;

/** Every op that a network can contain, in ONNX Runtime against the reference. */
class OnnxOpsTest {

    /** Ops that no network contains: parts of gradients, and random numbers. */
    private static final Set<String> NOT_IN_NETWORKS = Set.of(
            "Conv2dWeightGradient",
            "GroupNormInputGradient",
            "GroupNormScaleGradient",
            "Random",
            "ScatterAdd",
            "UpsampleBilinearGradient");

    private static Stream<Tensor> nodes(OpCase c) {
        return Tensor.order(List.of(c.build().result())).stream().filter(node -> !(node.op() instanceof Leaf));
    }

    private static boolean isWritten(Tensor node) {
        return OnnxOps.writes(node.op()) || node.op().lowered(node).isPresent();
    }

    @Test
    void everyOpHasAFormOrALoweringOrIsPartOfNoNetwork() {
        Set<String> missing = OpCases.all().stream()
                .flatMap(OnnxOpsTest::nodes)
                .filter(node -> !isWritten(node))
                .map(node -> node.op().getClass().getSimpleName())
                .collect(Collectors.toSet());
        assertThat(missing).isEqualTo(NOT_IN_NETWORKS);
    }

    static List<OpCase> cases() {
        return OpCases.all().stream()
                .filter(c -> nodes(c).allMatch(OnnxOpsTest::isWritten))
                // What becomes of infinities and NaN is no part of ONNX's definitions.
                .filter(c -> c.arguments().stream().noneMatch(a -> a.domain() == OpCase.Domain.SPECIAL))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesWhatTheReferenceDoes(OpCase c) throws Exception {
        OpCase.Graph graph = c.build();
        Map<Tensor, Values> feeds = c.feeds(graph, 5);
        Values expected;
        try (ReferenceDevice device = new ReferenceDevice();
                Executable program = device.compile(Program.fetching(graph.result()))) {
            expected = program.run(feeds).get(0);
        }
        Map<String, Values> named = new LinkedHashMap<>();
        feeds.forEach((input, values) -> named.put(input.name(), values));
        try (OnnxModel model = new OnnxModel(model(new OnnxGraph.Built(graph.inputs(), graph.result())))) {
            Values actual = model.run(named);
            assertThat(actual.shape()).isEqualTo(expected.shape());
            double scale = 1;
            for (double y : expected.doubles()) {
                scale = Math.max(scale, Double.isInfinite(y) ? 1 : Math.abs(y));
            }
            for (int i = 0; i < expected.shape().size(); i++) {
                double y = expected.get(i);
                if (Double.isInfinite(y) || Math.abs(y) > Float.MAX_VALUE) {
                    assertThat(actual.get(i)).as("number %d", i).isEqualTo((float) y);
                } else {
                    assertThat(Math.abs(actual.get(i) - y))
                            .as("number %d, %s for %s", i, actual.get(i), y)
                            .isLessThanOrEqualTo(1e-5 * scale);
                }
            }
        }
    }

    private static byte[] model(OnnxGraph.Built built) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OnnxOps.OPSET))
                .setGraph(OnnxGraph.of("case", "result", batch -> built))
                .build()
                .toByteArray();
    }

    @Test
    void namesAnOpThatItCannotWrite() {
        Tensor state = Tensor.input("state", Shape.of(4), scorefield.autodiff.DType.INT);
        Tensor noise = Tensor.randomNormal(Shape.of(3), state, 0).named("noise");
        assertThatThrownBy(() -> model(new OnnxGraph.Built(List.of(state), noise)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ONNX has no form of the op Random (noise FLOAT 3), and it has no lowering");
    }

    @Test
    void refusesAConstantThatDependsOnTheBatchSize() {
        assertThatThrownBy(() -> OnnxGraph.of("case", "result", batch -> {
                    Tensor x = Tensor.input("x", Shape.of(batch, 3));
                    return new OnnxGraph.Built(List.of(x), x.mean(0));
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("constants and fixed extents must not depend on it");
    }

    @Test
    void refusesAFixedPartOfTheBatch() {
        assertThatThrownBy(() -> OnnxGraph.of("case", "result", batch -> {
                    Tensor x = Tensor.input("x", Shape.of(batch, 3));
                    return new OnnxGraph.Built(List.of(x), x.slice(0, 0, 1));
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not take a fixed part of axis 0 of x FLOAT 2×3");
    }

    @Test
    void aBroadcastOverTheBatchFollowsIt() throws Exception {
        byte[] bytes = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OnnxOps.OPSET))
                .setGraph(OnnxGraph.of("case", "result", batch -> {
                    Tensor x = Tensor.input("x", Shape.of(batch, 2));
                    Tensor row = Tensor.constant(Values.of(Shape.of(2), 1.0, 2.0));
                    Tensor both = Tensor.concatenate(1, List.of(x, row.broadcastTo(x.shape())));
                    return new OnnxGraph.Built(List.of(x), both);
                }))
                .build()
                .toByteArray();
        try (OnnxModel model = new OnnxModel(bytes)) {
            Values three = model.run(Map.of("x", Values.of(Shape.of(3, 2), 3.0, 4, 5, 6, 7, 8)));
            assertThat(three.shape()).isEqualTo(Shape.of(3, 4));
            assertThat(three.doubles()).containsExactly(3, 4, 1, 2, 5, 6, 1, 2, 7, 8, 1, 2);
        }
    }
}
