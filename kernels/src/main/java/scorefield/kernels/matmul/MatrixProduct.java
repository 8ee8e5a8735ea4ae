package scorefield.kernels.matmul;

import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.MatMul;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Region;

/**
 * A product C = A·B to be launched.
 *
 * @param a m×k or, transposed, k×m
 * @param b k×n or, transposed, n×k
 * @param c m×n, the result
 */
record MatrixProduct(Region a, boolean transposeA, Region b, boolean transposeB, Region c, int m, int n, int k) {

    static MatrixProduct of(Tensor node, Emitter out) {
        MatMul op = (MatMul) node.op();
        return new MatrixProduct(
                out.input(0),
                op.transposeA(),
                out.input(1),
                op.transposeB(),
                out.output(),
                node.shape().dim(0),
                node.shape().dim(1),
                node.input(0).shape().dim(op.transposeA() ? 0 : 1));
    }

    /** Multiplications and additions. */
    double flops() {
        return 2.0 * m * n * k;
    }

    /** The least memory traffic: everything once. */
    double bytes() {
        return 4.0 * ((double) m * k + (double) k * n + (double) m * n);
    }
}
