package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.op.Pointwise;

/** Properties of graphs: order, identity, names, depth. */
class TensorTest {

    private static final int DEEP = 100_000;

    @Test
    void orderHasEveryNodeOnceAndAfterItsInputs() {
        for (OpCase c : OpCases.all()) {
            Tensor y = c.build().result();
            List<Tensor> order = Tensor.order(List.of(y, y));
            Map<Tensor, Integer> position = new IdentityHashMap<>();
            for (int i = 0; i < order.size(); i++) {
                assertThat(position.put(order.get(i), i)).isNull();
                for (Tensor input : order.get(i).inputs()) {
                    assertThat(position).containsKey(input);
                }
            }
            assertThat(order.get(order.size() - 1)).isSameAs(y);
        }
    }

    /** Deeper than any thread's stack: order, derivative and evaluation all go without recursion. */
    @Test
    void veryDeepGraphs() {
        Tensor x = Tensor.input("x", Shape.SCALAR);
        Tensor y = x;
        for (int i = 0; i < DEEP; i++) {
            y = y.negate();
        }
        assertThat(Tensor.order(List.of(y))).hasSize(DEEP + 1);
        Tensor gradient = Gradients.of(y.times(x), x);
        assertThat(Reference.evaluate(Map.of(x, Values.scalar(3)), gradient).item())
                .isEqualTo(6);
    }

    /** Doubling forty times has 2⁴⁰ paths but forty nodes. */
    @Test
    void sharedSubexpressionsAreVisitedOnce() {
        Tensor x = Tensor.input("x", Shape.SCALAR);
        Tensor y = x;
        for (int i = 0; i < 40; i++) {
            y = y.plus(y);
        }
        assertThat(Tensor.order(List.of(y))).hasSize(41);
        assertThat(Reference.evaluate(Map.of(x, Values.scalar(1)), Gradients.of(y, x))
                        .item())
                .isEqualTo(0x1p40);
    }

    @Test
    void namesAreShown() {
        Tensor x = Tensor.input("x", Shape.of(2, 3));
        assertThat(x).hasToString("x FLOAT 2×3");
        assertThat(x.exp()).hasToString("exp FLOAT 2×3");
        assertThat(x.exp().named("y")).hasToString("y FLOAT 2×3");
        assertThat(x.exp().named("y").op()).isEqualTo(Pointwise.EXP);
        assertThat(Tensor.variable("state", Shape.of(4), DType.INT)).hasToString("state INT 4");
    }

    @Test
    void methodsThatChangeNothingMakeNoNode() {
        Tensor x = Tensor.input("x", Shape.of(1, 2, 3, 4));
        assertThat(x.broadcastTo(x.shape())).isSameAs(x);
        assertThat(x.reshape(1, 2, 3, 4)).isSameAs(x);
        assertThat(x.slice(1, 0, 2)).isSameAs(x);
        assertThat(x.pad(1, 0, 0)).isSameAs(x);
        assertThat(x.upsampleNearest(1)).isSameAs(x);
        assertThat(x.copy()).isNotSameAs(x);
    }

    @Test
    void gradientsOfIndependentTensorsAreZero() {
        Tensor x = Tensor.input("x", Shape.of(3));
        Tensor z = Tensor.input("z", Shape.of(2, 2));
        Map<Tensor, Values> feeds = Map.of(x, Values.fill(x.shape(), 1), z, Values.fill(z.shape(), 1));
        List<Values> gradients = Reference.evaluate(feeds, Gradients.of(x.sum(), List.of(z, x)));
        assertThat(gradients.get(0).doubles()).containsExactly(0, 0, 0, 0);
        assertThat(gradients.get(1).doubles()).containsExactly(1, 1, 1);
        assertThat(Reference.evaluate(feeds, Gradients.of(x.lessThan(z.sum()).sum(), x))
                        .doubles())
                .containsExactly(0, 0, 0);
    }

    @Test
    void derivativesWithRespectToComputedTensors() {
        Tensor x = Tensor.input("x", Shape.SCALAR);
        Tensor h = x.times(3);
        Tensor y = h.square().plus(x);
        Map<Tensor, Values> feeds = Map.of(x, Values.scalar(2));
        // ∂y/∂h with everything else held; dy/dx through everything.
        List<Values> gradients = Reference.evaluate(feeds, Gradients.of(y, List.of(h, x, y)));
        assertThat(gradients.get(0).item()).isEqualTo(12);
        assertThat(gradients.get(1).item()).isEqualTo(37);
        assertThat(gradients.get(2).item()).isEqualTo(1);
    }
}
