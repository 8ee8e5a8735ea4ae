package scorefield.cli.inspect;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import scorefield.autodiff.ReferenceDevice;
import scorefield.cli.option.DeviceChoice;
import scorefield.kernels.Devices;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.opencl.ClPlatform;
import scorefield.ncsn.text.Text;

/** {@code scorefield devices}: where this machine can compute. */
@Command(
        name = "devices",
        description = "Lists the OpenCL platforms and their devices, with the reason if one cannot be used, and the"
                + " reference device. * marks the device that is used by default.",
        footerHeading = "%nExample:%n",
        footer = {"  scorefield devices", "      then --device with an id, or a part of a name, chooses one"})
public final class DevicesCommand implements Callable<Integer> {

    private static final String RASTERISER =
            "made to draw in a graphics card's place: it is right, but compiles each kernel for seconds";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<String> failures = new ArrayList<>();
        Optional<ClDevice> best = openedByDefault(failures);
        for (ClPlatform platform : ClDevices.platforms()) {
            out.println("  platform " + platform.index() + "  " + platform.name() + ", " + platform.version());
            platform.devices()
                    .forEach(device -> print(device, best.filter(device::equals).isPresent(), out));
            platform.problems().forEach(problem -> out.println("             cannot be used: " + problem));
        }
        try (ReferenceDevice reference = new ReferenceDevice()) {
            out.println((best.isPresent() ? "  " : "* ") + DeviceChoice.REFERENCE + "  CPU  " + reference.name());
            out.println(
                    "             needs no driver, and defines what the others must compute; hundreds of times slower");
        }
        failures.forEach(out::println);
        if (ClDevices.list().isEmpty()) {
            out.println("No OpenCL: " + ClDevices.whyNone());
        }
        return 0;
    }

    private static Optional<ClDevice> openedByDefault(List<String> failures) {
        Optional<OpenClDevice> best = Devices.openCl(failures::add);
        best.ifPresent(OpenClDevice::close);
        return best.map(OpenClDevice::device);
    }

    private static void print(ClDevice device, boolean chosen, PrintWriter out) {
        out.println((chosen ? "* " : "  ") + device.id() + "        " + device.type() + "  " + device.name());
        out.println("             " + device.vendor() + ", " + device.openClVersion() + ", driver "
                + device.driverVersion());
        out.println(Text.of(
                "             %d compute units at %d MHz, vectors of %d floats, work-groups of up to %d",
                device.computeUnits(), device.clockMHz(), device.floatVectorWidth(), device.maxWorkGroupSize()));
        out.println("             " + Text.bytes(device.globalMemory()) + " of memory, at most "
                + Text.bytes(device.maxAllocation()) + " in one piece, " + Text.bytes(device.localMemory()) + " local");
        if (device.isRasteriser()) {
            out.println("             " + RASTERISER);
        }
    }
}
