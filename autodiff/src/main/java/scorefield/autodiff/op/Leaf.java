package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** A node without inputs. Its numbers come from outside the graph: the device provides them. */
public sealed interface Leaf extends Op permits Input, Variable, Constant {

    /** The shape of its numbers. */
    Shape result();

    /** Their type. */
    DType type();

    @Override
    default Shape shape(List<Tensor> inputs) {
        return result();
    }

    @Override
    default DType dtype(List<Tensor> inputs) {
        return type();
    }

    @Override
    default double[] evaluate(Tensor node, double[][] in) {
        throw new IllegalStateException(node + " is a leaf: its numbers come from outside");
    }

    @Override
    default Tensor vjp(Tensor node, int input, Tensor cotangent) {
        throw new IllegalStateException(node + " is a leaf: it has no inputs to pass a cotangent to");
    }
}
