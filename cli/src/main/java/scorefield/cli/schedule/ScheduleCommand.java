package scorefield.cli.schedule;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.DeviceMemoryException;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.UserException;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.SettingsOptions;
import scorefield.cli.option.TypedOptions;
import scorefield.cli.output.OutputFile;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseSettings;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.PairwiseDistances;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;
import scorefield.ncsn.schedule.ScheduleAssessment;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.StepTime;
import scorefield.ncsn.training.TrainingSetup;

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
            description = "The largest noise level to assess. Without it: the largest distance between two samples.")
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
        Stream.of(out, json, yaml).filter(Objects::nonNull).forEach(OutputFile::requireWritable);
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
        TrainingSetup chosen = TrainingSetup.withoutNoiseLevels(asked);
        OptionalInt wanted = wantedLevels(asked, chosen);
        console.println("data      " + chosen.data());
        chosen.notes().forEach(note -> console.println("chosen    " + note));
        console.flush();
        try (Device opened = device.open(spec.commandLine().getErr())) {
            console.println("device    " + opened.name());
            console.flush();
            PairwiseDistances distances = distances(opened, chosen);
            ScheduleAssessment assessment = assess(wanted, chosen, distances);
            ScheduleReport report =
                    new ScheduleReport(chosen, distances, assessment, time(opened, chosen), opened.name());
            console.print(report.text());
            console.flush();
            write(report);
        }
        return 0;
    }

    /** Of one sample there are no distances: then the largest noise level must be given. */
    private @Nullable PairwiseDistances distances(Device opened, TrainingSetup chosen) {
        DataSet samples = chosen.data();
        boolean given = chosen.configuration().noise().sigmaMax().isPresent();
        if (samples.count() < 2) {
            if (!given) {
                throw new UserException(samples + ": a single sample gives no distances, so no largest noise level"
                        + " follows from it; give --sigma-max");
            }
            return null;
        }
        PairwiseDistances distances;
        long seed = chosen.configuration().training().seed();
        try (Progress progress =
                Progress.inPercent("comparing", spec.commandLine().getOut())) {
            distances =
                    PairwiseDistances.among(opened, samples, compared, seed, share -> progress.share(share, "samples"));
        }
        if (distances.largest() == 0 && !given) {
            throw new UserException(samples + ": all samples are the same, so no largest noise level follows from"
                    + " their distances; give other data, or --sigma-max");
        }
        return distances;
    }

    /** How many levels were asked for; a preset's number of them, made for speed, counts only where technique 2 is silent. */
    private static OptionalInt wantedLevels(Settings asked, TrainingSetup chosen) {
        boolean given =
                asked.has("noise.levels") || !Ncsnv2.boundsRatio(chosen.data().dimension());
        OptionalInt wanted = given ? chosen.configuration().noise().levels() : OptionalInt.empty();
        if (wanted.isPresent() && wanted.getAsInt() < 2) {
            throw new BadConfigurationException("noise.levels must be at least 2 here; got " + wanted.getAsInt()
                    + ": the techniques are about neighbouring noise levels");
        }
        return wanted;
    }

    /** What was asked for, and NCSNv2's choice of the rest. */
    private static ScheduleAssessment assess(
            OptionalInt wanted, TrainingSetup chosen, @Nullable PairwiseDistances distances) {
        Configuration configuration = chosen.configuration();
        NoiseSettings noise = configuration.noise();
        int dimension = chosen.data().dimension();
        double smallest = noise.sigmaMin();
        double largest = noise.sigmaMax()
                .orElseGet(() -> Objects.requireNonNull(distances).largest());
        if (!(largest > smallest)) {
            throw new UserException(Text.of(
                    "the largest distance between two samples is %.4g, no more than the smallest noise level %.4g; give"
                            + " a smaller --sigma-min, or a larger --sigma-max",
                    largest, smallest));
        }
        NoiseLevels levels = wanted.isPresent()
                ? NoiseLevels.geometric(largest, smallest, wanted.getAsInt())
                : Ncsnv2.levels(largest, smallest, dimension);
        AnnealedLangevin.Parameters asked = configuration.parameters(AnnealedLangevin.ANNEALED);
        int steps = asked.stepsPerLevel().orElse(SamplingPlan.DEFAULT_STEPS);
        return asked.stepSize().isPresent()
                ? new ScheduleAssessment(
                        levels, dimension, steps, asked.stepSize().getAsDouble())
                : ScheduleAssessment.of(levels, dimension, steps);
    }

    /** Takes a few Langevin steps with the network that training would begin with. */
    private static SamplingTime time(Device opened, TrainingSetup chosen) {
        Configuration configuration = chosen.configuration();
        Shape sample = chosen.data().sample();
        int images = configuration.sampling().images();
        int batch = Math.min(images, ScoreModel.batch(sample));
        ScoreNetwork network;
        try {
            network = Checkpoint.network(configuration, sample);
        } catch (BadConfigurationException e) {
            return SamplingTime.unknown(images, batch, e.getMessage());
        }
        float[] initial = network.parameters().initial(configuration.training().seed());
        Tensor weights = Tensor.variable("weights", Shape.of(initial.length));
        opened.write(weights, Values.of(weights.shape(), initial));
        try (LangevinDynamics dynamics = new LangevinDynamics(
                opened, network.with(network.parameters().weights(weights)), sample.times(batch))) {
            dynamics.seed(1, 0);
            dynamics.startUniform();
            double seconds = StepTime.measure(() -> dynamics.step(1, 1e-4), () -> requireFinite(dynamics));
            return new SamplingTime(images, batch, initial.length, seconds, "");
        } catch (DeviceMemoryException e) {
            return SamplingTime.unknown(images, batch, e.getMessage());
        }
    }

    private static void requireFinite(LangevinDynamics dynamics) {
        if (!dynamics.isFinite()) {
            throw new IllegalStateException("a step with the untrained network gives numbers that are not finite");
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
            ScheduleChart.write(out, report);
            console.println("plots   " + out);
        }
        console.flush();
    }
}
