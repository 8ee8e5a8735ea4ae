package scorefield.cli.gpu;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.cli.console.Failures;
import scorefield.cli.console.UserException;
import scorefield.cli.gpu.AcceptanceReport.Section;
import scorefield.cli.inspect.Subject;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.SettingsOptions;
import scorefield.cli.output.OutputFile;
import scorefield.kernels.opencl.ClDevice;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.text.Text;

/** {@code scorefield accept-gpu}: proves the program on a GPU that it meets for the first time. */
@Command(
        name = "accept-gpu",
        description = {
            "Checks and measures everything on a GPU, within about five minutes: every kernel in all the ways that"
                    + " --tune chooses from, and the loss and the gradients of the presets' networks, against the"
                    + " reference; a short training on the built-in digits; two runs with the same bits; the speed of"
                    + " training and sampling, kernel by kernel, and PyTorch's on the same step where a python3 with"
                    + " PyTorch and CUDA is found.",
            "Goes on where something is wrong, and reports it. Writes a page, accept-gpu.md, and the same as"
                    + " accept-gpu.json."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield accept-gpu",
            "      the best device, which `scorefield devices` marks with *",
            "  scorefield accept-gpu --device 1:0 --out a100 --seconds 900",
            "      another device, with more time for comparing kernels"
        })
public final class AcceptGpuCommand implements Callable<Integer> {

    /** Of a GPU that another device is taken for. */
    private static final int COMPUTE_UNITS = 2;

    /** One part of the acceptance. */
    @FunctionalInterface
    private interface Part {
        void run(Section section) throws IOException;
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "gpu-acceptance",
            description = "The folder for what is written (default: ${DEFAULT-VALUE}).")
    private Path folder = Path.of("gpu-acceptance");

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "300",
            description = "No part begins after this time (default: ${DEFAULT-VALUE}).")
    private double seconds = 300;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "300",
            description = "The length of the training on digits (default: ${DEFAULT-VALUE}).")
    private int steps = 300;

    @Option(
            names = "--as-gpu",
            description = "Run the kernels for GPUs on a device that is none, as if it had 2 compute units: to try this"
                    + " command where there is no GPU.")
    private boolean asGpu;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException {
        if (!(seconds > 0) || steps < 2) {
            throw new UserException(
                    "--seconds must be above 0 and --steps at least 2; got " + seconds + " and " + steps);
        }
        OutputFile.requireWritableFolder(folder);
        Settings asked = settings.read();
        List<Subject> networks = DefaultNetworks.of(asked);
        ClDevice chosen = gpu(device.openClDevice("accept-gpu checks an OpenCL device"));
        Deadline deadline = Deadline.in(seconds);
        Acceptance acceptance = new Acceptance(chosen, networks, asked, steps, folder, deadline);
        PyTorchComparison pyTorch = new PyTorchComparison(chosen, networks, folder, deadline);

        // In the order of what matters most, as the time may not suffice for all.
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("Device", acceptance::describe);
        parts.put("Instructions", acceptance::verifyInstructions);
        parts.put("Loss and gradients", acceptance::compareGradients);
        parts.put("Training", acceptance::train);
        parts.put("Speed", acceptance::measure);
        parts.put("Kernels", acceptance::compareKernels);
        parts.put("PyTorch", pyTorch::run);
        parts.put("Two runs", acceptance::repeat);
        return run(parts, deadline, "scorefield on " + chosen.name() + ", " + LocalDate.now());
    }

    private ClDevice gpu(ClDevice found) {
        if (asGpu) {
            return found.describedAs(ClDevice.Type.GPU, COMPUTE_UNITS);
        }
        if (found.type() != ClDevice.Type.GPU) {
            throw new UserException(
                    "accept-gpu checks a GPU, but " + found + " is none; choose another device with --device,"
                            + " or try the kernels for GPUs on this one with --as-gpu");
        }
        return found;
    }

    private int run(Map<String, Part> parts, Deadline deadline, String title) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        AcceptanceReport report = new AcceptanceReport(title);
        Path markdown = folder.resolve("accept-gpu.md");
        Path json = folder.resolve("accept-gpu.json");
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            Section section = report.begin(part.getKey());
            long began = System.nanoTime();
            if (deadline.isOver()) {
                section.note("left out, as the time was up");
            } else {
                run(part.getValue(), section);
            }
            out.println(Text.of(
                    "%-20s %5.0f s  %s",
                    section.title(),
                    (System.nanoTime() - began) / 1e9,
                    section.faults().isEmpty()
                            ? "nothing wrong"
                            : section.faults().size() + " wrong"));
            section.faults().forEach(fault -> out.println("    " + fault));
            out.flush();
            report.write(markdown, json);
        }
        out.println("written to " + markdown + " and " + json);
        return report.faults().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Runs a part; whatever fails in it is what was looked for, and the next part goes on. */
    private static void run(Part part, Section section) {
        try {
            part.run(section);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            section.fault(Failures.message(e));
        }
    }
}
