package scorefield.autodiff.op;

import java.util.List;
import java.util.Optional;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The logarithm of a sum of exponentials along one axis, which stays with extent 1: log Σᵢe^xᵢ. Its gradient is the {@link Softmax}.
 *
 * <p>It is computed as max + log Σᵢe^(xᵢ − max), so that nothing overflows. Where all elements are −∞, or one is +∞, the result is NaN.
 */
public record LogSumExp(int axis) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        return ExponentialSums.check(this, axis, inputs).with(axis, 1);
    }

    @Override
    public Optional<Tensor> lowered(Tensor node) {
        Tensor x = node.input(0);
        Tensor max = x.maxKeep(axis);
        return Optional.of(x.minus(max).exp().sumKeep(axis).log().plus(max));
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        return new ExponentialSums(node.input(0).shape(), axis, in[0]).logs();
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor g) {
        return g.times(node.input(0).softmax(axis));
    }
}
