package scorefield.autodiff.op;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import scorefield.autodiff.Tensor;

/** The sum over some axes, which stay with extent 1. The adjoint of {@link Broadcast}. */
public record Sum(List<Integer> axes) implements Reduction {

    @Override
    public double identity() {
        return 0;
    }

    @Override
    public DoubleBinaryOperator fold() {
        return Double::sum;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return cotangent.broadcastTo(node.input(0).shape());
    }
}
