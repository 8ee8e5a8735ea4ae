package scorefield.kernels.op;

import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.GroupNorm;
import scorefield.autodiff.op.GroupNormInputGradient;
import scorefield.autodiff.op.GroupNormScaleGradient;
import scorefield.kernels.Emitter;
import scorefield.kernels.Launch;

/** Launches {@link GroupNorm} and its two gradients ({@code group_norm.cl}): one work-item a sample. */
public final class GroupNormKernels {

    private static final int WIDEST_ROW = 512;
    private static final int MOST_SIDE_BY_SIDE = 8;

    private GroupNormKernels() {}

    /** Launches the normalisation. */
    public static void forward(GroupNorm op, Tensor node, Emitter out) {
        Shape x = node.shape();
        Launch launch = specialise("group_norm", x, op.groups(), op.silu());
        for (int k = 0; k < 3; k++) {
            launch.read(out.input(k));
        }
        emit(launch.write(out.output()), x, op.epsilon(), 8, 2, out);
    }

    /** Launches the gradient with respect to the images, and those with respect to scale and shift if they are wanted as well. */
    public static void inputGradient(GroupNormInputGradient op, Tensor node, Emitter out) {
        Launch launch =
                gradient(node, op.groups(), op.silu(), out).define("DX", 1).write(out.output());
        out.twin().ifPresent(sums -> launch.define("SUMS", 1).write(sums));
        emit(launch, node.shape(), op.epsilon(), 16, 3, out);
    }

    /** Launches the gradients with respect to scale and shift alone. */
    public static void scaleGradient(GroupNormScaleGradient op, Tensor node, Emitter out) {
        Launch launch =
                gradient(node, op.groups(), op.silu(), out).define("SUMS", 1).write(out.output());
        emit(launch, node.input(0).shape(), op.epsilon(), 16, 2, out);
    }

    /**
     * Whether the first op's launcher computes the second as well, given the same inputs: both gradients come out of one pass over the
     * images, in which the activation's derivative is the costly part.
     */
    public static boolean areTwins(Op first, Op second) {
        return first instanceof GroupNormInputGradient gradient
                && new GroupNormScaleGradient(gradient.groups(), gradient.epsilon(), gradient.silu()).equals(second);
    }

    private static Launch gradient(Tensor node, int groups, boolean silu, Emitter out) {
        Launch launch = specialise("group_norm_gradient", node.input(0).shape(), groups, silu);
        for (int k = 0; k < 4; k++) {
            launch.read(out.input(k));
        }
        return launch;
    }

    private static Launch specialise(String kernel, Shape x, int groups, boolean silu) {
        int row = row(x);
        int width = Integer.lowestOneBit(row | 16);
        Launch launch = Launch.of("group_norm.cl", kernel)
                .define("C", x.dim(3))
                .define("GROUPS", groups)
                .define("ROW", row)
                .define("WIDTH", width)
                .define("UNIT", largestDivisor(row / width, MOST_SIDE_BY_SIDE));
        return silu ? launch.define("SILU", 1) : launch;
    }

    private static void emit(Launch launch, Shape x, double epsilon, int operations, int passes, Emitter out) {
        out.launch(launch.integer(x.dim(1) * x.dim(2) * x.dim(3) / row(x))
                .real(epsilon)
                .global(x.dim(0))
                .work((double) operations * x.size(), 4.0 * passes * x.size()));
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
