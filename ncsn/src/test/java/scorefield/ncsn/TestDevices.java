package scorefield.ncsn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;

/** The devices that a test runs on. */
public final class TestDevices {

    private TestDevices() {}

    /** The reference device and every OpenCL device, each to be opened by the test. */
    public static List<Named<Supplier<Device>>> all() {
        List<Named<Supplier<Device>>> devices = new ArrayList<>();
        devices.add(Named.of("reference", ReferenceDevice::new));
        devices.addAll(openCl());
        return devices;
    }

    /** Every OpenCL device; the tests fail where there is none, rather than pass without having tested it. */
    public static List<Named<Supplier<Device>>> openCl() {
        if (ClDevices.list().isEmpty()) {
            throw new IllegalStateException(ClDevices.whyNone());
        }
        List<Named<Supplier<Device>>> devices = new ArrayList<>();
        for (ClDevice device : ClDevices.list()) {
            devices.add(Named.of(device.name(), () -> new OpenClDevice(device)));
        }
        return devices;
    }
}
