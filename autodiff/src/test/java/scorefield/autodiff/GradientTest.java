package scorefield.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The derivatives of every op, first and second, against finite differences. */
class GradientTest {

    private static final long SEED = 1;

    /** ⟨c, y⟩ for a random c: its gradient is the vjp with cotangent c. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.OpCases#allSmooth")
    void firstDerivative(OpCase opCase) {
        OpCase.Graph graph = opCase.build();
        Map<Tensor, Values> feeds = opCase.feeds(graph, SEED);
        List<Tensor> wrt = new ArrayList<>(graph.differentiable());
        Tensor c = random("c", graph.result().shape(), 2, feeds);
        wrt.add(c);
        GradientCheck.check(graph.result().times(c).sum(), wrt, feeds);
    }

    /** ⟨u, vjp(y, c)⟩ for random u and c: its gradient, with respect to the inputs and to c, is made of all the second derivatives. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.OpCases#allSmooth")
    void secondDerivative(OpCase opCase) {
        OpCase.Graph graph = opCase.build();
        Map<Tensor, Values> feeds = opCase.feeds(graph, SEED);
        List<Tensor> wrt = new ArrayList<>(graph.differentiable());
        Tensor c = random("c", graph.result().shape(), 2, feeds);
        Tensor product = Tensor.scalar(0);
        for (Tensor gradient : Gradients.vjp(graph.result(), c, wrt)) {
            Tensor u = random("u", gradient.shape(), 3, feeds);
            product = product.plus(gradient.times(u).sum());
        }
        wrt.add(c);
        GradientCheck.check(product, wrt, feeds);
    }

    private static Tensor random(String name, Shape shape, long seed, Map<Tensor, Values> feeds) {
        Tensor tensor = Tensor.input(name, shape);
        feeds.put(tensor, OpCase.Argument.of(OpCase.Domain.NORMAL, shape).draw(new Random(seed)));
        return tensor;
    }
}
