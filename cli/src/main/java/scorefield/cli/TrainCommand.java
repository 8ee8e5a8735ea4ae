package scorefield.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.DeviceMemoryException;
import scorefield.kernels.OpenClDevice;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/** {@code scorefield train}: a new run, or one to be gone on with. */
@Command(
        name = "train",
        description = "Trains a noise conditional score network on images.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield train",
            "      on digits that it draws itself: minutes until there is a picture of new ones",
            "  scorefield train --data train-images-idx3-ubyte.gz --out runs/mnist",
            "      on MNIST; also CIFAR-10's binary files, and folders or zips of PNG and JPEG images",
            "  scorefield train --data photos.zip --set data.size=32 --set data.crop=true",
            "      on one's own images, cut and resampled to 32x32",
            "  scorefield train --resume",
            "      goes on with the newest run, to the last bit as if it had not been stopped",
            "",
            "`scorefield inspect --keys` lists every setting for --set and --config."
        })
final class TrainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "PATH|digits",
            description = "What to train on: a file or folder of images, or the built-in digits (the default).")
    private @Nullable String data;

    @Option(names = "--out", paramLabel = "DIR", description = "The run's folder. Without it, a new one in runs/.")
    private @Nullable Path out;

    @Option(names = "--steps", paramLabel = "N", description = "Train until this step (training.steps).")
    private @Nullable Long steps;

    @Option(names = "--seed", paramLabel = "N", description = "Decides everything random (training.seed).")
    private @Nullable Long seed;

    @Option(names = "--resume", description = "Go on with the run in --out, or with the newest. Its settings are kept.")
    private boolean resume;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException {
        return resume ? resume(asked()) : start(asked());
    }

    /** What was asked for: the dedicated options win over --set and --config. */
    private Settings asked() throws IOException {
        Settings asked = settings.read();
        if (data != null) {
            asked = Settings.of("data.source", data).over(asked);
        }
        if (steps != null) {
            asked = Settings.of("training.steps", steps).over(asked);
        }
        if (seed != null) {
            asked = Settings.of("training.seed", seed).over(asked);
        }
        return asked;
    }

    private Integer start(Settings asked) throws IOException {
        RunFolder given = out == null ? null : new RunFolder(out);
        if (given != null && given.hasCheckpoint()) {
            throw new UserException(
                    given.path() + ": there already is a run in this folder; go on with it with --resume,"
                            + " or choose another folder with --out");
        }
        TrainingData.Chosen chosen = TrainingData.choose(asked);
        Configuration configuration = chosen.configuration();
        Images images = chosen.images();
        ScoreNetwork network = Checkpoint.network(configuration, images.height(), images.width(), images.channels());
        Checkpoint start = new Checkpoint(
                configuration,
                DataSummary.of(images),
                TrainingState.initial(network, configuration.training().seed()));
        RunFolder folder = given == null ? RunFolder.unused(runName(images)) : given;
        PrintWriter console = spec.commandLine().getOut();
        console.println("preset    " + chosen.preset() + ": " + Presets.about(chosen.preset()));
        return train(folder, start, images, true);
    }

    private Integer resume(Settings asked) throws IOException {
        RunFolder folder = out == null ? RunFolder.newest() : new RunFolder(out);
        Checkpoint checkpoint = folder.read();
        Configuration configuration =
                TrainingData.withAbsoluteSource(checkpoint.configuration().resumedWith(asked));
        DataSettings source = configuration.data();
        Images images = TrainingData.load(source, configuration.training().seed());
        checkpoint.requireData(images);
        return train(folder, new Checkpoint(configuration, checkpoint.data(), checkpoint.state()), images, false);
    }

    /** A file's name without its endings, for the run's folder. */
    private static String runName(Images images) {
        String name = images.name().replaceAll("(\\.[A-Za-z]{1,5})+$", "").replaceAll("[^\\p{Alnum}._-]+", "-");
        return name.isBlank() || name.startsWith(".") ? "run" : name;
    }

    @SuppressWarnings("try") // the lock is there to be held
    private Integer train(RunFolder folder, Checkpoint from, Images images, boolean fresh) throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (StopSignal stop = new StopSignal(err);
                Device opened = device.open(err)) {
            describe(console, folder, from, images, opened);
            try (Trainer trainer = trainer(opened, from, images)) {
                if (opened instanceof OpenClDevice) {
                    console.println("The first step takes seconds longer, until every kernel is compiled.");
                }
                if (fresh) {
                    folder.prepare(TrainingRun.checkpointBytes(from));
                }
                try (RunLock lock = RunLock.of(folder)) {
                    if (fresh) {
                        TrainingRun.begin(folder, from);
                    }
                    return new TrainingRun(folder, from, opened, trainer, stop, console).run();
                }
            }
        }
    }

    private static void describe(PrintWriter console, RunFolder folder, Checkpoint from, Images images, Device device) {
        Configuration configuration = from.configuration();
        TrainingSettings training = configuration.training();
        NoiseLevels ladder = NoiseDefaults.ladder(configuration);
        console.println("data      " + images);
        console.println(Text.of(
                "network   U-Net of %d channels × %s, %d block%s a level: %,d parameters",
                configuration.network().channels(),
                configuration.network().multipliers(),
                configuration.network().blocks(),
                configuration.network().blocks() == 1 ? "" : "s",
                from.state().parameters().length));
        console.println(Text.of(
                "noise     %d levels from σ = %.4g to %.4g", ladder.count(), ladder.largest(), ladder.smallest()));
        console.println("device    " + device.name());
        console.println(Text.of(
                "run       %s: step %d to %d, %d images each",
                folder.path(), from.state().step(), training.steps(), training.batch()));
        console.flush();
    }

    private Trainer trainer(Device opened, Checkpoint from, Images images) {
        ScoreNetwork network = from.network();
        NoiseLevels ladder = NoiseDefaults.ladder(from.configuration());
        TrainingSettings training = from.configuration().training();
        BatchThatFits.requireTensors(network, training.batch());
        try {
            return new Trainer(opened, network, images, ladder, training, from.state());
        } catch (DeviceMemoryException e) {
            throw BatchThatFits.explain(
                    e,
                    opened,
                    training.batch(),
                    batch -> Trainer.program(
                            network,
                            images.count(),
                            ladder,
                            from.configuration().with("training.batch", batch).training()));
        }
    }
}
