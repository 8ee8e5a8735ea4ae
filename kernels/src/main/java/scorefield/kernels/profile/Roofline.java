package scorefield.kernels.profile;

import java.util.ArrayList;
import java.util.List;
import scorefield.kernels.launch.KernelSource;
import scorefield.kernels.opencl.ClBuffer;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClEvent;
import scorefield.kernels.opencl.ClKernel;

/**
 * What a device can do at most, on all its cores: how fast it multiplies and adds, and how fast it moves memory (Williams, Waterman &amp;
 * Patterson 2009, <i>Roofline</i>). Work of f operations on b bytes takes no less than max(f/flops, b/bytes), as long as its data do not
 * stay in a cache and no cleverer algorithm needs fewer operations.
 *
 * @param flops floating-point operations a second, of fused multiply-adds on registers alone
 * @param bytes bytes a second, read and written together, of a copy
 */
public record Roofline(double flops, double bytes) {

    /** More than any cache holds. */
    private static final int COPIED_BYTES = 128 << 20;

    /** About a hundredth of a second of a CPU core's work. */
    private static final int CPU_ROUNDS = 1 << 18;

    private static final int CPU_ITEMS_A_CORE = 8;

    private static final int GPU_ROUNDS = 1 << 12;
    private static final int GPU_WORK_GROUP = 256;
    private static final int GPU_GROUPS_A_UNIT = 32;

    /** The first run compiles the kernel, or brings memory into being. */
    private static final int RUNS = 10;

    /** Measures a device: its best of some runs, as other programs can only slow it down. */
    public static Roofline measure(ClContext context) {
        String source = KernelSource.text("profile/roofline.cl");
        ClDevice device = context.device();
        boolean cpu = device.type() == ClDevice.Type.CPU;
        String options = cpu ? "-DWIDE" : "";
        long group = cpu ? 1 : GPU_WORK_GROUP;
        int lanes = cpu ? 16 : 1;
        try (ClBuffer from = context.allocate(COPIED_BYTES);
                ClBuffer to = context.allocate(COPIED_BYTES);
                ClKernel multiplyAdd = context.kernel(source, "roofline.cl", "multiply_add", options);
                ClKernel copy = context.kernel(source, "roofline.cl", "copy", options)) {
            context.fillZero(from, 0, COPIED_BYTES);
            int rounds = cpu ? CPU_ROUNDS : GPU_ROUNDS;
            long items =
                    (long) device.computeUnits() * (cpu ? CPU_ITEMS_A_CORE : (long) GPU_GROUPS_A_UNIT * GPU_WORK_GROUP);
            multiplyAdd.setBuffer(0, to);
            multiplyAdd.setInt(1, rounds);
            multiplyAdd.setFloat(2, 0.5f);
            multiplyAdd.setFloat(3, 1);
            double operations = 2.0 * 16 * lanes * rounds * items;

            int vectors = COPIED_BYTES / Float.BYTES / 16;
            int share = 1;
            while (cpu && vectors / share > device.computeUnits() * CPU_ITEMS_A_CORE) {
                share *= 2;
            }
            copy.setBuffer(0, from);
            copy.setBuffer(1, to);
            copy.setInt(2, share);
            long copies = cpu ? vectors / share : COPIED_BYTES / Float.BYTES / 4;
            return new Roofline(
                    operations / least(context, multiplyAdd, items, group),
                    2.0 * COPIED_BYTES / least(context, copy, copies, group));
        }
    }

    /** The least time of some launches, in seconds. */
    private static double least(ClContext context, ClKernel kernel, long items, long group) {
        List<ClEvent> events = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            events.add(context.launchWithEvent(kernel, new long[] {items}, new long[] {group}));
        }
        context.finish();
        double least = Double.POSITIVE_INFINITY;
        for (ClEvent event : events) {
            try (event) {
                least = Math.min(least, (event.ended() - event.started()) / 1e9);
            }
        }
        return least;
    }

    /** The least time that work can take, in seconds. */
    public double seconds(double floatingPointOperations, double bytesMoved) {
        return Math.max(floatingPointOperations / flops, bytesMoved / bytes);
    }

    /** How many operations a byte must be worth for the processors, not the memory, to be what limits. */
    public double ridge() {
        return flops / bytes;
    }
}
