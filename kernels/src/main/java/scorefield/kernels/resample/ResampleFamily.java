package scorefield.kernels.resample;

import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.SumPool;
import scorefield.autodiff.op.UpsampleBilinear;
import scorefield.autodiff.op.UpsampleBilinearGradient;
import scorefield.autodiff.op.UpsampleNearest;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.Rounding;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Streaming;

/**
 * Whatever changes the size of images: one work-item a row of pixels on a CPU ({@code resample.cl}), one a vector of channels on a GPU
 * ({@code resample_gpu.cl}).
 */
public final class ResampleFamily implements OpFamily {

    private static final int GPU_WORK_GROUP = 64;

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(UpsampleNearest.class, SumPool.class, UpsampleBilinear.class, UpsampleBilinearGradient.class);
    }

    @Override
    public Computation computation(Tensor node) {
        Shape from = node.input(0).shape();
        Shape to = node.shape();
        if (node.op() instanceof UpsampleNearest op) {
            return new Computation.Launched(out -> launch("upsample_nearest", false, node, from, op.factor(), 1, out));
        }
        if (node.op() instanceof SumPool op) {
            return new Computation.Launched(out -> launch("sum_pool", false, node, to, op.factor(), 1, out));
        }
        if (node.op() instanceof UpsampleBilinear op) {
            return new Computation.Launched(
                    out -> launch("upsample_bilinear", true, node, from, op.factor(), op.factor(), out));
        }
        int factor = ((UpsampleBilinearGradient) node.op()).factor();
        return new Computation.Launched(out -> launch("upsample_bilinear_gradient", true, node, to, factor, 1, out));
    }

    @Override
    public Rounding rounding(Tensor node) {
        if (node.op() instanceof UpsampleNearest) {
            return Rounding.exact();
        }
        if (node.op() instanceof SumPool pool) {
            return Rounding.sum(pool.factor() * pool.factor());
        }
        return Rounding.sum(
                node.op() instanceof UpsampleBilinearGradient gradient ? 4 * gradient.factor() * gradient.factor() : 4);
    }

    /**
     * Adds the launch.
     *
     * @param needsHeight whether a CPU's kernel takes the small images' height
     * @param rowsPerSmallRow rows that a CPU's work-items take for each row of the small images
     */
    private static void launch(
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
