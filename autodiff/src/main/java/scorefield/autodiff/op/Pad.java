package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** Zeros added before and after along one axis. The adjoint of {@link Slice}. */
public record Pad(int axis, int before, int after) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 1);
        Shape shape = inputs.get(0).shape();
        if (axis < 0 || axis >= shape.rank() || before < 0 || after < 0) {
            throw misfit("cannot add " + before + " and " + after + " along axis " + axis, inputs);
        }
        return shape.with(axis, before + shape.dim(axis) + after);
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        double[] result = new double[node.shape().size()];
        int[] strides = node.shape().strides();
        Strided target = new Strided(node.input(0).shape(), strides, before * strides[axis]);
        Parallel.range(in[0].length, i -> result[target.index(i)] = in[0][i]);
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return cotangent.slice(axis, before, before + node.input(0).shape().dim(axis));
    }
}
