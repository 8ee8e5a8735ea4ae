package scorefield.cli.explore;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import scorefield.cli.console.StopSignal;
import scorefield.cli.console.UserException;
import scorefield.cli.explore.argument.ArgumentPage;
import scorefield.cli.explore.ladder.LadderPage;
import scorefield.cli.explore.machine.MachinePage;
import scorefield.cli.explore.model.ModelPage;
import scorefield.cli.explore.runs.RunsPage;
import scorefield.cli.explore.server.Page;
import scorefield.cli.explore.server.Server;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RunOption;
import scorefield.kernels.OpenClDevice;
import scorefield.ncsn.run.RunFolder;

/** {@code scorefield explore}: serves the explorer to a browser on this machine. */
@Command(
        name = "explore",
        description =
                "Opens the explorer in the browser: the argument that leads to score networks, with its experiments to touch; a"
                        + " training step from the graph to the kernels; the ladder of kernels of an op; what a run's network does; and"
                        + " all runs of a folder, live while they train. Everything is computed by this program on the chosen device;"
                        + " nothing is loaded from the network, and only this machine can reach it. Ctrl-C ends it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield explore",
            "      the address is printed, and opened where there is a browser",
            "  scorefield explore --run runs/mnist --port 8000",
            "      another run than the newest, at http://127.0.0.1:8000/"
        })
public final class ExploreCommand implements Callable<Integer> {

    /** Where the explorer is unless told otherwise, or on one of the next ports. */
    private static final int PORT = 7430;

    private static final int PORTS = 10;

    private static final int LARGEST_PORT = 65_535;

    private static final long PAUSE_MILLISECONDS = 100;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Option(
            names = "--port",
            paramLabel = "N",
            description =
                    "The port to listen on, 0 for any free one (default: the first free one from " + PORT + " on).")
    private @Nullable Integer port;

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port != null && (port < 0 || port > LARGEST_PORT)) {
            throw new ParameterException(
                    spec.commandLine(), "--port must be from 0 to " + LARGEST_PORT + "; got " + port);
        }
        PrintWriter out = spec.commandLine().getOut();
        Optional<OpenClDevice> openCl = device.openCl(spec.commandLine().getErr());
        SharedDevice shared = new SharedDevice(DeviceChoice.orReference(openCl));
        try (Server server = listen(shared, pages(openCl, shared));
                StopSignal stop = new StopSignal(
                        spec.commandLine().getErr(), "stopping…", "a computation was cut short; no file is lost")) {
            out.println(server.address() + "  (Ctrl-C ends it)");
            out.flush();
            Browser.open(server.address());
            while (!stop.requested()) {
                Thread.sleep(PAUSE_MILLISECONDS);
            }
            return ExitCode.OK;
        }
    }

    /** The pages, in the order of their links. */
    private List<Page> pages(Optional<OpenClDevice> openCl, SharedDevice shared) {
        Optional<Path> named = run.named().filter(path -> RunFolder.named(path).hasCheckpoint());
        return List.of(
                new ArgumentPage(),
                new MachinePage(named, openCl, shared),
                new LadderPage(openCl, shared),
                new ModelPage(named, runs(), shared),
                new RunsPage(runs()));
    }

    /** The folder of all runs: that in which the named run lies, or the named folder itself where it holds no run. */
    private Path runs() {
        return run.named()
                .map(RunFolder::named)
                .map(named ->
                        named.hasCheckpoint() ? named.path().toAbsolutePath().getParent() : named.path())
                .orElse(RunFolder.RUNS);
    }

    private Server listen(SharedDevice shared, List<Page> pages) throws IOException {
        int first = port == null ? PORT : port;
        int last = port == null ? PORT + PORTS - 1 : port;
        for (int candidate = first; candidate <= last; candidate++) {
            try {
                return new Server(candidate, shared, pages);
            } catch (BindException taken) {
                // The next one, if there is one.
            }
        }
        shared.close();
        throw new UserException(
                port == null
                        ? "the ports from " + first + " to " + last
                                + " are used by other programs; give another with --port, or 0 for any free one"
                        : "--port " + port
                                + " is used by another program, or reserved; give another, or 0 for any free one");
    }
}
