package scorefield.kernels.pass;

import java.util.HashMap;
import java.util.Map;
import scorefield.autodiff.Op;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.autodiff.op.Gather;
import scorefield.autodiff.op.GroupNorm;
import scorefield.autodiff.op.GroupNormInputGradient;
import scorefield.autodiff.op.GroupNormScaleGradient;
import scorefield.autodiff.op.MatMul;
import scorefield.autodiff.op.Pad;
import scorefield.autodiff.op.Random;
import scorefield.autodiff.op.ScatterAdd;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.SumPool;
import scorefield.autodiff.op.Transpose;
import scorefield.autodiff.op.UpsampleBilinear;
import scorefield.autodiff.op.UpsampleBilinearGradient;
import scorefield.autodiff.op.UpsampleNearest;
import scorefield.kernels.convolution.Conv2dInputGradientLauncher;
import scorefield.kernels.convolution.Conv2dLauncher;
import scorefield.kernels.convolution.Conv2dWeightGradientLauncher;
import scorefield.kernels.convolution.ConvolutionWithEpilogue;
import scorefield.kernels.convolution.ConvolutionWithEpilogueLauncher;
import scorefield.kernels.gather.RowKernels;
import scorefield.kernels.groupnorm.GroupNormKernels;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launcher;
import scorefield.kernels.matmul.MatMulLauncher;
import scorefield.kernels.random.RandomLauncher;
import scorefield.kernels.resample.ResampleKernels;
import scorefield.kernels.strided.StridedKernels;

/** Which launcher computes which op: one line each. Pointwise ops, reductions and views are not here; the planner fuses them. */
public final class Launchers {

    private static final Map<Class<? extends Op>, Launcher<? extends Op>> ALL = new HashMap<>();

    static {
        register(Conv2d.class, new Conv2dLauncher());
        register(Conv2dInputGradient.class, new Conv2dInputGradientLauncher());
        register(Conv2dWeightGradient.class, new Conv2dWeightGradientLauncher());
        register(ConvolutionWithEpilogue.class, new ConvolutionWithEpilogueLauncher());
        register(MatMul.class, new MatMulLauncher());
        register(GroupNorm.class, GroupNormKernels::forward);
        register(GroupNormInputGradient.class, GroupNormKernels::inputGradient);
        register(GroupNormScaleGradient.class, GroupNormKernels::scaleGradient);
        register(UpsampleNearest.class, ResampleKernels::upsampleNearest);
        register(SumPool.class, ResampleKernels::sumPool);
        register(UpsampleBilinear.class, ResampleKernels::upsampleBilinear);
        register(UpsampleBilinearGradient.class, ResampleKernels::upsampleBilinearGradient);
        register(Gather.class, RowKernels::gather);
        register(ScatterAdd.class, RowKernels::scatterAdd);
        register(Slice.class, StridedKernels::slice);
        register(Pad.class, StridedKernels::pad);
        register(Concatenate.class, StridedKernels::concatenate);
        register(Transpose.class, StridedKernels::transpose);
        register(Random.class, new RandomLauncher());
    }

    private Launchers() {}

    private static <O extends Op> void register(Class<O> op, Launcher<O> launcher) {
        ALL.put(op, launcher);
    }

    /** Whether one launcher, the first tensor's, computes both of two tensors that have the same inputs. */
    public static boolean areTwins(Tensor first, Tensor second) {
        return GroupNormKernels.areTwins(first.op(), second.op()) || StridedKernels.areTwins(first, second);
    }

    /**
     * Adds the launches of a node.
     *
     * @throws IllegalStateException if no launcher is registered for its op
     */
    public static void emit(Tensor node, Emitter out) {
        emit(node.op(), node, out);
    }

    @SuppressWarnings("unchecked") // register() pairs each op's class with a launcher for it
    private static <O extends Op> void emit(O op, Tensor node, Emitter out) {
        Launcher<O> launcher = (Launcher<O>) ALL.get(op.getClass());
        if (launcher == null) {
            throw new IllegalStateException("no launcher is registered for " + op.label());
        }
        launcher.emit(op, node, out);
    }
}
