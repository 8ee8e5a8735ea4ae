package scorefield.autodiff.op;

import java.util.List;
import java.util.Optional;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The softmax along one axis: yᵢ = e^xᵢ/Σⱼe^xⱼ, positive numbers whose sum is 1.
 *
 * <p>The greatest number along the axis is subtracted before the exponential is taken. That changes no quotient, and nothing overflows. An
 * element of −∞ gives 0; where all are −∞, or one is +∞, the result is NaN.
 */
public record Softmax(int axis) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        return ExponentialSums.check(this, axis, inputs);
    }

    @Override
    public Optional<Tensor> lowered(Tensor node) {
        Tensor x = node.input(0);
        Tensor exponentials = x.minus(x.maxKeep(axis)).exp();
        return Optional.of(exponentials.over(exponentials.sumKeep(axis)));
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        ExponentialSums sums = new ExponentialSums(node.shape(), axis, in[0]);
        double[] result = new double[in[0].length];
        Parallel.range(result.length, i -> result[i] = sums.share(i));
        return result;
    }

    /** The maximum has no part in it, since y does not depend on what is subtracted. */
    @Override
    public Tensor vjp(Tensor node, int input, Tensor g) {
        return new Tensor(new SoftmaxGradient(axis), List.of(node, g));
    }
}
