package scorefield.kernels;

import java.util.Optional;
import java.util.function.Consumer;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.opencl.ClException;

/** Opens the device that suits this machine. */
public final class Devices {

    private Devices() {}

    /**
     * Opens the best OpenCL device that can be opened, or the reference device if there is none: right, but hundreds of times slower
     * ({@link ClDevices#whyNone} says why there is none). The caller closes it.
     */
    public static Device open() {
        return openCl(failure -> {}).<Device>map(device -> device).orElseGet(ReferenceDevice::new);
    }

    /**
     * Opens the first of {@link ClDevices#ranked} that can be opened; empty if there is none. The caller closes it.
     *
     * @param failed is told, in one line, of every device that could not be opened
     */
    public static Optional<OpenClDevice> openCl(Consumer<String> failed) {
        for (ClDevice device : ClDevices.ranked()) {
            try {
                return Optional.of(new OpenClDevice(device));
            } catch (ClException e) {
                failed.accept("not computing on " + device + ". " + e.getMessage());
            }
        }
        return Optional.empty();
    }
}
