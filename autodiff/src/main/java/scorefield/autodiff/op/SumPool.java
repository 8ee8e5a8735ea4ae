package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** The sum of each square of factor×factor pixels of N×H×W×C. The adjoint of {@link UpsampleNearest}. */
public record SumPool(int factor) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        return Images.reduced(this, factor, inputs);
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
            for (int a = 0; a < factor; a++) {
                for (int b = 0; b < factor; b++) {
                    int row = (n * d[1] + i) * factor + a;
                    result[k] += in[0][(row * d[2] * factor + j * factor + b) * d[3] + c];
                }
            }
        });
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return cotangent.upsampleNearest(factor);
    }
}
