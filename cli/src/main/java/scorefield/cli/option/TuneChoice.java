package scorefield.cli.option;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.autodiff.Device;
import scorefield.cli.console.UserException;
import scorefield.cli.output.UserCache;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.tuning.Tuner;
import scorefield.kernels.tuning.Tuning;

/** The option {@code --tune}: whether kernels are chosen by trying them out. Without it nothing depends on anybody's clock. */
public final class TuneChoice {

    /** How long to try. */
    enum Mode {
        /** Not at all: the kernels that the program is shipped with. */
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
            description =
                    "Try which kernels are the fastest on this device, for 10 seconds in all (quick) or until all were"
                            + " tried, at most 10 minutes (full). Each is checked against the reference first. What is found is kept"
                            + " in the user's cache folder for the next time. Without it: off, the kernels as shipped.")
    private @Nullable Mode mode;

    /** Whether the option was given. */
    public boolean isGiven() {
        return mode != null;
    }

    /** Makes a device choose kernels as was asked for; returns what chooses, where anything does. */
    public Optional<Tuner> tune(Device opened, PrintWriter console) {
        if (mode == null || mode == Mode.off) {
            return Optional.empty();
        }
        if (!(opened instanceof OpenClDevice openCl)) {
            throw new UserException(
                    "--tune " + mode + ": plain Java has no kernels to choose from; leave it out, or choose"
                            + " an OpenCL device that `scorefield devices` lists");
        }
        ClDevice device = openCl.device();
        Path file = UserCache.folder().resolve(Tuning.fileName(device));
        Tuner tuner = Tuner.of(device, file, mode.seconds, line -> say(console, line));
        openCl.tunedBy(tuner);
        return Optional.of(tuner);
    }

    /** Prints a line at once. */
    public static void say(PrintWriter console, String line) {
        console.println("tuning    " + line);
        console.flush();
    }
}
