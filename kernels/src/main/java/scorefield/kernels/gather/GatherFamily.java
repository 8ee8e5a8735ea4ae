package scorefield.kernels.gather;

import java.util.Set;
import scorefield.autodiff.DType;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Gather;
import scorefield.autodiff.op.ScatterAdd;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.Rounding;
import scorefield.kernels.launch.CType;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;

/**
 * {@link Gather} and {@link ScatterAdd}: one work-item a row of the result on a CPU ({@code gather.cl}), one a number on a GPU
 * ({@code gather_gpu.cl}).
 */
public final class GatherFamily implements OpFamily {

    private static final int GPU_WORK_GROUP = 64;

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(Gather.class, ScatterAdd.class);
    }

    @Override
    public Computation computation(Tensor node) {
        if (node.op() instanceof Gather) {
            return new Computation.Launched(out -> gather(node, out));
        }
        if (node.op() instanceof ScatterAdd) {
            return new Computation.Launched(out -> scatterAdd(node, out));
        }
        throw incomplete(node);
    }

    @Override
    public Rounding rounding(Tensor node) {
        if (node.op() instanceof Gather) {
            return Rounding.exact();
        }
        if (node.op() instanceof ScatterAdd) {
            return Rounding.sum(node.input(0).shape().dim(0));
        }
        throw incomplete(node);
    }

    private static void gather(Tensor node, Emitter out) {
        Shape table = node.input(0).shape();
        Launch launch = launch("gather", node.dtype(), out)
                .integer(table.dim(0))
                .integer(table.range(1, table.rank()))
                .work(0, 2.0 * node.shape().size() * node.dtype().bytes());
        emit(launch, node.shape().dim(0), node.shape().size(), out);
    }

    private static void scatterAdd(Tensor node, Emitter out) {
        Shape rows = node.input(0).shape();
        Launch launch = launch("scatter_add", DType.FLOAT, out)
                .integer(rows.dim(0))
                .integer(rows.range(1, rows.rank()))
                .work(rows.size(), 4.0 * (rows.size() + (double) node.shape().size()));
        emit(launch, node.shape().dim(0), node.shape().size(), out);
    }

    private static Launch launch(String kernel, DType dtype, Emitter out) {
        return (out.cpu() ? Launch.of("gather/gather.cl", kernel) : Launch.of("gather/gather_gpu.cl", kernel + "_gpu"))
                .define("TYPE", CType.of(dtype))
                .define("MISSING", dtype == DType.FLOAT ? "NAN" : "0")
                .read(out.input(0))
                .read(out.input(1))
                .write(out.output());
    }

    private static void emit(Launch launch, int rows, int numbers, Emitter out) {
        out.launch(out.cpu() ? launch.global(rows) : launch.integer(numbers).forEach(numbers, GPU_WORK_GROUP));
    }
}
