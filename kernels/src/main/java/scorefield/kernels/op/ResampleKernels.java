package scorefield.kernels.op;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.SumPool;
import scorefield.autodiff.op.UpsampleBilinear;
import scorefield.autodiff.op.UpsampleBilinearGradient;
import scorefield.autodiff.op.UpsampleNearest;
import scorefield.kernels.Emitter;
import scorefield.kernels.Launch;

/** Launches what changes the size of images ({@code resample.cl}): one work-item a row of pixels. */
public final class ResampleKernels {

    private ResampleKernels() {}

    /** Launches nearest upsampling. */
    public static void upsampleNearest(UpsampleNearest op, Tensor node, Emitter out) {
        Shape small = node.input(0).shape();
        out.launch(specialise("upsample_nearest", node, out)
                .integer(small.dim(2))
                .integer(small.dim(3))
                .integer(op.factor())
                .global((long) small.dim(0) * small.dim(1)));
    }

    /** Launches sum pooling. */
    public static void sumPool(SumPool op, Tensor node, Emitter out) {
        Shape small = node.shape();
        out.launch(specialise("sum_pool", node, out)
                .integer(small.dim(2))
                .integer(small.dim(3))
                .integer(op.factor())
                .global((long) small.dim(0) * small.dim(1)));
    }

    /** Launches bilinear upsampling. */
    public static void upsampleBilinear(UpsampleBilinear op, Tensor node, Emitter out) {
        bilinear("upsample_bilinear", node, node.input(0).shape(), op.factor(), op.factor(), out);
    }

    /** Launches the adjoint of bilinear upsampling. */
    public static void upsampleBilinearGradient(UpsampleBilinearGradient op, Tensor node, Emitter out) {
        bilinear("upsample_bilinear_gradient", node, node.shape(), op.factor(), 1, out);
    }

    private static void bilinear(
            String kernel, Tensor node, Shape small, int factor, int rowsPerSmallRow, Emitter out) {
        out.launch(specialise(kernel, node, out)
                .integer(small.dim(1))
                .integer(small.dim(2))
                .integer(small.dim(3))
                .integer(factor)
                .global((long) small.dim(0) * small.dim(1) * rowsPerSmallRow));
    }

    private static Launch specialise(String kernel, Tensor node, Emitter out) {
        double larger = Math.max(node.shape().size(), node.input(0).shape().size());
        return Launch.of("resample.cl", kernel)
                .define("WIDTH", Integer.lowestOneBit(node.shape().dim(3) | 16))
                .read(out.input(0))
                .write(out.output())
                .work(
                        larger,
                        4.0
                                * (node.shape().size()
                                        + (double) node.input(0).shape().size()));
    }
}
