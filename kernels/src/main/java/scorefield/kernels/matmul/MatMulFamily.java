package scorefield.kernels.matmul;

import java.util.List;
import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.MatMul;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.ReferenceSlice;
import scorefield.kernels.family.ReferenceSlice.Cut;
import scorefield.kernels.family.Rounding;

/** {@link MatMul}: {@code matmul.cl} on a CPU, {@code matmul_gpu.cl} on a GPU. */
public final class MatMulFamily implements OpFamily {

    /** Rows of the result that the reference computes. */
    private static final int CHECKED_ROWS = 4;

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(MatMul.class);
    }

    @Override
    public Computation computation(Tensor node) {
        return new Computation.Launched(out -> {
            MatrixProduct product = MatrixProduct.of(node, out);
            if (out.cpu()) {
                new CpuMatMul(product, out).launch();
            } else {
                GpuMatMul.launch(product, out);
            }
        });
    }

    @Override
    public Rounding rounding(Tensor node) {
        return rounding(node, Precision.FLOAT32);
    }

    @Override
    public Rounding rounding(Tensor node, Precision precision) {
        return Rounding.sum(((MatMul) node.op()).inner(node), precision);
    }

    @Override
    public ReferenceSlice referenceSlice(Tensor node) {
        int rows = node.shape().axis(-2);
        int columns = node.shape().axis(-1);
        Cut rowsOfA = new Cut(((MatMul) node.op()).transposeA() ? columns : rows, CHECKED_ROWS);
        return new ReferenceSlice(
                node.op(), List.of(List.of(rowsOfA), List.of()), List.of(new Cut(rows, CHECKED_ROWS)));
    }
}
