package scorefield.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.kernels.opencl.ClBuffer;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.opencl.ClException;
import scorefield.kernels.opencl.ClKernel;

/** Opens the device that suits this machine. */
public final class Devices {

    private static final String TRIAL = "kernel void trial(global int* number) { number[0] = 1; }";

    private Devices() {}

    /**
     * Opens the best OpenCL device that works, or the reference device if there is none: right, but hundreds of times slower
     * ({@link ClDevices#whyNone} says why there is none). The caller closes it.
     */
    public static Device open() {
        return openCl(failure -> {}).<Device>map(device -> device).orElseGet(ReferenceDevice::new);
    }

    /**
     * Opens the first of {@link ClDevices#ranked} that works: that can be opened, and compiles and runs a trivial kernel. Empty if there
     * is none. The caller closes it.
     *
     * @param failed is told of every device that does not work, and why
     */
    public static Optional<OpenClDevice> openCl(Consumer<String> failed) {
        return openCl(ClDevices.ranked(), opened -> tryOut(opened.context()), failed);
    }

    static Optional<OpenClDevice> openCl(List<ClDevice> ranked, Consumer<OpenClDevice> trial, Consumer<String> failed) {
        for (ClDevice device : ranked) {
            try {
                return Optional.of(opened(device, trial));
            } catch (ClException | IllegalStateException e) {
                failed.accept("not computing on " + device + ". " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static OpenClDevice opened(ClDevice device, Consumer<OpenClDevice> trial) {
        OpenClDevice opened = new OpenClDevice(device);
        try {
            trial.accept(opened);
            return opened;
        } catch (ClException | IllegalStateException e) {
            opened.close();
            throw e;
        }
    }

    private static void tryOut(ClContext context) {
        try (ClKernel kernel = context.kernel(TRIAL, "a trivial kernel", "trial", "");
                ClBuffer number = context.allocate(Integer.BYTES)) {
            kernel.setBuffer(0, number);
            context.launch(kernel, new long[] {1}, new long[] {1});
            ByteBuffer result = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
            context.read(number, 0, result);
            if (result.getInt(0) != 1) {
                throw new IllegalStateException("a trivial kernel that stores 1 stored " + result.getInt(0));
            }
        }
    }
}
