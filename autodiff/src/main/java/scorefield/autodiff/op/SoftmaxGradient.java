package scorefield.autodiff.op;

import java.util.List;
import java.util.Optional;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The vector-Jacobian product of {@link Softmax} along one axis, from its result y and the cotangent g. With ∂yᵢ/∂xⱼ = yᵢ·(δᵢⱼ − yⱼ) it is
 *
 * <pre>yᵢ·(gᵢ − Σⱼ gⱼ·yⱼ)</pre>
 *
 * <p>Inputs: y and g, of one shape, which is the result's as well.
 */
public record SoftmaxGradient(int axis) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 2);
        Shape shape = inputs.get(0).shape();
        if (!shape.equals(inputs.get(1).shape())) {
            throw misfit("needs inputs of equal shape", inputs);
        }
        if (axis < 0 || axis >= shape.rank()) {
            throw misfit("has no axis " + axis, inputs);
        }
        return shape;
    }

    @Override
    public Optional<Tensor> lowered(Tensor node) {
        Tensor y = node.input(0);
        Tensor g = node.input(1);
        return Optional.of(y.times(g.minus(g.times(y).sumKeep(axis))));
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        Shape reduced = node.shape().with(axis, 1);
        Strided sumOf = Strided.broadcast(reduced, node.shape());
        double[] sums = new double[reduced.size()];
        for (int i = 0; i < in[0].length; i++) {
            sums[sumOf.index(i)] += in[1][i] * in[0][i];
        }
        double[] result = new double[in[0].length];
        Parallel.range(result.length, i -> result[i] = in[0][i] * (in[1][i] - sums[sumOf.index(i)]));
        return result;
    }

    /** It is linear and symmetric in g; with respect to y it is c·(g − Σ g·y) − g·Σ c·y. */
    @Override
    public Tensor vjp(Tensor node, int input, Tensor c) {
        Tensor y = node.input(0);
        Tensor g = node.input(1);
        if (input == 1) {
            return new Tensor(this, List.of(y, c));
        }
        return c.times(g.minus(g.times(y).sumKeep(axis)))
                .minus(g.times(c.times(y).sumKeep(axis)));
    }
}
