package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** Tensors one after the other along one axis; all their other extents are equal. */
public record Concatenate(int axis) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, inputs.size());
        if (inputs.isEmpty()) {
            throw misfit("needs at least one input", inputs);
        }
        Shape first = inputs.get(0).shape();
        int total = 0;
        for (Tensor input : inputs) {
            if (axis < 0
                    || axis >= input.shape().rank()
                    || !input.shape().with(axis, first.dim(axis)).equals(first)) {
                throw misfit("needs inputs that differ along axis " + axis + " alone", inputs);
            }
            total += input.shape().dim(axis);
        }
        return first.with(axis, total);
    }

    /** The index along the axis at which an input starts. */
    public int start(List<Tensor> inputs, int input) {
        return inputs.subList(0, input).stream()
                .mapToInt(part -> part.shape().dim(axis))
                .sum();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        double[] result = new double[node.shape().size()];
        int[] strides = node.shape().strides();
        for (int k = 0; k < in.length; k++) {
            double[] part = in[k];
            Strided target = new Strided(node.input(k).shape(), strides, start(node.inputs(), k) * strides[axis]);
            Parallel.range(part.length, i -> result[target.index(i)] = part[i]);
        }
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        int from = start(node.inputs(), input);
        return cotangent.slice(axis, from, from + node.input(input).shape().dim(axis));
    }
}
