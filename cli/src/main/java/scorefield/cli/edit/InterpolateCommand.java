package scorefield.cli.edit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.Text;
import scorefield.cli.console.UserException;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RunOption;
import scorefield.cli.output.OutputFile;
import scorefield.cli.picture.PlanarGround;
import scorefield.cli.picture.PointPictures;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.Sampling;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.flow.FlowMethod;
import scorefield.ncsn.flow.Interpolation;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.sampler.FlowSampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.training.Checkpoint;

/** {@code scorefield interpolate}: what lies between two images, by way of their noise. */
@Command(
        name = "interpolate",
        description =
                "Draws what lies between two images, or points. Each is carried to the noise that the probability flow,"
                        + " dx/dsigma = -sigma*score(x, sigma), makes of it; between the two noises a great circle is gone in equal steps; and"
                        + " from each place the flow leads back to an image.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield interpolate --from=#1 --to=#2",
            "      from what `sample --sampler ode --seed 1` draws first to seed 2's",
            "  scorefield interpolate --from three.png --to eight.png --steps 12",
            "      two pictures of the size that the run's network is for",
            "  scorefield interpolate --from t10k-images-idx3-ubyte.gz#0 --to digits#5",
            "      images of data sets by their number, from 0",
            "  scorefield interpolate --run runs/moons --from=-3,0 --to=3,0",
            "      points: the way is drawn over what the flow samples"
        })
public final class InterpolateCommand implements Callable<Integer> {

    /** More are shown in several rows. */
    private static final int IN_A_ROW = 12;

    /** How many samples of points show where they lie. */
    private static final int GROUND = 4000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "IMAGE|#SEED",
            description =
                    "Where it begins: a PNG or JPEG picture, DATA#NUMBER for an image of a data set, X,Y for a point, or # and a"
                            + " seed for noise (write --from=#1: after a space, # begins a comment).")
    private String from = "";

    @Option(names = "--to", required = true, paramLabel = "IMAGE|#SEED", description = "Where it ends, likewise.")
    private String to = "";

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "9",
            description = "How many images, both ends counted (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--rtol",
            paramLabel = "R",
            defaultValue = "1e-3",
            description =
                    "How large the error of a solver's step may be, relative to the image plus noise (default: ${DEFAULT-VALUE}).")
    private double rtol;

    @Option(
            names = "--out",
            paramLabel = "FILE.png",
            description = "Where the picture goes. Without it, interpolation.png in the run's folder.")
    private @Nullable Path out;

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException {
        RunFolder folder = run.folder();
        Checkpoint checkpoint = folder.read();
        int most = Sampling.batch(checkpoint.data().sample());
        if (steps < 2 || steps > most) {
            throw new UserException("--steps must be from 2, the two ends, to " + most + ", not " + steps);
        }
        FlowMethod method = method();
        InterpolationEnd first = InterpolationEnd.of("--from", from, checkpoint);
        InterpolationEnd last = InterpolationEnd.of("--to", to, checkpoint);
        Path target = out == null ? folder.path().resolve("interpolation.png") : out;
        OutputFile.requireWritable(target);
        PrintWriter console = spec.commandLine().getOut();
        try (Device opened = device.open(spec.commandLine().getErr())) {
            console.println(folder.path() + ", step " + checkpoint.state().step() + ": " + steps + " "
                    + SampleKind.plural(checkpoint.data().sample()) + " from " + from + " to " + to + ", on "
                    + opened.name());
            console.flush();
            ScoreFunction score = Sampling.score(opened, checkpoint);
            Values between = between(opened, score, checkpoint, method, List.of(first, last), console);
            draw(target, opened, score, checkpoint, method, between);
        }
        console.println("picture  " + target);
        return 0;
    }

    private FlowMethod method() {
        try {
            return new FlowMethod.Adaptive(new Tolerance(rtol, rtol));
        } catch (IllegalArgumentException e) {
            throw new UserException("--rtol: " + e.getMessage());
        }
    }

    private Values between(
            Device opened,
            ScoreFunction score,
            Checkpoint checkpoint,
            FlowMethod method,
            List<InterpolationEnd> ends,
            PrintWriter console) {
        NoiseLevels levels = checkpoint.configuration().noiseLevels();
        Shape sample = checkpoint.data().sample();
        Prior prior = Prior.of(sample.times(1), levels.largest());
        double ways = 1 + ends.stream().filter(end -> !end.isNoise()).count();
        try (Interpolation interpolation =
                        new Interpolation(opened, score, sample.times(steps), levels, prior, method);
                Progress progress = Progress.inPercent("interpolating", console)) {
            List<float[]> noises = new ArrayList<>();
            int gone = 0;
            for (InterpolationEnd end : ends) {
                if (end.isNoise()) {
                    noises.add(interpolation.noise(end.seed()));
                } else {
                    int before = gone++;
                    noises.add(interpolation.noise(
                            end.given(),
                            // Another for each end: what is added to two pictures has nothing in common.
                            noises.size(),
                            share -> progress.share((before + share) / ways, "from " + end.text() + " to its noise")));
                }
            }
            int before = gone;
            Values between = interpolation.between(
                    noises.get(0), noises.get(1), share -> progress.share((before + share) / ways, "from noise"));
            progress.share(1, "done");
            for (int e = 0; e < 2; e++) {
                if (!ends.get(e).isNoise()) {
                    double away = away(ends.get(e).given(), between.floats(), e * (steps - 1) * sample.size());
                    progress.print(Text.of(
                            "%s has come back to within %.2g, root mean square",
                            ends.get(e).text(), away));
                }
            }
            return between;
        }
    }

    /** How far a sample is from the one at a place of many. */
    private static double away(float[] sample, float[] samples, int at) {
        double squares = 0;
        for (int i = 0; i < sample.length; i++) {
            double difference = sample[i] - samples[at + i];
            squares += difference * difference / sample.length;
        }
        return Math.sqrt(squares);
    }

    private void draw(
            Path target, Device opened, ScoreFunction score, Checkpoint checkpoint, FlowMethod method, Values between)
            throws IOException {
        Shape sample = checkpoint.data().sample();
        if (!SampleKind.isPoint(sample)) {
            ImageGrid grid = ImageGrid.of(steps, sample.dim(0), sample.dim(1), sample.dim(2));
            PngWriter.write(target, grid.withColumns(Math.min(steps, IN_A_ROW)).draw(between.floats()));
            return;
        }
        NoiseLevels levels = checkpoint.configuration().noiseLevels();
        try (FlowSampler sampler = new FlowSampler(
                opened,
                score,
                sample.times(GROUND),
                levels,
                Prior.of(sample.times(1), levels.largest()),
                method,
                true)) {
            PlanarGround ground = PlanarGround.ofSamples(
                    checkpoint.configuration().data(), sampler.sample(GROUND, 1).floats());
            new PointPictures(ground)
                    .writeWay(target, between, "From " + from + " to " + to + " in " + steps + " places");
        }
    }
}
