package scorefield.cli.option;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.cli.console.UserException;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.opencl.ClException;

/** The option {@code --device}, and what is chosen without it: the best OpenCL device, else the reference device. */
public final class DeviceChoice {

    /** The id of the device that needs no driver. */
    public static final String REFERENCE = "reference";

    @Option(
            names = "--device",
            paramLabel = "ID",
            description =
                    "Where to compute: an id that `scorefield devices` lists, part of a device's name, or 'reference'."
                            + " Without it: the best OpenCL device, a GPU before a CPU.")
    private @Nullable String id;

    /** What was asked for by name. */
    Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /** Opens the device; where there is no OpenCL and nothing was asked for, says on {@code err} what that costs. */
    public Device open(PrintWriter err) {
        if (REFERENCE.equals(id)) {
            return new ReferenceDevice();
        }
        if (id != null) {
            return new OpenClDevice(find(id));
        }
        for (ClDevice device : ranked()) {
            try {
                return new OpenClDevice(device);
            } catch (ClException e) {
                err.println("warning: not computing on " + device + ". " + e.getMessage());
            }
        }
        err.println("warning: computing in plain Java, which is right but hundreds of times slower. "
                + ClDevices.whyNone());
        err.flush();
        return new ReferenceDevice();
    }

    /** Opens the device with times recorded for every launch, which only OpenCL can. */
    public OpenClDevice openForProfiling() {
        if (REFERENCE.equals(id)) {
            throw new UserException("--device reference: plain Java has no kernels to profile; choose an OpenCL device"
                    + " that `scorefield devices` lists");
        }
        return OpenClDevice.forProfiling(
                id != null
                        ? find(id)
                        : best().orElseThrow(() -> new UserException(
                                "only an OpenCL device can be profiled, and there is none. " + ClDevices.whyNone())));
    }

    private static ClDevice find(String id) {
        try {
            return ClDevices.find(id);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    "--device: " + e.getMessage() + " The plain-Java device '" + REFERENCE + "' is always there.");
        }
    }

    /** The OpenCL device that is used where none was asked for. */
    public static Optional<ClDevice> best() {
        return ranked().stream().findFirst();
    }

    private static List<ClDevice> ranked() {
        return ranked(ClDevices.list());
    }

    /** Those that compute, the best first. */
    static List<ClDevice> ranked(List<ClDevice> devices) {
        return devices.stream()
                .filter(device -> !device.isSimulator())
                .sorted(Comparator.comparing((ClDevice device) -> !device.isRasteriser())
                        .thenComparingInt(device -> rank(device.type()))
                        .thenComparingLong(device -> (long) device.computeUnits() * device.clockMHz())
                        .reversed())
                .toList();
    }

    private static int rank(ClDevice.Type type) {
        return switch (type) {
            case GPU -> 2;
            case ACCELERATOR -> 1;
            case CPU -> 0;
        };
    }
}
