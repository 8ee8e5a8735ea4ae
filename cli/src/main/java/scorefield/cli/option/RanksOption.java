package scorefield.cli.option;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import scorefield.cli.console.UserException;
import scorefield.kernels.OpenClDevice;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.collective.Launcher;
import scorefield.ncsn.collective.Ranks;

/** The option {@code --ranks}, which starts the same command as several processes. */
public final class RanksOption {

    private static final String NAME = "--ranks";

    @Option(
            names = NAME,
            paramLabel = "N",
            description =
                    "Compute with N processes on this machine, each on a device of its own where there are as many; needs MPI. For several"
                            + " machines, start this command with mpirun.")
    private @Nullable Integer count;

    /** Whether the command is to be started as several processes. */
    public boolean isAsked() {
        return count != null;
    }

    /**
     * Starts the command as several processes and waits for them.
     *
     * @param spec of the command
     * @return the exit code
     */
    public int start(CommandSpec spec) throws IOException {
        if (Ranks.areLaunched()) {
            throw new UserException(
                    NAME + " has no effect under mpirun, which says how many processes there are; leave it out");
        }
        if (count == null || count < 1) {
            throw new UserException(NAME + " must be at least 1; got " + count);
        }
        return Launcher.start(count, program(spec.root().commandLine()));
    }

    /** This process's own command, without the option. */
    private static List<String> program(CommandLine root) {
        List<String> program = new ArrayList<>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        String path = System.getProperty("java.class.path");
        program.addAll(List.of("-cp", path, "scorefield.cli.Main"));
        List<String> arguments = root.getParseResult().originalArgs();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals(NAME)) {
                i++; // and its value
            } else if (!argument.startsWith(NAME + "=")) {
                program.add(argument);
            }
        }
        return program;
    }

    /** Refuses devices on which samples would not be those of one process. */
    public static void requireSameDevice(Collective ranks, Optional<OpenClDevice> device, String remedy) {
        Ranks.requireSame(
                ranks, "the device", DeviceChoice.kind(device), "another kind computes other bits: " + remedy);
    }

    /** Refuses an option that cannot be used on several ranks. */
    public static void requireAlone(Collective ranks, String option, boolean given) {
        if (given && ranks.size() > 1) {
            throw new UserException(
                    option + " can be used in one process only; leave it out, or start the command without mpirun");
        }
    }
}
