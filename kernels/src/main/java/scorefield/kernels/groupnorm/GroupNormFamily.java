package scorefield.kernels.groupnorm;

import java.util.List;
import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.GroupNorm;
import scorefield.autodiff.op.GroupNormInputGradient;
import scorefield.autodiff.op.GroupNormScaleGradient;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.Rounding;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;

/**
 * {@link GroupNorm} and its two gradients: one work-item a sample on a CPU ({@code group_norm.cl}), one work-group a group of a
 * sample on a GPU ({@code group_norm_gpu.cl}).
 */
public final class GroupNormFamily implements OpFamily {

    private static final int WIDEST_ROW = 512;
    private static final int MOST_SIDE_BY_SIDE = 8;

    /** THREADS in the GPU's source. */
    private static final int GPU_WORK_GROUP = 256;

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(GroupNorm.class, GroupNormInputGradient.class, GroupNormScaleGradient.class);
    }

    @Override
    public Computation computation(Tensor node) {
        if (node.op() instanceof GroupNorm op) {
            Norm norm = new Norm(op.groups(), op.epsilon(), op.silu());
            return new Computation.Launched(out -> forward(norm, node, out));
        }
        if (node.op() instanceof GroupNormInputGradient op) {
            Norm norm = new Norm(op.groups(), op.epsilon(), op.silu());
            return new Computation.Launched(out -> inputGradient(norm, node, out));
        }
        if (node.op() instanceof GroupNormScaleGradient op) {
            Norm norm = new Norm(op.groups(), op.epsilon(), op.silu());
            return new Computation.Launched(out -> scaleGradient(norm, node, out));
        }
        throw incomplete(node);
    }

    /** What the three ops have in common. */
    private record Norm(int groups, double epsilon, boolean silu) {}

    @Override
    public Rounding rounding(Tensor node) {
        return new GroupNormRounding();
    }

    /** Both gradients come out of one pass over the images, in which the activation's derivative is the costly part. */
    @Override
    public boolean areSiblings(Tensor first, Tensor second) {
        return first.op() instanceof GroupNormInputGradient gradient
                && new GroupNormScaleGradient(gradient.groups(), gradient.epsilon(), gradient.silu())
                        .equals(second.op());
    }

    private static void forward(Norm norm, Tensor node, Emitter out) {
        Launch launch = launch("group_norm", norm, node, List.of(out.output()), out);
        add(launch.write(out.output()), norm, node.shape(), 8, 2, out);
    }

    /** Launches the gradient with respect to the images, and those with respect to scale and shift if they are wanted as well. */
    private static void inputGradient(Norm norm, Tensor node, Emitter out) {
        Launch launch = launch("group_norm_gradient", norm, node, List.of(out.input(3), out.output()), out)
                .define("DX", 1)
                .write(out.output());
        out.sibling().ifPresent(sums -> launch.define("SUMS", 1).write(sums));
        add(launch, norm, node.shape(), 16, 3, out);
    }

    /** Launches the gradients with respect to scale and shift alone. */
    private static void scaleGradient(Norm norm, Tensor node, Emitter out) {
        Launch launch = launch("group_norm_gradient", norm, node, List.of(out.input(3)), out)
                .define("SUMS", 1)
                .write(out.output());
        add(launch, norm, node.input(0).shape(), 16, 2, out);
    }

    /** The kernel with all inputs; {@code images} lie where it reads or writes them besides the first input. */
    private static Launch launch(String kernel, Norm norm, Tensor node, List<Region> images, Emitter out) {
        Shape x = node.input(0).shape();
        Launch launch;
        if (out.cpu()) {
            int row = row(x);
            int width = Integer.lowestOneBit(row | 16);
            launch = Launch.of("groupnorm/group_norm.cl", kernel)
                    .define("ROW", row)
                    .define("WIDTH", width)
                    .define("UNIT", largestDivisor(row / width, MOST_SIDE_BY_SIDE));
        } else {
            int channels = x.dim(3) / norm.groups();
            int width = images.stream()
                    .mapToInt(region -> region.width(channels))
                    .reduce(out.input(0).width(channels), Math::min);
            launch = Launch.of("groupnorm/group_norm_gpu.cl", kernel + "_gpu").define("WIDTH", width);
        }
        launch.define("C", x.dim(3)).define("GROUPS", norm.groups());
        if (norm.silu()) {
            launch.define("SILU", 1);
        }
        for (int k = 0; k < node.inputs().size(); k++) {
            launch.read(out.input(k));
        }
        return launch;
    }

    /** Adds the launch over images, with so many operations for each number and so many passes over memory. */
    private static void add(Launch launch, Norm norm, Shape x, int operations, int passes, Emitter out) {
        int pixels = x.dim(1) * x.dim(2);
        if (out.cpu()) {
            launch.integer(pixels * x.dim(3) / row(x)).global(x.dim(0));
        } else {
            launch.integer(pixels)
                    .global((long) norm.groups() * GPU_WORK_GROUP, x.dim(0))
                    .local(GPU_WORK_GROUP, 1);
        }
        out.launch(launch.real(norm.epsilon()).work((double) operations * x.size(), 4.0 * passes * x.size()));
    }

    /**
     * The floats of a row: whole pixels, as many as make it a multiple of 16 and give several sums to do side by side, if the image's size
     * allows it.
     */
    private static int row(Shape x) {
        int pixels = x.dim(1) * x.dim(2);
        int channels = x.dim(3);
        int best = channels;
        for (int k = 1; k <= pixels && k * channels <= WIDEST_ROW; k++) {
            if (pixels % k == 0 && worth(k * channels) > worth(best)) {
                best = k * channels;
            }
        }
        return best;
    }

    private static int worth(int row) {
        int width = Integer.lowestOneBit(row | 16);
        return width * 16 + Math.min(row / width, 4);
    }

    private static int largestDivisor(int number, int most) {
        int divisor = Math.min(number, most);
        while (number % divisor != 0) {
            divisor--;
        }
        return divisor;
    }
}
