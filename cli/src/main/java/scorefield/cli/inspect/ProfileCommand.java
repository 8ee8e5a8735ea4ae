package scorefield.cli.inspect;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.cli.console.UserException;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RunOption;
import scorefield.cli.option.SettingsOptions;
import scorefield.cli.option.TuneChoice;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.profile.Profile;
import scorefield.kernels.profile.ProfileTables;

/** {@code scorefield profile}: where a step of training or sampling spends its time. */
@Command(
        name = "profile",
        description = {
            "Shows where a step of training or sampling spends its time, kernel by kernel and layer by"
                    + " layer, and compares it with the peak rates of the device (the roofline), which it measures"
                    + " first: multiply-adds on registers, and copying memory.",
            "The data are random and the network is untrained. Neither changes the time of a step."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield profile --preset grey28",
            "      a training step with that preset's network and batch",
            "  scorefield profile --sampling --picture roofline.png",
            "      the newest run's network in a step of Langevin dynamics, with a plot",
            "  scorefield profile --trace step.json",
            "      a timeline to be opened in chrome://tracing or ui.perfetto.dev",
            "",
            "GFLOP/s count the operations of the formula, GB/s the least possible memory",
            "traffic. A kernel that needs fewer operations (Winograd), or whose data stay in",
            "a cache, can exceed the roofline: more than 100 %%."
        })
public final class ProfileCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Option(names = "--sampling", description = "A step of Langevin dynamics instead of a training step.")
    private boolean sampling;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "The number of measured steps; the shortest time of each launch counts (default: ${DEFAULT-VALUE}).")
    private int runs = 10;

    @Option(
            names = "--launches",
            paramLabel = "N",
            defaultValue = "0",
            description = "Also list the N most expensive launches one by one.")
    private int costliest;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the whole profile, launch by launch, as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Write a timeline of the shortest step, for chrome://tracing or ui.perfetto.dev.")
    private @Nullable Path trace;

    @Option(names = "--picture", paramLabel = "FILE.png", description = "Draw a roofline plot.")
    private @Nullable Path picture;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Mixin
    private TuneChoice tune = new TuneChoice();

    @Override
    public Integer call() throws IOException {
        if (runs < 1 || costliest < 0) {
            throw new UserException(
                    "--runs must be at least 1 and --launches at least 0; got " + runs + " and " + costliest);
        }
        OutputFile.requireIfGiven(json, OutputFormat.JSON);
        OutputFile.requireIfGiven(trace, OutputFormat.JSON);
        OutputFile.requireIfGiven(picture, OutputFormat.PNG);
        OutputFile.requireApart(Arrays.asList(json, trace, picture), Arrays.asList(settings.file()));
        Subject subject = Subject.of(run.named(), settings.read());
        PrintWriter out = spec.commandLine().getOut();
        try (OpenClDevice opened = device.openForProfiling()) {
            tune.tune(Optional.of(opened), out);
            String what = (sampling ? "sampling step, " : "training step, ") + subject.name();
            int batch = sampling
                    ? subject.samplingBatch()
                    : subject.configuration().training().batch();
            out.println(what + ": " + batch + " samples of " + subject.network().sample() + ", on " + opened.name());
            out.flush();
            Profile profile = sampling ? subject.samplingProfile(opened, runs) : subject.trainingProfile(opened, runs);
            print(profile, out);
            write(profile, what, opened.name());
        }
        return 0;
    }

    private void print(Profile profile, PrintWriter out) {
        ProfileTables tables = new ProfileTables(profile);
        out.println(tables.summary());
        out.println(tables.byKernel());
        out.print(tables.byLayer());
        if (costliest > 0) {
            out.println();
            out.print(tables.costliest(costliest));
        }
        out.flush();
    }

    private void write(Profile profile, String what, String deviceName) throws IOException {
        if (json != null) {
            ProfileFiles.writeJson(json, profile, what, deviceName);
        }
        if (trace != null) {
            ProfileFiles.writeTrace(trace, profile, what, deviceName);
        }
        if (picture != null) {
            RooflineChart.write(picture, profile, what);
        }
    }
}
