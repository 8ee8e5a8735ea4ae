package scorefield.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.DeviceMemoryException;
import scorefield.cli.console.StopSignal;
import scorefield.cli.console.Text;
import scorefield.cli.console.UserException;
import scorefield.cli.data.TrainingData;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.SettingsOptions;
import scorefield.cli.option.TuneChoice;
import scorefield.cli.option.TypedOptions;
import scorefield.cli.picture.ImagePictures;
import scorefield.cli.picture.PlanarGround;
import scorefield.cli.picture.PointPictures;
import scorefield.cli.picture.SamplePictures;
import scorefield.cli.run.ModelText;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.RunHistory;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.Tuner;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.SamplerKind;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/** {@code scorefield train}: a new run, or one to be gone on with. */
@Command(
        name = "train",
        description = "Trains a noise conditional score network on images, or on points of the plane.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield train",
            "      on digits that it draws itself: minutes until it draws new ones",
            "  scorefield train --data train-images-idx3-ubyte.gz --out runs/mnist",
            "      on MNIST; also CIFAR-10's binary files, folders or zips of pictures",
            "  scorefield train --data photos.zip --set data.size=32 --set data.crop=true",
            "      on one's own images, cut and resampled to 32x32",
            "  scorefield train --data moons",
            "      on points of the plane, where everything that is learned can be drawn",
            "  scorefield train --resume",
            "      goes on with the newest run, to the last bit as if it had not been stopped",
            "",
            "`scorefield inspect --keys` lists every setting for --set and --config."
        })
public final class TrainCommand implements Callable<Integer> {

