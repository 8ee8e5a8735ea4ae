package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The matrix product A·B of …×M×K and …×K×N; a flag says that a factor's matrices come transposed (…×K×M, …×N×K).
 *
 * <p>The leading axes, the batch, are the same in both factors and in the result, …×M×N: each pair of matrices is multiplied by itself.
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 2);
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        if (a.rank() < 2
                || a.rank() != b.rank()
                || !batched(a, 1, 1).equals(batched(b, 1, 1))
                || a.dim(transposeA ? -2 : -1) != b.dim(transposeB ? -1 : -2)) {
            throw misfit("needs matrices with equal inner extents, and equal batches of them", inputs);
        }
        return batched(a, a.dim(transposeA ? -1 : -2), b.dim(transposeB ? -2 : -1));
    }

    /** A shape with other extents along its last two axes. */
    private static Shape batched(Shape shape, int rows, int columns) {
        return shape.with(-2, rows).with(-1, columns);
    }

    /** K, the number of products in each sum, for a node that this op computes. */
    public int inner(Tensor node) {
        return node.input(0).shape().dim(transposeA ? -2 : -1);
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        int rows = node.shape().dim(-2);
        int columns = node.shape().dim(-1);
        int inner = inner(node);
        double[] result = new double[node.shape().size()];
        Parallel.blocks(result.length / columns, row -> {
            int m = row % rows;
            int a = row / rows * rows * inner;
            int b = row / rows * inner * columns;
            for (int k = 0; k < inner; k++) {
                double left = in[0][a + (transposeA ? k * rows + m : m * inner + k)];
                for (int n = 0; n < columns; n++) {
                    result[row * columns + n] += left * in[1][b + (transposeB ? n * inner + k : k * columns + n)];
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
