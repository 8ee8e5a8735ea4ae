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
        Resampling resampling = resampling(node);
        return new Computation.Launched(out -> launch(resampling, node, out));
    }

    @Override
    public Rounding rounding(Tensor node) {
        if (node.op() instanceof UpsampleNearest) {
            return Rounding.exact();
        }
        if (node.op() instanceof SumPool pool) {
            return Rounding.sum(pool.factor() * pool.factor());
        }
        if (node.op() instanceof UpsampleBilinear) {
            return Rounding.sum(4);
        }
        if (node.op() instanceof UpsampleBilinearGradient gradient) {
            return Rounding.sum(4 * gradient.factor() * gradient.factor());
        }
        throw incomplete(node);
    }

    /**
     * What to launch.
     *
     * @param kernel the CPU's kernel
     * @param small the shape of the small images
     * @param factor by which the others are larger
     * @param needsHeight whether the CPU's kernel takes the small images' height
     * @param rowsPerSmallRow rows that the CPU's work-items take for each row of the small images
     */
    private record Resampling(String kernel, Shape small, int factor, boolean needsHeight, int rowsPerSmallRow) {}

    private Resampling resampling(Tensor node) {
        Shape from = node.input(0).shape();
        Shape to = node.shape();
        if (node.op() instanceof UpsampleNearest op) {
            return new Resampling("upsample_nearest", from, op.factor(), false, 1);
        }
        if (node.op() instanceof SumPool op) {
            return new Resampling("sum_pool", to, op.factor(), false, 1);
        }
        if (node.op() instanceof UpsampleBilinear op) {
            return new Resampling("upsample_bilinear", from, op.factor(), true, op.factor());
        }
        if (node.op() instanceof UpsampleBilinearGradient op) {
            return new Resampling("upsample_bilinear_gradient", to, op.factor(), true, 1);
        }
        throw incomplete(node);
    }

    private static void launch(Resampling resampling, Tensor node, Emitter out) {
        Shape small = resampling.small();
        Region x = out.input(0);
        Region y = out.output();
        int channels = small.dim(3);
        double larger = Math.max(node.shape().size(), node.input(0).shape().size());
        double bytes =
                4.0 * (node.shape().size() + (double) node.input(0).shape().size());
        Launch launch;
        if (out.cpu()) {
            launch = Launch.of("resample/resample.cl", resampling.kernel())
                    .define("WIDTH", Integer.lowestOneBit(channels | 16))
                    .define("STREAM", Streaming.pays(y, node.shape()) ? 1 : 0)
                    .global((long) small.dim(0) * small.dim(1) * resampling.rowsPerSmallRow());
        } else {
            launch = Launch.of("resample/resample_gpu.cl", resampling.kernel() + "_gpu")
                    .define("WIDTH", width(x, y, channels));
        }
        launch.read(x).write(y);
        if (resampling.needsHeight() || !out.cpu()) {
            launch.integer(small.dim(1));
        }
        launch.integer(small.dim(2))
                .integer(channels)
                .integer(resampling.factor())
                .work(larger, bytes);
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
