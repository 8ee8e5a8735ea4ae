package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayersTest {

    private final Tensor x = Tensor.input("x", Shape.of(3));
    private final Tensor w = Tensor.variable("w", Shape.of(3));
    private final Tensor product = x.times(w);
    private final Tensor first = product.plus(1).named("first");
    private final Tensor square = first.square();
    private final Tensor loss = square.sum().named("loss");

    @Test
    void unnamedNodesBelongToTheNamedOneThatIsComputedFromThem() {
        Layers layers = Layers.of(Tensor.order(List.of(loss)));
        assertThat(layers.nameOf(product)).isEqualTo("first");
        assertThat(layers.nameOf(first)).isEqualTo("first");
        assertThat(layers.nameOf(square)).isEqualTo("loss");
        assertThat(layers.nameOf(loss)).isEqualTo("loss");
        assertThat(layers.nameOf(x)).as("leaves belong to nobody").isEmpty();
        assertThat(layers.nameOf(loss.times(2))).as("it is not in the graph").isEmpty();
    }

    @Test
    void aNodeBelongsToTheFirstNamedOneThatIsComputedFromIt() {
        Tensor shared = x.square();
        Tensor early = shared.plus(1).named("early");
        Tensor late = early.plus(shared).named("late");
        assertThat(Layers.of(Tensor.order(List.of(late))).nameOf(shared)).isEqualTo("early");
    }

    @Test
    void gradientsAreNamedAfterTheLayerThatTheyDifferentiate() {
        Tensor gradient = Gradients.of(loss, w);
        assertThat(gradient.name()).isEqualTo("∇first");
        List<Tensor> order = Tensor.order(List.of(gradient));
        Layers layers = Layers.of(order);
        assertThat(order.stream().map(layers::nameOf).distinct()).contains("∇loss", "∇first");
        assertThat(Tensor.order(List.of(Gradients.of(gradient.sum(), w))))
                .extracting(Tensor::name)
                .as("and so are theirs")
                .contains("∇∇loss");
    }

    @Test
    void aCotangentThatIsOnlyPassedOnKeepsItsName() {
        Tensor cotangent = Tensor.input("cotangent", Shape.of(3));
        Tensor sum = x.plus(w).named("sum");
        assertThat(Gradients.vjp(sum, cotangent, List.of(w))).containsExactly(cotangent);
    }

    @Test
    void aVariablesNewValueIsNamedAfterIt() {
        Tensor gradient = Gradients.of(loss, w);
        Tensor step = gradient.times(0.1);
        Layers layers = Layers.of(new Program(List.of(loss), Map.of(w, w.minus(step))));
        assertThat(layers.nameOf(step)).isEqualTo("w");
        assertThat(layers.nameOf(gradient)).isEqualTo("∇first");
    }
}
