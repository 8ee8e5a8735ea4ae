package scorefield.cli.schedule;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
import scorefield.autodiff.Device;
import scorefield.cli.console.Progress;
import scorefield.cli.console.UserException;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.SettingsOptions;
import scorefield.cli.option.TypedOptions;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.PairwiseDistances;
import scorefield.ncsn.evaluation.ScheduleRequest;
import scorefield.ncsn.file.AtomicFile;

/** {@code scorefield schedule}: which noise levels and steps some data ask for, and what sampling will cost. */
@Command(
        name = "schedule",
        description = {
            "Derives noise levels and step sizes from the distances between the samples of a data set, by"
                    + " the techniques of NCSNv2 (Song & Ermon 2020). Reports the predicted variance at every level,"
                    + " how long sampling will take on this device, and problems of the data or of your own noise"
                    + " levels.",
            "The last lines are a configuration for `scorefield train --config`."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield schedule --data train-images-idx3-ubyte.gz",
            "      for MNIST: distances, noise levels, step size, time",
            "  scorefield schedule --data photos.zip --yaml noise.yaml --out noise.png",
            "      for your own images, with a plot; then: train --config noise.yaml",
            "  scorefield schedule --data moons",
            "      for points in the plane",
            "  scorefield schedule --sigma-max 1 --levels 10 --steps-per-level 100",
            "      assesses given levels: these are NCSN's, which are far apart"
        })
public final class ScheduleCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "PATH|NAME",
            description = "The data: as for `scorefield train`, without it the built-in digits.")
    private @Nullable String data;

    @Option(
            names = "--sigma-max",
            paramLabel = "S",
            description =
                    "The largest noise level to assess (noise.sigma-max). Without it: the largest distance between two samples.")
    private @Nullable Double sigmaMax;

    @Option(
            names = "--sigma-min",
            paramLabel = "S",
            description = "The smallest noise level (noise.sigma-min). Without it: 0.01, or 0.05 for points.")
    private @Nullable Double sigmaMin;

    @Option(
            names = "--levels",
            paramLabel = "L",
            description = "How many noise levels to assess. Without it: the number that follows from technique 2.")
    private @Nullable Integer levels;

    @Option(
            names = "--steps-per-level",
            paramLabel = "T",
            description = "Langevin steps at each noise level. Without it: the preset's, or 5.")
    private @Nullable Integer stepsPerLevel;

    @Option(
            names = "--step-size",
            paramLabel = "E",
            description = "The step size at the smallest noise level. Without it: the best one by technique 4.")
    private @Nullable Double stepSize;

    @Option(
            names = "--compare",
            paramLabel = "N",
            defaultValue = "" + PairwiseDistances.MOST,
            description = "The largest number of samples to compare with each other; of more samples, this many are"
                    + " chosen at random (default: ${DEFAULT-VALUE}).")
    private int compared;

    @Option(
            names = "--out",
            paramLabel = "FILE.png",
            description = "Draw the distances, the noise levels, and the variance after each.")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every number as JSON.")
    private @Nullable Path json;

    @Option(names = "--yaml", paramLabel = "FILE", description = "Write the configuration to a file, too.")
    private @Nullable Path yaml;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException {
        if (compared < 2) {
            throw new UserException("--compare must be at least 2 samples; got " + compared);
        }
        OutputFile.requireIfGiven(out, OutputFormat.PNG);
        OutputFile.requireIfGiven(json, OutputFormat.JSON);
        OutputFile.requireIfGiven(yaml, OutputFormat.YAML);
        TypedOptions asked = new TypedOptions(settings.read());
        return asked.naming(() -> {
            asked.add("--data", "data.source", data);
            asked.add("--sigma-max", "noise.sigma-max", sigmaMax);
            asked.add("--sigma-min", "noise.sigma-min", sigmaMin);
            asked.add("--levels", "noise.levels", levels);
            asked.add("--steps-per-level", "sampling.steps-per-level", stepsPerLevel);
            asked.add("--step-size", "sampling.step-size", stepSize);
            return schedule(asked.settings());
        });
    }

    private Integer schedule(Settings asked) throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        ScheduleRequest request = ScheduleRequest.of(asked);
        OutputFile.requireApart(
                Arrays.asList(out, json, yaml),
                Arrays.asList(
                        settings.file(),
                        DataSets.file(request.setup().configuration().data().source())
                                .orElse(null)));
        console.println("data      " + request.setup().data());
        request.setup().data().notes().forEach(note -> console.println("note      " + note));
        request.setup().notes().forEach(note -> console.println("chosen    " + note));
        console.flush();
        try (Device opened = device.open(spec.commandLine().getErr())) {
            console.println("device    " + opened.name());
            console.flush();
            ScheduleReport report =
                    new ScheduleReport(request.evaluate(opened, distances(request, opened)), opened.name());
            console.print(report.text());
            console.flush();
            write(report);
        }
        return 0;
    }

    private Optional<PairwiseDistances> distances(ScheduleRequest request, Device opened) {
        try (Progress progress =
                Progress.inPercent("comparing", spec.commandLine().getOut())) {
            return request.distances(opened, compared, share -> progress.share(share, "samples"));
        }
    }

    private void write(ScheduleReport report) throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        if (yaml != null) {
            AtomicFile.write(yaml, report.yaml().getBytes(StandardCharsets.UTF_8));
            console.println("yaml    " + yaml);
        }
        if (json != null) {
            report.writeJson(json);
            console.println("json    " + json);
        }
        if (out != null) {
            ScheduleChart.write(out, report.evaluation());
            console.println("plots   " + out);
        }
        console.flush();
    }
}
