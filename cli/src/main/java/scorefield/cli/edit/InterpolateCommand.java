package scorefield.cli.edit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.UserException;
import scorefield.cli.option.AverageOption;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.OutOption;
import scorefield.cli.option.RunOption;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.cli.picture.PlanarGround;
import scorefield.cli.picture.PointPictures;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.edit.InterpolationEnd;
import scorefield.ncsn.edit.SampleInterpolation;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.flow.FlowMethod;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.FlowSampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.text.Text;

/** {@code scorefield interpolate}: what lies between two images, by way of their noise. */
@Command(
        name = "interpolate",
        description = "Interpolates between two images, or points. The probability flow, dx/dsigma ="
                + " -sigma*score(x, sigma), maps both to noise; the great circle between the two noise vectors"
                + " is divided into equal steps; and the flow maps every division point back to an image.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield interpolate --from=#1 --to=#2",
            "      from the first sample of `sample --sampler ode --seed 1` to that of seed 2",
            "  scorefield interpolate --from three.png --to eight.png --steps 12",
            "      two pictures of the size of the run's images",
            "  scorefield interpolate --from t10k-images-idx3-ubyte.gz#0 --to digits#5",
            "      images of data sets, by their number from 0",
            "  scorefield interpolate --run runs/moons --from=-3,0 --to=3,0",
            "      points: the path is drawn over samples of the flow"
        })
public final class InterpolateCommand implements Callable<Integer> {

    /** Images in a row. */
    private static final int IN_A_ROW = 12;

    /** How many samples show where the points lie. */
    private static final int GROUND = 4000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Mixin
    private AverageOption average = new AverageOption();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "IMAGE|#SEED",
            description =
                    "The first end: a picture, DATA#NUMBER for an image of a data set, X,Y for a point, or # and a seed"
                            + " for noise (write --from=#1: after a space, # begins a comment).")
    private String from = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "IMAGE|#SEED",
            description = "The other end, in the same forms.")
    private String to = "";

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "9",
            description = "The number of images, both ends included (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--rtol",
            paramLabel = "R",
            defaultValue = "1e-3",
            description =
                    "The largest error of a solver's step, relative to the image plus noise (default: ${DEFAULT-VALUE}).")
    private double rtol;

    @Mixin
    private OutOption out = new OutOption();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException {
        Run opened = average.of(run.open());
        Shape sample = opened.sample();
        int most = ScoreModel.batch(sample);
        if (steps < 2 || steps > most) {
            throw new UserException("--steps must be from 2, the two ends, to " + most + "; got " + steps);
        }
        FlowMethod method = method();
        InterpolationEnd first = end("--from", from, opened);
        InterpolationEnd last = end("--to", to, opened);
        Path target = out.file(opened, "interpolation.png", OutputFormat.PNG);
        OutputFile.requireApart(
                List.of(target),
                Stream.of(first, last)
                        .map(InterpolationEnd::file)
                        .flatMap(Optional::stream)
                        .toList());
        PrintWriter console = spec.commandLine().getOut();
        try (Device on = device.open(spec.commandLine().getErr())) {
            console.println(opened + ": " + steps + " " + SampleKind.plural(sample) + " from " + from + " to " + to
                    + ", on " + on.name());
            console.flush();
            ScoreModel model = opened.on(on);
            draw(target, opened, model, method, between(opened, model, method, first, last, console));
        }
        console.println("picture  " + target);
        return 0;
    }

    private static InterpolationEnd end(String option, String text, Run of) {
        try {
            return InterpolationEnd.of(of, text);
        } catch (BadDataException e) {
            throw new UserException(option + " " + text + ": " + e.getMessage());
        }
    }

    private FlowMethod method() {
        try {
            return new FlowMethod.Adaptive(new Tolerance(rtol, rtol));
        } catch (IllegalArgumentException e) {
            throw new UserException("--rtol: " + e.getMessage());
        }
    }

    private Values between(
            Run of,
            ScoreModel model,
            FlowMethod method,
            InterpolationEnd first,
            InterpolationEnd last,
            PrintWriter console) {
        try (Progress progress = Progress.inPercent("interpolating", console)) {
            SampleInterpolation interpolation = SampleInterpolation.between(
                    of, model, first, last, steps, method, (share, start) -> progress.share(share, "from " + start));
            progress.share(1, "done");
            List<String> texts = List.of(first.text(), last.text());
            for (int e = 0; e < texts.size(); e++) {
                String text = texts.get(e);
                interpolation
                        .recoveryErrors()
                        .get(e)
                        .ifPresent(error -> progress.print(Text.of(
                                "%s was recovered by the flow with a root-mean-square error of %.2g", text, error)));
            }
            return interpolation.samples();
        }
    }

    private void draw(Path target, Run of, ScoreModel model, FlowMethod method, Values between) throws IOException {
        Shape sample = of.sample();
        if (!SampleKind.isPoint(sample)) {
            ImageGrid grid = ImageGrid.of(steps, sample.dim(0), sample.dim(1), sample.dim(2));
            PngWriter.write(target, grid.withColumns(Math.min(steps, IN_A_ROW)).draw(between.floats()));
            return;
        }
        NoiseLevels levels = of.noiseLevels();
        try (FlowSampler sampler = new FlowSampler(
                model.device(),
                model.score(),
                sample.times(GROUND),
                levels,
                Prior.of(sample.times(1), levels.largest()),
                method,
                true)) {
            PlanarGround ground = PlanarGround.ofSamples(
                    of.configuration().data(), sampler.sample(GROUND, 1).floats());
            new PointPictures(ground)
                    .writeWay(target, between, "From " + from + " to " + to + " in " + steps + " places");
        }
    }
}
