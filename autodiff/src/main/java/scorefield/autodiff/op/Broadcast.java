package scorefield.autodiff.op;

import java.util.List;
import java.util.stream.IntStream;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** A tensor repeated along new leading axes and along its axes of extent 1. The adjoint of {@link Sum}. */
public record Broadcast(Shape result) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 1);
        Shape from = inputs.get(0).shape();
        if (from.rank() > result.rank()
                || !Shape.broadcast(label(), from, result).equals(result)) {
            throw misfit("cannot stretch to " + result, inputs);
        }
        return result;
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        return Strided.broadcast(node.input(0).shape(), result).read(in[0], result.size());
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        Shape from = node.input(0).shape();
        int lead = result.rank() - from.rank();
        int[] stretched = IntStream.range(0, result.rank())
                .filter(axis -> axis < lead || from.dim(axis - lead) != result.dim(axis))
                .toArray();
        return cotangent.sumKeep(stretched).reshape(from);
    }
}
