package scorefield.kernels.resample;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.SumPool;
import scorefield.autodiff.op.UpsampleBilinear;
import scorefield.autodiff.op.UpsampleBilinearGradient;
import scorefield.autodiff.op.UpsampleNearest;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Streaming;

/**
 * Launches what changes the size of images: one work-item a row of pixels on a CPU ({@code resample.cl}), one a vector of channels on a GPU
 * ({@code resample_gpu.cl}).
 */
public final class ResampleKernels {

    private static final int GPU_WORK_GROUP = 64;

    private ResampleKernels() {}

    /** Launches nearest upsampling. */
    public static void upsampleNearest(UpsampleNearest op, Tensor node, Emitter out) {
        emit("upsample_nearest", false, node, node.input(0).shape(), op.factor(), 1, out);
    }

    /** Launches sum pooling. */
    public static void sumPool(SumPool op, Tensor node, Emitter out) {
        emit("sum_pool", false, node, node.shape(), op.factor(), 1, out);
    }

    /** Launches bilinear upsampling. */
    public static void upsampleBilinear(UpsampleBilinear op, Tensor node, Emitter out) {
        emit("upsample_bilinear", true, node, node.input(0).shape(), op.factor(), op.factor(), out);
    }

    /** Launches the adjoint of bilinear upsampling. */
    public static void upsampleBilinearGradient(UpsampleBilinearGradient op, Tensor node, Emitter out) {
        emit("upsample_bilinear_gradient", true, node, node.shape(), op.factor(), 1, out);
    }

    /**
     * Adds the launch.
     *
     * @param needsHeight whether a CPU's kernel takes the small images' height
     * @param rowsPerSmallRow rows that a CPU's work-items take for each row of the small images
     */
    private static void emit(
            String kernel,
            boolean needsHeight,
            Tensor node,
            Shape small,
            int factor,
            int rowsPerSmallRow,
            Emitter out) {
        Region x = out.input(0);
        Region y = out.output();
        int channels = small.dim(3);
        double larger = Math.max(node.shape().size(), node.input(0).shape().size());
        double bytes =
                4.0 * (node.shape().size() + (double) node.input(0).shape().size());
        Launch launch;
        if (out.cpu()) {
            launch = Launch.of("resample/resample.cl", kernel)
                    .define("WIDTH", Integer.lowestOneBit(channels | 16))
                    .define("STREAM", Streaming.pays(y, node.shape()) ? 1 : 0)
                    .global((long) small.dim(0) * small.dim(1) * rowsPerSmallRow);
        } else {
            launch = Launch.of("resample/resample_gpu.cl", kernel + "_gpu").define("WIDTH", width(x, y, channels));
        }
        launch.read(x).write(y);
        if (needsHeight || !out.cpu()) {
            launch.integer(small.dim(1));
        }
        launch.integer(small.dim(2)).integer(channels).integer(factor).work(larger, bytes);
        if (!out.cpu()) {
            int vectors = node.shape().size() / width(x, y, channels);
            launch.integer(vectors).forEach(vectors, GPU_WORK_GROUP);
        }
        out.launch(launch);
    }

    private static int width(Region x, Region y, int channels) {
        return Math.min(x.width(channels), y.width(channels));
    }
}
