package scorefield.cli.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.UserException;
import scorefield.cli.option.AverageOption;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RunOption;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.setting.BadConfigurationException;

/** {@code scorefield score}: a run's network applied to arrays from NumPy. */
@Command(
        name = "score",
        description =
                "Computes the score that a run's network gives, grad_x log p(x; sigma), for the samples in a NumPy file.",
        footerHeading = "%nExample:%n",
        footer = {
            "  scorefield score --run runs/digits --input x.npy --sigma 0.5 --out score.npy",
            "      x.npy: numpy.save of float32, images in [0, 1] plus noise, NxHxWxC,",
            "      or points plus noise, NxD;",
            "      the weights are the moving average, in the run's checkpoint as ema.*"
        })
public final class ScoreCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Mixin
    private AverageOption average = new AverageOption();

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE.npy",
            description = "Samples, float32 or float64: images NxHxWxC, or points NxD.")
    private Path input = Path.of("");

    @Option(
            names = "--sigma",
            required = true,
            split = ",",
            paramLabel = "S",
            description = "The noise level: one for all samples, or one for each.")
    private List<Double> sigmas = List.of();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE.npy",
            description = "The file of the scores to write, float32, of the shape of the input.")
    private Path out = Path.of("");

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException {
        Run opened = average.of(run.open());
        Shape sample = opened.sample();
        Array samples = Npy.readFinite(input);
        requireFit(samples, sample);
        int count = samples.shape()[0];
        double[] levels = levels(count);
        try {
            opened.requireTrainedAt(levels);
        } catch (BadConfigurationException e) {
            throw new UserException("--" + e.getMessage());
        }
        OutputFile.require(out, OutputFormat.NPY);
        OutputFile.requireApart(List.of(out), List.of(input));
        try (Device on = device.open(spec.commandLine().getErr())) {
            Values x = Values.of(sample.times(count), samples.floats());
            Npy.write(out, Array.of(opened.score(on, x, levels).floats(), samples.shape()));
        }
        spec.commandLine()
                .getOut()
                .println(out + ": the scores of " + count + " "
                        + (count == 1 ? SampleKind.singular(sample) : SampleKind.plural(sample))
                        + ", float32 " + Shape.of(samples.shape()));
        return 0;
    }

    private void requireFit(Array samples, Shape sample) {
        int[] shape = samples.shape();
        boolean fits = shape.length == sample.rank() + 1
                && shape[0] > 0
                && Arrays.equals(Arrays.copyOfRange(shape, 1, shape.length), sample.dims());
        if (!fits) {
            throw new UserException(input + ": holds an array of shape " + Arrays.toString(shape)
                    + ", but this run's network takes N×" + sample
                    + (SampleKind.isPoint(sample) ? " (points, numbers)" : " (images, height, width, channels)"));
        }
    }

    private double[] levels(int count) {
        if (sigmas.size() != 1 && sigmas.size() != count) {
            throw new UserException("--sigma must be one noise level, or one for each of the " + count
                    + " samples; got " + sigmas.size());
        }
        for (double sigma : sigmas) {
            if (!(sigma > 0) || Double.isInfinite(sigma)) {
                throw new UserException("--sigma must be positive and finite; got " + sigma);
            }
        }
        return sigmas.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
