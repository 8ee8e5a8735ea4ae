package scorefield.kernels;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Named;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;

/** What kernels are tested on: every OpenCL device of the machine with the kernels for its kind, and each CPU with those for GPUs as well. */
public final class TestDevices {

    /** Of the GPU that a CPU is described as: enough for sums to be split and for small tiles to be worth it. */
    private static final int COMPUTE_UNITS = 16;

    private TestDevices() {}

    /** All of them. */
    public static List<ClDevice> all() {
        List<ClDevice> devices = new ArrayList<>(ClDevices.list());
        ClDevices.list().stream()
                .filter(device -> device.type() != ClDevice.Type.GPU)
                .filter(device -> !device.isRasteriser()) // Mesa 25.0's llvmpipe ends the process at a kernel for GPUs
                .forEach(device -> devices.add(asGpu(device)));
        if (devices.isEmpty()) {
            throw new IllegalStateException(ClDevices.whyNone());
        }
        return devices;
    }

    /** The same with names that tell them apart, for the arguments of tests. */
    public static List<Named<ClDevice>> named() {
        return all().stream()
                .map(device -> Named.of(device + " with kernels for a " + device.type(), device))
                .toList();
    }

    /** The first device, with the kernels for GPUs. */
    public static ClDevice gpu() {
        return asGpu(ClDevices.list().get(0));
    }

    private static ClDevice asGpu(ClDevice device) {
        return device.describedAs(ClDevice.Type.GPU, COMPUTE_UNITS);
    }
}
