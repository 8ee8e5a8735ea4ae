package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** The adjoint of {@link UpsampleBilinear}: from its result's cotangent to its input's. */
public record UpsampleBilinearGradient(int factor) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        return Images.reduced(this, factor, inputs);
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        double[] result = new double[node.shape().size()];
        new UpsampleBilinear(factor)
                .visit(node.input(0).shape(), (small, large, weight) -> result[small] += weight * in[0][large]);
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return cotangent.upsampleBilinear(factor);
    }
}
