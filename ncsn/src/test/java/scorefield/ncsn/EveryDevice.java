package scorefield.ncsn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevices;

/** The devices that a test runs on: the reference, and every OpenCL device, of which there must be one. */
public final class EveryDevice {

    private final String name;
    private final Supplier<Device> opens;

    private EveryDevice(String name, Supplier<Device> opens) {
        this.name = name;
        this.opens = opens;
    }

    /** For a parameterised test. */
    public static List<EveryDevice> list() {
        if (ClDevices.list().isEmpty()) {
            throw new IllegalStateException("the tests need an OpenCL device. " + ClDevices.whyNone());
        }
        List<EveryDevice> all = new ArrayList<>();
        all.add(new EveryDevice("reference", ReferenceDevice::new));
        ClDevices.list().forEach(device -> all.add(new EveryDevice(device.toString(), () -> new OpenClDevice(device))));
        return all;
    }

    public Device open() {
        return opens.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
