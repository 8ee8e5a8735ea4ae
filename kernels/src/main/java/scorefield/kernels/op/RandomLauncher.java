package scorefield.kernels.op;

import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Random;
import scorefield.kernels.Emitter;
import scorefield.kernels.Launch;
import scorefield.kernels.Launcher;

/** Launches {@link Random} ({@code random.cl}). */
public final class RandomLauncher implements Launcher<Random> {

    private static final int NUMBERS_PER_ITEM = 64;
    private static final int GPU_WORK_GROUP = 64;

    @Override
    public void emit(Random op, Tensor node, Emitter out) {
        int count = node.shape().size();
        int local = out.cpu() ? 1 : GPU_WORK_GROUP;
        long groups = (count + (long) NUMBERS_PER_ITEM * local - 1) / (NUMBERS_PER_ITEM * local);
        Launch launch = Launch.of("random.cl", "random");
        if (op.distribution() == Random.Distribution.NORMAL) {
            launch.define("NORMAL", 1);
        }
        out.launch(launch.read(out.input(0))
                .write(out.output())
                .integer(op.stream())
                .integer(count)
                .global(groups * local)
                .local(local)
                .work(30.0 * count, 4.0 * count));
    }
}
