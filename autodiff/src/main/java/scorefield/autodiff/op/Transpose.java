package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** Axes in another order: axis i of the result is axis {@code permutation[i]} of the input. */
public record Transpose(List<Integer> permutation) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 1);
        Shape from = inputs.get(0).shape();
        if (permutation.size() != from.rank()
                || permutation.stream().distinct().count() != from.rank()
                || permutation.stream().anyMatch(axis -> axis < 0 || axis >= from.rank())) {
            throw misfit(permutation + " is not an order of its axes", inputs);
        }
        return Shape.of(permutation.stream().mapToInt(from::dim).toArray());
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        int[] own = node.input(0).shape().strides();
        int[] strides = permutation.stream().mapToInt(axis -> own[axis]).toArray();
        return new Strided(node.shape(), strides, 0).read(in[0], in[0].length);
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        int[] inverse = new int[permutation.size()];
        for (int axis = 0; axis < inverse.length; axis++) {
            inverse[permutation.get(axis)] = axis;
        }
        return cotangent.transpose(inverse);
    }
}
