package scorefield.kernels;

import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.kernels.opencl.ClDevices;

/** Opens the device that suits this machine. */
public final class Devices {

    private Devices() {}

    /**
     * Opens the {@linkplain ClDevices#best best OpenCL device}, or the reference device where there is none: right, but hundreds of times
     * slower ({@link ClDevices#whyNone} says why there is none). The caller closes it.
     */
    public static Device open() {
        return ClDevices.best().<Device>map(OpenClDevice::new).orElseGet(ReferenceDevice::new);
    }
}
