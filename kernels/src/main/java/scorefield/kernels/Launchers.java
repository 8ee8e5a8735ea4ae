package scorefield.kernels;

import java.util.HashMap;
import java.util.Map;
import scorefield.autodiff.Op;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.kernels.op.Conv2dInputGradientLauncher;
import scorefield.kernels.op.Conv2dLauncher;
import scorefield.kernels.op.Conv2dWeightGradientLauncher;

/** Which launcher computes which op: one line each. Pointwise ops, reductions and views are not here; the planner fuses them. */
final class Launchers {

    private static final Map<Class<? extends Op>, Launcher<? extends Op>> ALL = new HashMap<>();

    static {
        register(Conv2d.class, new Conv2dLauncher());
        register(Conv2dInputGradient.class, new Conv2dInputGradientLauncher());
        register(Conv2dWeightGradient.class, new Conv2dWeightGradientLauncher());
    }

    private Launchers() {}

    private static <O extends Op> void register(Class<O> op, Launcher<O> launcher) {
        ALL.put(op, launcher);
    }

    /**
     * Adds the launches of a node.
     *
     * @throws IllegalStateException if no launcher is registered for its op
     */
    static void emit(Tensor node, Emitter out) {
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
