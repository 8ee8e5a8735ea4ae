package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** Each pixel of N×H×W×C repeated to a square of factor×factor pixels. The adjoint of {@link SumPool}. */
public record UpsampleNearest(int factor) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        return Images.enlarged(Images.check(this, factor, inputs), factor);
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        int[] d = node.shape().dims();
        double[] result = new double[node.shape().size()];
        Parallel.range(result.length, k -> {
            int c = k % d[3];
            int j = k / d[3] % d[2];
            int i = k / d[3] / d[2] % d[1];
            int n = k / d[3] / d[2] / d[1];
            result[k] = in[0][((n * (d[1] / factor) + i / factor) * (d[2] / factor) + j / factor) * d[3] + c];
        });
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return cotangent.sumPool(factor);
    }
}
