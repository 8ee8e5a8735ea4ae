package scorefield.autodiff.op;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** An op that reduces some axes to extent 1. */
public sealed interface Reduction extends Op permits Sum, Max {

    /** The reduced axes, ascending. */
    List<Integer> axes();

    /** The neutral element of the fold. */
    double identity();

    /** Combines two numbers into one. */
    DoubleBinaryOperator fold();

    @Override
    default Shape shape(List<Tensor> inputs) {
        floats(inputs, 1);
        Shape shape = inputs.get(0).shape();
        for (int axis : axes()) {
            if (axis < 0 || axis >= shape.rank()) {
                throw misfit("has no axis " + axis, inputs);
            }
            shape = shape.with(axis, 1);
        }
        return shape;
    }

    @Override
    default double[] evaluate(Tensor node, double[][] in) {
        double[] result = new double[node.shape().size()];
        Arrays.fill(result, identity());
        // The result has strides of 0 along the reduced axes: many elements of the input meet the same one.
        Strided target = Strided.broadcast(node.shape(), node.input(0).shape());
        for (int i = 0; i < in[0].length; i++) {
            int j = target.index(i);
            result[j] = fold().applyAsDouble(result[j], in[0][i]);
        }
        return result;
    }
}
