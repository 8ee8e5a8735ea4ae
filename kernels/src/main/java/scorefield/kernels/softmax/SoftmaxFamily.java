package scorefield.kernels.softmax;

import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Softmax;
import scorefield.autodiff.op.SoftmaxGradient;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.Rounding;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;

/**
 * {@link Softmax} and {@link SoftmaxGradient} of rows, the numbers along the last axis: {@code softmax.cl} on a CPU, {@code softmax_gpu.cl} on
 * a GPU. Along another axis both are lowered.
 */
public final class SoftmaxFamily implements OpFamily {

    private static final int GPU_WORK_GROUP = 256;

    /** Numbers that a work-item of a CPU takes, so that there are few work-items but enough for every core. */
    private static final int NUMBERS_PER_ITEM = 4096;

    /** Of either kernel, for each number; a function counts as one. */
    private static final int OPERATIONS = 4;

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(Softmax.class, SoftmaxGradient.class);
    }

    /** Where the numbers of a sum are neighbours. */
    @Override
    public boolean computes(Tensor node) {
        Shape shape = node.shape();
        return shape.range(axis(node) + 1, shape.rank()) == 1;
    }

    private static int axis(Tensor node) {
        return node.op() instanceof Softmax softmax ? softmax.axis() : ((SoftmaxGradient) node.op()).axis();
    }

    @Override
    public Computation computation(Tensor node) {
        String kernel = node.op() instanceof Softmax ? "softmax" : "softmax_gradient";
        return new Computation.Launched(out -> launch(kernel, node, out));
    }

    private static void launch(String kernel, Tensor node, Emitter out) {
        int length = node.shape().dim(axis(node));
        int rows = node.shape().size() / length;
        Launch launch = out.cpu()
                ? Launch.of("softmax/softmax.cl", kernel)
                : Launch.of("softmax/softmax_gpu.cl", kernel + "_gpu");
        for (int k = 0; k < node.inputs().size(); k++) {
            launch.read(out.input(k));
        }
        launch.write(out.output())
                .integer(rows)
                .integer(length)
                .work(
                        (double) OPERATIONS * node.shape().size(),
                        4.0 * (node.inputs().size() + 1) * node.shape().size());
        if (out.cpu()) {
            int perItem = Math.max(1, NUMBERS_PER_ITEM / length);
            launch.integer(perItem).global((rows + perItem - 1) / perItem);
        } else {
            int lanes = Math.min(GPU_WORK_GROUP, length == 1 ? 1 : 2 * Integer.highestOneBit(length - 1));
            launch.define("LANES", lanes).forEach((long) rows * lanes, GPU_WORK_GROUP);
        }
        out.launch(launch);
    }

    @Override
    public Rounding rounding(Tensor node) {
        return new SoftmaxRounding(node.shape().dim(axis(node)));
    }
}
