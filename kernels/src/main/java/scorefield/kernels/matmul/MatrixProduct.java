package scorefield.kernels.matmul;

import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.MatMul;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Region;

/**
 * A product C = A·B to be launched, or a batch of them, whose matrices lie one after the other.
 *
 * @param batch how many products
 * @param a m×k or, transposed, k×m
 * @param b k×n or, transposed, n×k
 * @param c m×n, the result
 */
record MatrixProduct(
        int batch, Region a, boolean transposeA, Region b, boolean transposeB, Region c, int m, int n, int k) {

    static MatrixProduct of(Tensor node, Emitter out) {
        MatMul op = (MatMul) node.op();
        int m = node.shape().dim(-2);
        int n = node.shape().dim(-1);
        return new MatrixProduct(
                node.shape().size() / (m * n),
                out.input(0),
                op.transposeA(),
                out.input(1),
                op.transposeB(),
                out.output(),
                m,
                n,
                op.inner(node));
    }

    /** Multiplications and additions. */
    double flops() {
        return 2.0 * batch * m * n * k;
    }

    /** The least memory traffic: everything once. */
    double bytes() {
        return 4.0 * batch * ((double) m * k + (double) k * n + (double) m * n);
    }
}
