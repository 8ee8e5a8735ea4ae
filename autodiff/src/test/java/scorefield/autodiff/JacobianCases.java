package scorefield.autodiff;

import static scorefield.autodiff.OpCase.Argument.normal;
import static scorefield.autodiff.OpCase.Argument.positive;
import static scorefield.autodiff.OpCase.smooth;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Functions of a batch of independent samples, with square Jacobians: the first input is the batch, the others are parameters. */
public final class JacobianCases {

    private JacobianCases() {}

    public static List<OpCase> all() {
        return List.of(
                smooth("[3x₁, 4x₂², 5]", in -> workedExample(in.get(0)), normal(4, 3)),
                smooth("one number a sample", in -> in.get(0).times(in.get(1)).sin(), normal(5), normal(1)),
                smooth(
                        "MLP",
                        in -> in.get(0)
                                .matmul(in.get(1))
                                .plus(in.get(2))
                                .tanh()
                                .matmul(in.get(3))
                                .softplus()
                                .matmul(in.get(4)),
                        normal(3, 4),
                        normal(4, 7),
                        normal(7),
                        normal(7, 5),
                        normal(5, 4)),
                smooth(
                        "MLP with a noise level a sample",
                        JacobianCases::withNoiseLevels,
                        normal(3, 5),
                        positive(3),
                        normal(5, 6),
                        normal(6, 5)),
                smooth(
                        "strided convolution, group norm with SiLU, nearest upsampling",
                        in -> in.get(0)
                                .conv2d(in.get(1), 2, 1)
                                .groupNormSilu(in.get(2), in.get(3), 2, 1e-3)
                                .upsampleNearest(2)
                                .conv2d(in.get(4), 1, 1),
                        normal(2, 4, 4, 1),
                        normal(3, 3, 1, 4),
                        normal(4),
                        normal(4),
                        normal(3, 3, 4, 1)),
                smooth(
                        "group norm, average pooling, bilinear upsampling, a skip",
                        in -> {
                            Tensor h = in.get(0).conv2d(in.get(1), 1, 1).groupNorm(in.get(2), in.get(3), 1, 1e-3);
                            Tensor deep = h.averagePool(2)
                                    .groupNormSilu(in.get(2), in.get(3), 3, 1e-3)
                                    .upsampleBilinear(2);
                            return Tensor.concatenate(3, List.of(h.silu(), deep))
                                    .conv2d(in.get(4), 1, 0);
                        },
                        normal(3, 2, 4, 2),
                        normal(3, 3, 2, 3),
                        normal(3),
                        normal(3),
                        normal(1, 1, 6, 2)));
    }

    /** s(x) = [3x₁, 4x₂², 5]: its Jacobian is diagonal, with the trace 3 + 8x₂. */
    static Tensor workedExample(Tensor x) {
        int n = x.shape().dim(0);
        return Tensor.concatenate(
                1,
                List.of(x.slice(1, 0, 1).times(3), x.slice(1, 1, 2).square().times(4), Tensor.fill(Shape.of(n, 1), 5)));
    }

    /** A score network of the form s(x, σ) = net(x)/σ, whose noise levels are repeated with the batch. */
    private static Tensor withNoiseLevels(List<Tensor> in) {
        Tensor x = in.get(0);
        Tensor sigma = in.get(1);
        Tensor spread =
                Jacobian.repeat(sigma, x.shape().dim(0) / sigma.shape().dim(0)).reshape(-1, 1);
        return x.over(spread).matmul(in.get(2)).silu().matmul(in.get(3)).over(spread);
    }

    /** A case's function of the batch, its parameters being a graph's. */
    public static UnaryOperator<Tensor> function(OpCase opCase, OpCase.Graph graph) {
        return batch -> {
            List<Tensor> inputs = new ArrayList<>(graph.inputs());
            inputs.set(0, batch);
            return opCase.graph().apply(inputs);
        };
    }
}
