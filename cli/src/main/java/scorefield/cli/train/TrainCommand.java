package scorefield.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Precision;
import scorefield.cli.console.StopSignal;
import scorefield.cli.console.UserException;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RanksOption;
import scorefield.cli.option.SettingsOptions;
import scorefield.cli.option.TuneChoice;
import scorefield.cli.option.TypedOptions;
import scorefield.cli.output.OutputFile;
import scorefield.cli.report.RunText;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.tuning.Tuner;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.RunHistory.Outcome;
import scorefield.ncsn.run.Training;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;

/** {@code scorefield train}: trains a new run, or resumes one. */
@Command(
        name = "train",
        description = "Trains a noise conditional score network on images, or on points of the plane.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield train",
            "      on built-in digits; within minutes it draws new ones",
            "  scorefield train --data train-images-idx3-ubyte.gz --out runs/mnist",
            "      on MNIST; also CIFAR-10's binary files, folders or zips of pictures",
            "  scorefield train --data photos.zip --set data.size=32 --set data.crop=true",
            "      on your own images, cropped and resampled to 32x32",
            "  scorefield train --data moons",
            "      on points in the plane, where everything that is learned can be drawn",
            "  scorefield train --from runs/mnist --data my-digits",
            "      starts with another run's parameters, for fine-tuning",
            "  scorefield train --resume",
            "      resumes the newest run; the result is the same as without the stop",
            "",
            "`scorefield inspect --keys` lists every setting for --set and --config."
        })
public final class TrainCommand implements Callable<Integer> {

    /** A network memorises fewer images than this instead of learning what they have in common. */
    private static final int FEW = 100;

