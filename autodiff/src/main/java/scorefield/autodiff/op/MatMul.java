package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** The matrix product A·B of M×K and K×N; a flag says that a factor comes transposed (K×M, N×K). */
public record MatMul(boolean transposeA, boolean transposeB) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 2);
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        if (a.rank() != 2 || b.rank() != 2 || a.dim(transposeA ? 0 : 1) != b.dim(transposeB ? 1 : 0)) {
            throw misfit("needs two matrices with equal inner extents", inputs);
        }
        return Shape.of(a.dim(transposeA ? 1 : 0), b.dim(transposeB ? 0 : 1));
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        Shape a = node.input(0).shape();
        int rows = node.shape().dim(0);
        int columns = node.shape().dim(1);
        int inner = a.dim(transposeA ? 0 : 1);
        double[] result = new double[rows * columns];
        Parallel.blocks(rows, m -> {
            for (int k = 0; k < inner; k++) {
                double left = in[0][transposeA ? k * rows + m : m * inner + k];
                for (int n = 0; n < columns; n++) {
                    result[m * columns + n] += left * in[1][transposeB ? n * inner + k : k * columns + n];
                }
            }
        });
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor g) {
        Tensor a = node.input(0);
        Tensor b = node.input(1);
        if (input == 0) { // G·Bᵀ, or its transpose
            return transposeA ? b.matmul(g, transposeB, true) : g.matmul(b, false, !transposeB);
        }
        return transposeB ? g.matmul(a, true, transposeA) : a.matmul(g, !transposeA, false); // Aᵀ·G, or its transpose
    }
}
