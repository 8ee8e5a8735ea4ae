package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.op.Gather;

/** Ops written with other ops: that a lowering has the op's values and derivatives, and what follows from a lowering alone. */
class LoweringTest {

    private static final double ROUNDING = 1e-12;

    private static boolean isPrimitive(Tensor node) {
        return node.op().lowered(node).isEmpty();
    }

    /** Graphs with every op replaced by its lowering, until all of them are primitive. */
    private static List<Tensor> lowered(List<Tensor> graphs) {
        Map<Tensor, Tensor> replacements = new IdentityHashMap<>();
        for (Tensor node : Tensor.order(graphs)) {
            if (node.inputs().isEmpty()) {
                replacements.put(node, node);
                continue;
            }
            Tensor moved = node.withInputs(
                    node.inputs().stream().map(replacements::get).toList());
            replacements.put(
                    node,
                    moved.op()
                            .lowered(moved)
                            .map(lowering -> lowered(List.of(lowering)).get(0))
                            .orElse(moved));
        }
        return graphs.stream().map(replacements::get).toList();
    }

    static Stream<OpCase> casesWithLowerings() {
        return OpCases.all().stream()
                .filter(c -> Tensor.order(List.of(c.build().result())).stream().anyMatch(node -> !isPrimitive(node)));
    }

    @ParameterizedTest
    @MethodSource("casesWithLowerings")
    void aLoweringHasTheValuesOfItsOpInEveryDerivative(OpCase opCase) {
        OpCase.Derivatives derivatives = opCase.differentiate(1);
        List<Tensor> graphs = new ArrayList<>(List.of(derivatives.result()));
        graphs.addAll(Gradients.of(derivatives.first(), derivatives.wrt()));
        graphs.addAll(Gradients.of(derivatives.second(), derivatives.wrt()));
        List<Tensor> lowered = lowered(graphs);
        assertThat(Tensor.order(lowered)).allMatch(LoweringTest::isPrimitive);
        assertSame(opCase.name(), lowered, graphs, derivatives.feeds());
    }

    /** An op's own derivative agrees with the one that would follow from its lowering. */
    @ParameterizedTest
    @MethodSource("casesWithLowerings")
    void theDerivativeOfALoweringIsThatOfItsOp(OpCase opCase) {
        OpCase.Graph graph = opCase.build();
        Map<Tensor, Values> feeds = opCase.feeds(graph, 2);
        Tensor written = lowered(List.of(graph.result())).get(0);
        Tensor cotangent = graph.result().plus(1).sin(); // of the result's shape, and not constant
        assertSame(
                opCase.name(),
                Gradients.vjp(written, cotangent, graph.differentiable()),
                Gradients.vjp(graph.result(), cotangent, graph.differentiable()),
                feeds);
    }

    private static void assertSame(String what, List<Tensor> actual, List<Tensor> expected, Map<Tensor, Values> feeds) {
        List<Tensor> both = new ArrayList<>(actual);
        both.addAll(expected);
        List<Values> numbers = Reference.evaluate(feeds, both);
        for (int k = 0; k < actual.size(); k++) {
            assertThat(actual.get(k).shape()).isEqualTo(expected.get(k).shape());
            double[] right = numbers.get(actual.size() + k).doubles();
            double largest = 1;
            for (double x : right) {
                largest = Math.max(largest, Math.abs(x));
            }
            assertThat(numbers.get(k).doubles())
                    .as("%s: tensor %d, %s", what, k, expected.get(k))
                    .containsExactly(right, offset(ROUNDING * largest));
        }
    }

    // ---- what follows from a lowering

    /** An op that is no more than a lowering. */
    private record Written(String label, Shape result, UnaryOperator<Tensor> graph) implements Op {

        @Override
        public Shape shape(List<Tensor> inputs) {
            return result;
        }

        @Override
        public Optional<Tensor> lowered(Tensor node) {
            return Optional.of(graph.apply(node));
        }
    }

    private static Tensor written(Shape result, UnaryOperator<Tensor> graph, Tensor... inputs) {
        return new Tensor(new Written("Written", result, graph), List.of(inputs));
    }

    @Test
    void aDerivativeThroughALoweringIsPartial() {
        Tensor x = Tensor.scalar(3);
        UnaryOperator<Tensor> graph = node -> node.input(0).square().times(node.input(1));
        Tensor y = written(Shape.SCALAR, graph, x, x.pow(3));
        assertThat(Reference.evaluate(y.op().vjp(y, 0, Tensor.scalar(1))).item())
                .isEqualTo(2 * 3 * 27);
        assertThat(Reference.evaluate(y.op().vjp(y, 1, Tensor.scalar(1))).item())
                .isEqualTo(9);
        // x⁵, four times: 5·4·3·2·x.
        Tensor derivative = y;
        for (int order = 0; order < 4; order++) {
            derivative = Gradients.of(derivative, x);
        }
        assertThat(Reference.evaluate(derivative).item()).isCloseTo(360, offset(1e-9));
    }

    @Test
    void indicesHaveNoDerivativeThroughALowering() {
        Tensor table = Tensor.input("table", Shape.of(3));
        Tensor indices = Tensor.constant(Values.of(Shape.of(2), new int[] {2, 2}));
        Tensor y = written(Shape.of(2), node -> new Tensor(new Gather(), node.inputs()).square(), table, indices);
        assertThat(y.op().vjp(y, 1, Tensor.fill(y.shape(), 1))).isSameAs(Gradients.NONE);
        Map<Tensor, Values> feeds = Map.of(table, Values.of(table.shape(), 1.0, 2.0, 3.0));
        assertThat(Reference.evaluate(feeds, y).doubles()).containsExactly(9, 9);
        assertThat(Reference.evaluate(feeds, Gradients.of(y.sum(), table)).doubles())
                .containsExactly(0, 0, 12);
    }

    // ---- errors

    private record Nothing() implements Op {

        @Override
        public Shape shape(List<Tensor> inputs) {
            return Shape.SCALAR;
        }
    }

    @Test
    void anOpWithNeitherMeaningNorLoweringSaysWhatItNeeds() {
        Tensor x = Tensor.scalar(1);
        Tensor nothing = new Tensor(new Nothing(), List.of(x));
        assertThatThrownBy(() -> Reference.evaluate(nothing))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Nothing")
                .hasMessageContaining("override evaluate or lowered");
        assertThatThrownBy(() -> Gradients.of(nothing, x))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Nothing")
                .hasMessageContaining("override vjp or lowered");
    }

    @Test
    void aLoweringHasTheShapeAndTypeOfItsOp() {
        Tensor x = Tensor.zeros(Shape.of(3));
        Tensor wrong = written(Shape.of(3), node -> node.input(0).sum(), x);
        assertThatThrownBy(() -> Reference.evaluate(wrong))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Written: its lowering is FLOAT scalar, but its result is FLOAT 3");
    }

    @Test
    void aLoweringDoesNotContainItsOp() {
        Tensor x = Tensor.scalar(1);
        Tensor endless = written(Shape.SCALAR, node -> new Tensor(node.op(), List.of(node.input(0))).negate(), x);
        assertThatThrownBy(() -> Reference.evaluate(endless))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Written: its lowering contains the op itself");
    }

    @Test
    void aLoweringReadsNoOtherLeaf() {
        Tensor state = Tensor.variable("state", Shape.SCALAR);
        Tensor hidden = written(Shape.SCALAR, node -> node.input(0).plus(state), Tensor.scalar(1));
        assertThatThrownBy(() -> Reference.evaluate(hidden))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Written: its lowering reads state FLOAT scalar");
    }
}
