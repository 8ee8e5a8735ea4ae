package scorefield.cli.option;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import scorefield.autodiff.Device;
import scorefield.cli.console.UserException;
import scorefield.cli.output.UserCache;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.tuning.Tuner;
import scorefield.kernels.tuning.Tuning;
import scorefield.ncsn.collective.Collective;

/** The option {@code --tune}: whether kernels are chosen by measuring them. Without it, nothing depends on measured times. */
public final class TuneChoice {

    /** How long to measure. */
    enum Mode {
        /** Not at all: the kernels that come with the program. */
        off(0),
        quick(Tuner.QUICK),
        full(Tuner.FULL);

        private final double seconds;

        Mode(double seconds) {
            this.seconds = seconds;
        }
    }

    @Option(
            names = "--tune",
            paramLabel = "off|quick|full",
            description = "Measure which kernels are the fastest on this device, for 10 seconds in all (quick) or until"
                    + " all are measured, at most 10 minutes (full). Each is checked against the reference first."
                    + " The results are kept in the user's cache folder for the next time. Without it: the kernels"
                    + " that the program is shipped with.")
    private @Nullable Mode mode;

    /** Whether the option was given. */
    public boolean isGiven() {
        return mode != null;
    }

    /** Opens the chosen device, and tunes it if that was asked for. */
    public Device open(DeviceChoice choice, CommandLine command) {
        return open(choice, Collective.ALONE, command);
    }

    /** The same on one of several ranks, all of which must have devices of one kind. */
    public Device open(DeviceChoice choice, Collective ranks, CommandLine command) {
        RanksOption.requireAlone(ranks, "--tune", isGiven());
        choice.forRank(ranks);
        Optional<OpenClDevice> openCl = choice.openCl(command.getErr());
        RanksOption.requireSameDevice(ranks, openCl, "choose devices of one kind with --device");
        Device opened = DeviceChoice.orReference(openCl);
        try {
            tune(openCl, command.getOut());
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Makes a device choose its kernels as was asked for.
     *
     * @param device empty for the reference device
     * @return the tuner that chooses them, if any does
     */
    public Optional<Tuner> tune(Optional<OpenClDevice> device, PrintWriter console) {
        if (mode == null || mode == Mode.off) {
            return Optional.empty();
        }
        OpenClDevice openCl = device.orElseThrow(() -> new UserException("--tune " + mode
                + ": the reference device has no kernels to choose from; leave --tune out, or choose an"
                + " OpenCL device that `scorefield devices` lists"));
        ClDevice described = openCl.device();
        Path file = UserCache.folder().resolve(Tuning.fileName(described));
        Tuner tuner = Tuner.of(described, file, mode.seconds, line -> say(console, line));
        openCl.tunedBy(tuner);
        return Optional.of(tuner);
    }

    /** Prints a line at once. */
    public static void say(PrintWriter console, String line) {
        console.println("tuning    " + line);
        console.flush();
    }
}
