package scorefield.cli.option;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.cli.console.UserException;
import scorefield.cli.output.UserCache;
import scorefield.kernels.Devices;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.tuning.Tuning;
import scorefield.ncsn.collective.Collective;

/** The option {@code --device}; by default the best OpenCL device, else the reference device. */
public final class DeviceChoice {

    /** The id of the device that needs no driver. */
    public static final String REFERENCE = "reference";

    @Option(
            names = "--device",
            paramLabel = "ID",
            description =
                    "The device to compute on: an id that `scorefield devices` lists, a part of a device's name, or"
                            + " 'reference'; by default the best OpenCL device, a GPU before a CPU. Several, with commas between them,"
                            + " are for several processes on this machine, in this order.")
    private @Nullable String ids;

    /** This process's number on this machine. */
    private int place;

    /** Makes this the choice of one of several processes: the r-th on a machine takes the r-th device that was named, or of the best kind. */
    public void forRank(Collective ranks) {
        place = ranks.localRank();
    }

    /** What was named for this process; null where nothing was. */
    private @Nullable String id() {
        if (ids == null) {
            return null;
        }
        String[] named = ids.split(",");
        return named[place % named.length].strip();
    }

    /** The best device, and those that are as good, each for one process: as many as have its type and name. */
    private static List<ClDevice> alike(List<ClDevice> ranked) {
        return ranked.stream()
                .filter(device -> device.type() == ranked.get(0).type()
                        && device.name().equals(ranked.get(0).name()))
                .toList();
    }

    /** Opens the device; if there is no OpenCL and none was asked for, {@code err} says what that costs. */
    public Device open(PrintWriter err) {
        return orReference(openCl(err));
    }

    /** The same for commands that use what only an OpenCL device can do: empty where the device is the reference device. */
    public Optional<OpenClDevice> openCl(PrintWriter err) {
        return opened(err)
                .map(device ->
                        device.keepingVerdicts(UserCache.folder().resolve(Tuning.fileName(device.device())), fault -> {
                            err.println("warning: " + fault);
                            err.flush();
                        }));
    }

    private Optional<OpenClDevice> opened(PrintWriter err) {
        List<ClDevice> ranked = ClDevices.ranked();
        if (ids == null && place > 0 && !ranked.isEmpty()) {
            List<ClDevice> alike = alike(ranked);
            return Optional.of(new OpenClDevice(alike.get(place % alike.size())));
        }
        if (ids != null) {
            return chosen().map(OpenClDevice::new);
        }
        Optional<OpenClDevice> best = Devices.openCl(failure -> err.println("warning: " + failure));
        if (best.isEmpty()) {
            err.println("warning: computing in plain Java, which is correct but hundreds of times slower. "
                    + ClDevices.whyNone());
        }
        best.map(OpenClDevice::device)
                .filter(ClDevice::isRasteriser)
                .ifPresent(rasteriser -> err.println("warning: computing on " + rasteriser.name()
                        + ", which was made to draw: it is right, but compiles each kernel for seconds. "
                        + ClDevices.HOW_TO_GET_ONE));
        err.flush();
        return best;
    }

    /** What decides the bits that a device computes: the device, its driver, and into how many parts its work is cut. */
    public static String kind(Optional<OpenClDevice> device) {
        return device.map(OpenClDevice::device)
                .map(of -> of.name() + " with " + of.computeUnits() + " compute units, driver " + of.driverVersion())
                .orElse(REFERENCE);
    }

    /** The opened OpenCL device, or else the reference device. */
    public static Device orReference(Optional<OpenClDevice> openCl) {
        return openCl.<Device>map(device -> device).orElseGet(ReferenceDevice::new);
    }

    /**
     * Opens the device, which must be an OpenCL device.
     *
     * @param need what needs one, for the message: {@code --plan and --kernels show how an OpenCL device computes}
     */
    public OpenClDevice openClOnly(String need) {
        return new OpenClDevice(openClDevice(need));
    }

    /** Opens the device, which must be an OpenCL device, with times recorded for every launch. */
    public OpenClDevice openForProfiling() {
        return OpenClDevice.forProfiling(openClDevice("only an OpenCL device can be profiled"));
    }

    /** The device, which must be an OpenCL device, without opening it; as {@link #openClOnly}. */
    public ClDevice openClDevice(String need) {
        return chosen().orElseThrow(() -> new UserException(
                ids == null
                        ? need + ", and there is none. " + ClDevices.whyNone()
                        : need + "; the reference device has no kernels. Choose with --device one that"
                                + " `scorefield devices` lists"));
    }

    /** The OpenCL device that was chosen; empty for the reference device. */
    private Optional<ClDevice> chosen() {
        String id = id();
        if (id == null) {
            try (OpenClDevice works = Devices.openCl(failure -> {}).orElse(null)) {
                return Optional.ofNullable(works).map(OpenClDevice::device);
            }
        }
        return id.equals(REFERENCE) ? Optional.empty() : Optional.of(find(id));
    }

    private static ClDevice find(String id) {
        try {
            return ClDevices.find(id);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    "--device: " + e.getMessage() + " The plain-Java device '" + REFERENCE + "' is always there.");
        }
    }
}