    /** Fewer images than this cannot show what they have in common: a small network remembers as many. */
    private static final int FEW = 100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "PATH|NAME",
            description =
                    "What to train on: a file or folder of images; the built-in digits (the default); points of the plane:"
                            + " checkerboard, mixture, moons, rings or spiral; or points:PICTURE, points from a picture's brightness.")
    private @Nullable String data;

    @Option(names = "--out", paramLabel = "DIR", description = "The run's folder. Without it, a new one in runs/.")
    private @Nullable Path out;

    @Option(
            names = "--objective",
            paramLabel = "NAME",
            description =
                    "How the score is matched (objective.matching): annealed (the default), annealed-sliced, denoising,"
                            + " exact, sliced, sliced-vr or fd-sliced. Those with the network's Jacobian are refused where a step needs"
                            + " more than 2 TFLOP or 16 GiB, as exact does for images much larger than 8x8.")
    private @Nullable String matching;

    @Option(names = "--steps", paramLabel = "N", description = "Train until this step (training.steps).")
    private @Nullable Long steps;

    @Option(names = "--seed", paramLabel = "N", description = "Decides everything random (training.seed).")
    private @Nullable Long seed;

    @Option(names = "--resume", description = "Go on with the run in --out, or with the newest. Its settings are kept.")
    private boolean resume;

    @Option(
            names = "--dry-run",
            description =
                    "Only show what would be trained: what was chosen and why, parameters, memory, time a step and an epoch"
                            + " (a few steps are taken and thrown away), and when it would be done. Nothing is written.")
    private boolean dryRun;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Mixin
    private TuneChoice tune = new TuneChoice();

    @Override
    public Integer call() throws IOException {
        TypedOptions asked = new TypedOptions(settings.read());
        return asked.naming(() -> {
            // The dedicated options win over --set and --config.
            asked.add("--data", "data.source", data);
            asked.add("--objective", "objective.matching", matching);
            asked.add("--steps", "training.steps", steps);
            asked.add("--seed", "training.seed", seed);
            if (dryRun && resume) {
                throw new UserException("--dry-run shows what a new run would be; leave out --resume");
            }
            return resume ? resume(asked.settings()) : start(asked.settings());
        });
    }

    private Integer start(Settings asked) throws IOException {
        RunFolder given = out == null ? null : new RunFolder(out);
        if (given != null && given.hasCheckpoint()) {
            throw new UserException(
                    given.path() + ": there already is a run in this folder; go on with it with --resume,"
                            + " or choose another folder with --out");
        }
        if (!dryRun) {
            (given == null ? new RunFolder(RunFolder.RUNS) : given).requireWritable();
        }
        TrainingData.Chosen chosen = TrainingData.choose(asked);
        Configuration configuration = chosen.configuration();
        DataSet data = chosen.data();
        ScoreNetwork network = Checkpoint.network(configuration, data.sample());
        if (asked.has("training.batch")) {
            BatchThatFits.requireTensors(network, configuration.training().batch());
        }
        ObjectiveCost.requireFeasible(network, configuration);
        SamplerKind.of(configuration); // refuses before training what would be refused after it
        RunFolder folder = given == null ? RunFolder.unused(runName(data)) : given;
        PrintWriter console = spec.commandLine().getOut();
        console.println("preset    " + chosen.preset() + ": " + Presets.about(chosen.preset()));
        chosen.notes().forEach(note -> console.println("chosen    " + note));
        RunHistory history = new RunHistory(chosen.preset(), asked.names(), List.of());
        return train(folder, opened -> begin(opened, asked, chosen), data, history, true);
    }

    /** What the first step begins with: a network, and a batch, for the device's memory. */
    private Checkpoint begin(Device opened, Settings asked, TrainingData.Chosen chosen) {
        DataSummary summary = DataSummary.of(chosen.data());
        ModelThatFits model = ModelThatFits.of(opened, asked, chosen.configuration(), summary);
        PrintWriter console = spec.commandLine().getOut();
        model.notes().forEach(note -> console.println("chosen    " + note));
        Configuration configuration = model.configuration();
        ScoreNetwork network = Checkpoint.network(configuration, summary.sample());
        return new Checkpoint(
                configuration,
                summary,
                TrainingState.initial(network, configuration.training().seed()));
    }

    private Integer resume(Settings asked) throws IOException {
        if (tune.isGiven()) {
            throw new UserException(
                    "--tune: a resumed run keeps the kernels that it began with, so that it goes on with the"
                            + " same bits; leave --tune out");
        }
        RunFolder folder = out == null ? RunFolder.newest() : new RunFolder(out);
        Checkpoint checkpoint = folder.read();
        Configuration configuration =
                TrainingData.withAbsoluteSource(checkpoint.configuration().resumedWith(asked));
        SamplerKind.of(configuration); // as above
        DataSettings source = configuration.data();
        DataSet data = TrainingData.load(source, configuration.training().seed());
        checkpoint.requireData(data);
        Checkpoint from = new Checkpoint(configuration, checkpoint.data(), checkpoint.state());
        RunHistory history = RunHistory.read(folder.history()).settingAlso(asked.names());
        return train(folder, opened -> from, data, history, false);
    }

    /** A file's name without its endings, for the run's folder. */
    private static String runName(DataSet data) {
        String name = data.name().replaceAll("(\\.[A-Za-z]{1,5})+$", "").replaceAll("[^\\p{Alnum}._-]+", "-");
        return name.isBlank() || name.startsWith(".") ? "run" : name;
    }

    /**
     * Trains.
     *
     * @param beginning what the first step begins with, on a device
     */
    private Integer train(
            RunFolder folder, Function<Device, Checkpoint> beginning, DataSet data, RunHistory history, boolean fresh)
            throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (StopSignal stop = new StopSignal(
                        err, "stopping after this step…", "what came after the last checkpoint is lost");
                Device opened = device.open(err)) {
            Checkpoint from = beginning.apply(opened);
            describe(console, folder, from, data, opened);
            Optional<Tuner> tuner = fresh ? tune.tune(opened, console) : Optional.empty();
            if (!fresh) {
                keepTuning(opened, folder, console);
            }
            try (Trainer trainer = trainer(opened, from, data)) {
                if (dryRun) {
                    return DryRun.print(from, trainer, stop, console);
                }
                if (opened instanceof OpenClDevice) {
                    console.println("The first step takes seconds longer, until every kernel is compiled.");
                }
                try (ClaimedFolder claimed = fresh ? claim(folder, from, data) : ClaimedFolder.resumed(folder, from)) {
                    RunFolder own = claimed.folder();
                    if (!own.equals(folder)) {
                        console.println("run       " + own.path() + ": another process has taken " + folder.path());
                    }
                    if (tuner.isPresent()) {
                        tuner.get().save(own.tuning());
                        keepTuning(opened, own, console);
                    } else if (fresh) {
                        Files.deleteIfExists(own.tuning()); // left by a run that was killed before it began
                    }
                    if (fresh) {
                        TrainingRun.begin(own, from);
                    }
                    return new TrainingRun(own, from, history, opened, trainer, pictures(from, data), stop, console)
                            .run();
                }
            }
        }
    }

    private ClaimedFolder claim(RunFolder folder, Checkpoint from, DataSet data) throws IOException {
        long bytes = TrainingRun.checkpointBytes(from);
        return out == null
                ? ClaimedFolder.unused(() -> RunFolder.unused(runName(data)), bytes)
                : ClaimedFolder.named(folder, bytes);
    }

    /** From the first step to the last, however often it is resumed, a run computes with the same kernels. */
    private static void keepTuning(Device opened, RunFolder folder, PrintWriter console) {
        if (opened instanceof OpenClDevice openCl) {
            openCl.tunedBy(Tuner.fixed(
                    openCl.device(),
                    folder.tuning(),
                    line -> TuneChoice.say(
                            console,
                            line + "; the kernels are others than the run began with, and so may the last bits be")));
        }
    }

    private static SamplePictures pictures(Checkpoint from, DataSet data) {
        return data instanceof Points points
                ? new PointPictures(PlanarGround.ofData(from.configuration().data(), points))
                : new ImagePictures();
    }

    private void describe(PrintWriter console, RunFolder folder, Checkpoint from, DataSet data, Device device) {
        Configuration configuration = from.configuration();
        TrainingSettings training = configuration.training();
        NoiseLevels ladder = NoiseDefaults.ladder(configuration);
        console.println("data      " + data);
        if (data instanceof Images && data.count() < FEW) {
            console.println("note      " + data.count() + (data.count() == 1 ? " image is" : " images are")
                    + " few: the network will learn them by heart, and samples will be copies");
        }
        console.println(Text.of(
                "network   %s: %,d parameters",
                ModelText.network(configuration, from.data()), from.state().parameters().length));
        console.println("objective " + ModelText.objective(configuration.objective()));
        console.println(Text.of(
                ladder.count() == 1 ? "noise     1 level, σ = %2$.4g" : "noise     %d levels from σ = %.4g to %.4g",
                ladder.count(),
                ladder.largest(),
                ladder.smallest()));
        console.println("device    " + device.name());
        console.println(Text.of(
                "run       %s%s: step %d to %d, %d samples each",
                dryRun ? "(dry) " : "", folder.path(), from.state().step(), training.steps(), training.batch()));
        console.flush();
    }

    private Trainer trainer(Device opened, Checkpoint from, DataSet data) {
        ScoreNetwork network = from.network();
        NoiseLevels ladder = NoiseDefaults.ladder(from.configuration());
        TrainingSettings training = from.configuration().training();
        Objective objective = from.configuration().objective().objective();
        BatchThatFits.requireTensors(network, training.batch());
        try {
            return new Trainer(opened, network, objective, data, ladder, training, from.state());
        } catch (DeviceMemoryException e) {
            throw BatchThatFits.explain(
                    e,
                    opened,
                    training.batch(),
                    batch -> Trainer.program(
                            network,
                            objective,
                            from.data(),
                            ladder,
                            from.configuration().with("training.batch", batch).training()));
        }
    }
}
