package scorefield.cli.gpu;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Program;
import scorefield.cli.console.UserException;
import scorefield.cli.option.SettingsOptions;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.kernels.verify.Target;
import scorefield.kernels.verify.Toolchain;
import scorefield.kernels.verify.Verification;
import scorefield.ncsn.file.AtomicFile;

/** {@code scorefield verify-gpu}: what compilers for GPUs make of the kernels. */
@Command(
        name = "verify-gpu",
        description = {
            "Compiles every kernel that training and sampling the presets' networks ask for on a GPU, in all the ways"
                    + " that --tune chooses from, with Clang for NVIDIA's and AMD's GPUs, and shows what each kernel"
                    + " needs. No GPU is needed.",
            "Fails where a kernel does not compile, spills registers, needs more local memory than a GPU has, or leaves"
                    + " room for fewer work-groups at once than it is meant for."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield verify-gpu",
            "      the networks of all presets for images",
            "  scorefield verify-gpu --preset digits --set network.channels=24",
            "      one network",
            "",
            "Needs clang-15 or newer with its libclc; NVIDIA's registers are known where ptxas,",
            "a part of CUDA, is on the path."
        })
public final class VerifyGpuCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "FILE.md", description = "Also write the table to a file.")
    private @Nullable Path file;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Override
    public Integer call() throws IOException {
        OutputFile.requireIfGiven(file, OutputFormat.MARKDOWN);
        OutputFile.requireApart(Arrays.asList(file), Arrays.asList(settings.file()));
        PrintWriter out = spec.commandLine().getOut();
        List<Program> programs = DefaultNetworks.of(settings.read()).stream()
                .flatMap(network -> DefaultNetworks.programs(network).stream())
                .toList();
        Toolchain toolchain = Toolchain.find()
                .orElseThrow(() -> new UserException("found no Clang that compiles OpenCL C for "
                        + Arrays.stream(Target.values()).map(Target::toString).collect(Collectors.joining(", "))
                        + "; on Debian and Ubuntu: apt install clang-15 libclc-15"));
        out.println("compiling with " + toolchain.description());
        out.flush();
        Verification verification = Verification.of(toolchain, programs);
        out.println(verification.table());
        if (file != null) {
            AtomicFile.write(file, verification.table().getBytes(StandardCharsets.UTF_8));
        }
        verification.failures().forEach(out::println);
        out.println(verification.count() + " kernels compiled; "
                + (verification.failures().isEmpty()
                        ? "none has a fault"
                        : verification.failures().size() + " faults, see above"));
        return verification.failures().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
