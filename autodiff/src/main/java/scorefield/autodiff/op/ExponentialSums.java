package scorefield.autodiff.op;

import java.util.Arrays;
import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The plain-Java implementation of {@link Softmax} and {@link LogSumExp}: Σeˣ along one axis, as e^max·Σe^(x − max), so that no exponential overflows.
 */
final class ExponentialSums {

    private final double[] x;
    /** From an element of x to the sum that it is part of. */
    private final Strided sumOf;

    private final double[] max;
    private final double[] sum;

    ExponentialSums(Shape shape, int axis, double[] x) {
        this.x = x;
        Shape reduced = shape.with(axis, 1);
        this.sumOf = Strided.broadcast(reduced, shape);
        this.max = new double[reduced.size()];
        this.sum = new double[reduced.size()];
        Arrays.fill(max, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < x.length; i++) {
            int k = sumOf.index(i);
            max[k] = Math.max(max[k], x[i]);
        }
        for (int i = 0; i < x.length; i++) {
            int k = sumOf.index(i);
            sum[k] += Math.exp(x[i] - max[k]);
        }
    }

    /** Checks that there is one input and that it has the axis; returns its shape. */
    static Shape check(Op op, int axis, List<Tensor> inputs) {
        op.floats(inputs, 1);
        Shape shape = inputs.get(0).shape();
        if (axis < 0 || axis >= shape.rank()) {
            throw op.misfit("has no axis " + axis, inputs);
        }
        return shape;
    }

    /** eˣ/Σeˣ for element i of x. */
    double share(int i) {
        int k = sumOf.index(i);
        return Math.exp(x[i] - max[k]) / sum[k];
    }

    /** log Σeˣ for each sum, in row-major order. */
    double[] logs() {
        double[] logs = new double[sum.length];
        Arrays.setAll(logs, k -> max[k] + Math.log(sum[k]));
        return logs;
    }
}
