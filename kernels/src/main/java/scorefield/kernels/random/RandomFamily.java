package scorefield.kernels.random;

import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Random;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.Rounding;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;

/** {@link Random}: {@code random.cl} on a CPU, {@code random_gpu.cl} on a GPU. */
public final class RandomFamily implements OpFamily {

    /** Numbers that a work-item computes: 16 counters' on a CPU, one's on a GPU. */
    private static final int CPU_NUMBERS = 64;

    private static final int GPU_NUMBERS = 4;
    private static final int GPU_WORK_GROUP = 64;

    /** A part may begin with any of a counter's four numbers. */
    private static final int MOST_SKIPPED = 3;

    /** Box and Muller's transform: the angle 2πu₁ has an absolute error, whatever its cosine is. */
    private static final double NORMAL_UNITS = 64;

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(Random.class);
    }

    @Override
    public Computation computation(Tensor node) {
        return new Computation.Launched(
                out -> launch((Random) node.op(), node.shape().size(), Random.isPart(node.input(0)), out));
    }

    @Override
    public Rounding rounding(Tensor node) {
        return isNormal((Random) node.op()) ? Rounding.absolute(NORMAL_UNITS) : Rounding.exact();
    }

    private static boolean isNormal(Random op) {
        return op.distribution() == Random.Distribution.NORMAL;
    }

    private static void launch(Random op, int count, boolean part, Emitter out) {
        Launch launch = out.cpu()
                ? Launch.of("random/random.cl", "random")
                : Launch.of("random/random_gpu.cl", "random_gpu")
                        .define("WIDTH", part ? 1 : out.output().width(GPU_NUMBERS)); // a part's numbers are shifted
        int numbers = out.cpu() ? CPU_NUMBERS : GPU_NUMBERS;
        if (isNormal(op)) {
            launch.define("NORMAL", 1);
        }
        launch.read(out.input(0)).write(out.output()).integer(op.stream()).integer(count);
        int counted = count;
        if (part) {
            launch.define("PART", 1).integer(op.row());
            counted += MOST_SKIPPED;
        }
        out.launch(launch.forEach((counted + numbers - 1) / numbers, out.cpu() ? 1 : GPU_WORK_GROUP)
                .work(30.0 * count, 4.0 * count));
    }
}
