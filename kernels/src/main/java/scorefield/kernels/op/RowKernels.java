package scorefield.kernels.op;

import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Gather;
import scorefield.autodiff.op.ScatterAdd;
import scorefield.kernels.Emitter;
import scorefield.kernels.Launch;

/** Launches {@link Gather} and {@link ScatterAdd} ({@code gather.cl}): one work-item a row of the result. */
public final class RowKernels {

    private RowKernels() {}

    /** Launches the reading of rows. */
    public static void gather(Gather op, Tensor node, Emitter out) {
        Shape table = node.input(0).shape();
        out.launch(launch("gather", node.dtype(), out)
                .integer(table.dim(0))
                .integer(table.range(1, table.rank()))
                .global(node.shape().dim(0))
                .work(0, 2.0 * node.shape().size() * node.dtype().bytes()));
    }

    /** Launches the adding of rows. */
    public static void scatterAdd(ScatterAdd op, Tensor node, Emitter out) {
        Shape rows = node.input(0).shape();
        out.launch(launch("scatter_add", DType.FLOAT, out)
                .integer(rows.dim(0))
                .integer(rows.range(1, rows.rank()))
                .global(op.rows())
                .work(rows.size(), 4.0 * (rows.size() + (double) node.shape().size())));
    }

    private static Launch launch(String kernel, DType dtype, Emitter out) {
        return Launch.of("gather.cl", kernel)
                .define("TYPE", Types.scalar(dtype))
                .define("MISSING", dtype == DType.FLOAT ? "NAN" : "0")
                .read(out.input(0))
                .read(out.input(1))
                .write(out.output());
    }
}
