package scorefield.autodiff.op;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import scorefield.autodiff.Tensor;

/** The greatest number over some axes, which stay with extent 1. Where several are equal to it, they share the cotangent evenly. */
public record Max(List<Integer> axes) implements Reduction {

    @Override
    public double identity() {
        return Double.NEGATIVE_INFINITY;
    }

    @Override
    public DoubleBinaryOperator fold() {
        return Math::max;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        Tensor greatest = node.input(0).equalTo(node);
        Tensor count = new Tensor(new Sum(axes), List.of(greatest));
        return greatest.times(cotangent.over(count));
    }
}
