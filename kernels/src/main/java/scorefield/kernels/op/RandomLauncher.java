package scorefield.kernels.op;

import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Random;
import scorefield.kernels.Emitter;
import scorefield.kernels.Launch;
import scorefield.kernels.Launcher;

/** Launches {@link Random} ({@code random.cl}). */
public final class RandomLauncher implements Launcher<Random> {

    private static final int NUMBERS_PER_ITEM = 64;

    @Override
    public void emit(Random op, Tensor node, Emitter out) {
        int count = node.shape().size();
        Launch launch = Launch.of("random.cl", "random");
        if (op.distribution() == Random.Distribution.NORMAL) {
            launch.define("NORMAL", 1);
        }
        out.launch(launch.read(out.input(0))
                .write(out.output())
                .integer(op.stream())
                .integer(count)
                .global((count + NUMBERS_PER_ITEM - 1) / NUMBERS_PER_ITEM)
                .work(30.0 * count, 4.0 * count));
    }
}
