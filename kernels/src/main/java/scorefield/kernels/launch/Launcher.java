package scorefield.kernels.launch;

import scorefield.autodiff.Op;
import scorefield.autodiff.Tensor;
import scorefield.kernels.pass.Launchers;

/**
 * How one op becomes kernel launches. There is one for each op that is not fused away; {@link Launchers} lists them.
 *
 * @param <O> the op
 */
@FunctionalInterface
public interface Launcher<O extends Op> {

    /**
     * Adds the launches that compute a node.
     *
     * @param node the tensor to compute: its shape, its inputs' shapes
     * @param out says where the numbers lie, and takes the launches in order
     */
    void emit(O op, Tensor node, Emitter out);
}
