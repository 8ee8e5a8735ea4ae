package scorefield.kernels.random;

import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Random;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Launcher;

/** Launches {@link Random} ({@code random.cl}, {@code random_gpu.cl}). */
public final class RandomLauncher implements Launcher<Random> {

    /** Numbers that a work-item computes: 16 counters' on a CPU, one's on a GPU. */
    private static final int CPU_NUMBERS = 64;

    private static final int GPU_NUMBERS = 4;
    private static final int GPU_WORK_GROUP = 64;

    @Override
    public void emit(Random op, Tensor node, Emitter out) {
        int count = node.shape().size();
        Launch launch =
                out.cpu() ? Launch.of("random/random.cl", "random") : Launch.of("random/random_gpu.cl", "random_gpu");
        int numbers = out.cpu() ? CPU_NUMBERS : GPU_NUMBERS;
        if (!out.cpu()) {
            launch.define("WIDTH", out.output().width(GPU_NUMBERS));
        }
        if (op.distribution() == Random.Distribution.NORMAL) {
            launch.define("NORMAL", 1);
        }
        out.launch(launch.read(out.input(0))
                .write(out.output())
                .integer(op.stream())
                .integer(count)
                .forEach((count + numbers - 1) / numbers, out.cpu() ? 1 : GPU_WORK_GROUP)
                .work(30.0 * count, 4.0 * count));
    }
}