    /** The exit code after Ctrl-C. */
    static final int STOPPED = 130;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "PATH|NAME",
            description =
                    "The data to train on: a file or folder of images; the built-in digits (the default); points in the plane:"
                            + " checkerboard, mixture, moons, rings or spiral; or points:PICTURE, points drawn from a picture's brightness.")
    private @Nullable String data;

    @Option(names = "--out", paramLabel = "DIR", description = "The folder of the run; by default a new one in runs/.")
    private @Nullable Path out;

    @Option(
            names = "--objective",
            paramLabel = "NAME",
            description = "The objective (objective.matching): annealed (the default), annealed-sliced, denoising,"
                    + " exact, sliced, sliced-vr or fd-sliced. An objective with the network's Jacobian is refused"
                    + " if a step needs more than 2 TFLOP or 16 GiB, as exact does for images much larger than 8x8.")
    private @Nullable String matching;

    @Option(names = "--steps", paramLabel = "N", description = "Train until this step (training.steps).")
    private @Nullable Long steps;

    @Option(names = "--seed", paramLabel = "N", description = "The seed of all random numbers (training.seed).")
    private @Nullable Long seed;

    @Option(names = "--resume", description = "Resume the run in --out, or the newest. Its settings are kept.")
    private boolean resume;

    @Option(
            names = "--from",
            paramLabel = "RUN",
            description =
                    "Start a new run with the parameters of this run, for fine-tuning on other data. The network's"
                            + " settings are that run's where none are given; layers that it does not have are named.")
    private @Nullable Path from;

    @Option(
            names = "--dry-run",
            description =
                    "Only show what would be trained: what was chosen and why, the parameters, the memory, the time for a step and an epoch"
                            + " (a few steps are taken and discarded), and when training would end. Nothing is written.")
    private boolean dryRun;

    @Option(
            names = "--no-identical-bits",
            description =
                    "Allow several processes to compute on devices of different kinds: the result then depends on which computed what.")
    private boolean notIdentical;

    @Mixin
    private RanksOption together = new RanksOption();

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Mixin
    private TuneChoice tune = new TuneChoice();

    private final Collective ranks;

    /** @param ranks that train together */
    public TrainCommand(Collective ranks) {
        this.ranks = ranks;
    }

    @Override
    public Integer call() throws IOException {
        if (together.isAsked()) {
            return together.start(spec);
        }
        RanksOption.requireAlone(ranks, "--tune", tune.isGiven());
        RanksOption.requireAlone(
                ranks, "--dry-run", dryRun); // each rank would take as many steps as its own clock says
        device.forRank(ranks);
        TypedOptions asked = new TypedOptions(settings.read());
        return asked.naming(() -> {
            // The dedicated options take precedence over --set and --config.
            asked.add("--data", "data.source", data);
            asked.add("--objective", "objective.matching", matching);
            asked.add("--steps", "training.steps", steps);
            asked.add("--seed", "training.seed", seed);
            if (dryRun && resume) {
                throw new UserException("--dry-run is for a new run; leave out --resume");
            }
            if (from != null && resume) {
                throw new UserException("--from starts a new run, but --resume goes on with an old one; leave one out");
            }
            return resume ? resume(asked.settings()) : start(asked.settings());
        });
    }

    private Integer start(Settings asked) throws IOException {
        if (!dryRun && ranks.isFirst()) {
            new RunFolder(out == null ? RunFolder.RUNS : out).requireWritable();
            OutputFile.requireApart(
                    Arrays.asList(out), Arrays.asList(DataSets.file(data).orElse(null)));
        }
        Training.Builder builder = Training.with(asked).ranks(ranks);
        if (from != null) {
            builder.from(Run.open(from));
        }
        return train(out == null ? builder.build() : builder.folder(out).build());
    }

    private Integer resume(Settings asked) throws IOException {
        if (tune.isGiven()) {
            throw new UserException(
                    "--tune: a resumed run keeps the kernels that it began with, so that it gives the same bits"
                            + " as without a stop; leave --tune out");
        }
        return train(Training.resume(out == null ? Run.newest() : Run.open(out), asked, ranks));
    }

    private Integer train(Training training) throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Optional<OpenClDevice> openCl = device.openCl(err);
        if (!notIdentical) {
            RanksOption.requireSameDevice(
                    ranks, openCl, "choose devices of one kind with --device, or allow it with --no-identical-bits");
        }
        PrintWriter told = ranks.isFirst() ? err : console; // which nobody sees
        try (StopSignal stop = new StopSignal(
                        told, "stopping after this step…", "the steps after the last checkpoint are lost");
                Device opened = DeviceChoice.orReference(openCl)) {
            Training fitted = training.fittedTo(opened);
            describe(console, fitted, fitted.start(), opened);
            Optional<Tuner> tuner = Optional.empty();
            if (fitted.isResumed()) {
                TrainingOutput.keepTuning(openCl, fitted.folder(), console);
            } else {
                tuner = tune.tune(openCl, console);
            }
            if (dryRun) {
                return DryRun.print(fitted, opened, stop, console);
            }
            return train(fitted, opened, new TrainingOutput(fitted, openCl, tuner, stop, console), console);
        }
    }

    private int train(Training training, Device opened, TrainingOutput output, PrintWriter console) throws IOException {
        Run run;
        try (output) {
            run = training.run(opened, output);
        }
        long step = run.checkpoint().state().step();
        RunFolder folder = run.folder();
        if (!ranks.isFirst()) {
            return step == training.configuration().training().steps() ? ExitCode.OK : STOPPED;
        }
        if (output.outcome() == Outcome.FINISHED) {
            return ExitCode.OK;
        }
        console.println("stopped after step " + step + " of "
                + training.configuration().training().steps() + ", saved in " + folder.checkpoint()
                + "; to resume it: bin/scorefield train --resume --out " + folder.path());
        return STOPPED;
    }

    private void describe(PrintWriter console, Training run, Checkpoint from, Device device) {
        Configuration configuration = run.configuration();
        DataSet data = run.data();
        TrainingSettings training = configuration.training();
        NoiseLevels levels = configuration.noiseLevels();
        if (!run.isResumed()) {
            String preset = String.valueOf(run.history().preset());
            console.println("preset    " + preset + ": " + Presets.about(preset));
        }
        run.notes().forEach(note -> console.println("chosen    " + note));
        console.println("data      " + data);
        data.notes().forEach(note -> console.println("note      " + note));
        if (data instanceof Images && data.count() < FEW) {
            console.println("note      " + data.count() + (data.count() == 1 ? " image is" : " images are")
                    + " too few: the network will memorise them, and the samples will be copies");
        }
        console.println(Text.of(
                "network   %s: %,d parameters",
                RunText.network(configuration, from.data()), from.state().parameters().length));
        console.println("objective " + RunText.objective(configuration.objective()));
        console.println(Text.of(
                levels.count() == 1 ? "noise     1 level, σ = %2$.4g" : "noise     %d levels from σ = %.4g to %.4g",
                levels.count(),
                levels.largest(),
                levels.smallest()));
        Precision precision = configuration.device().decided();
        console.println("device    " + device.name()
                + (precision == Precision.FLOAT32 ? "" : ", multiplying matrices in " + precision));
        console.println(Text.of(
                "run       %s%s: step %d to %d, %d samples each",
                dryRun ? "(dry) " : "", run.folder().path(), from.state().step(), training.steps(), training.batch()));
        console.flush();
    }
}
