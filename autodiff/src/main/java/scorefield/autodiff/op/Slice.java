package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** The part from {@code from} (inclusive) to {@code to} (exclusive) along one axis. The adjoint of {@link Pad}. */
public record Slice(int axis, int from, int to) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        if (inputs.size() != 1) {
            throw misfit("needs one input", inputs);
        }
        Shape shape = inputs.get(0).shape();
        if (axis < 0 || axis >= shape.rank() || from < 0 || from >= to || to > shape.dim(axis)) {
            throw misfit("has no part " + from + " to " + to + " along axis " + axis, inputs);
        }
        return shape.with(axis, to - from);
    }

    @Override
    public DType dtype(List<Tensor> inputs) {
        return inputs.get(0).dtype();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        int[] strides = node.input(0).shape().strides();
        return new Strided(node.shape(), strides, from * strides[axis])
                .read(in[0], node.shape().size());
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return cotangent.pad(axis, from, node.input(0).shape().dim(axis) - to);
    }
}
