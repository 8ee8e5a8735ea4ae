package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** Numbers of any type as {@code FLOAT}: a byte becomes 0 to 255. */
public record ToFloat() implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        if (inputs.size() != 1) {
            throw misfit("needs one input", inputs);
        }
        return inputs.get(0).shape();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        return in[0];
    }

    /** A cotangent passes through a FLOAT input unchanged; integers have none. */
    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return node.input(0).dtype() == node.dtype() ? cotangent : Gradients.NONE;
    }
}
