package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** The same numbers in the same order under another shape. */
public record Reshape(Shape result) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        if (inputs.size() != 1 || inputs.get(0).shape().size() != result.size()) {
            throw misfit("cannot become " + result, inputs);
        }
        return result;
    }

    @Override
    public DType dtype(List<Tensor> inputs) {
        return inputs.get(0).dtype();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        return in[0];
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return cotangent.reshape(node.input(0).shape());
    }
}
