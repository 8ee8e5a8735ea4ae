package scorefield.cli.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.UserException;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RunOption;
import scorefield.cli.output.OutputFile;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.Sampling;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.training.Checkpoint;

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
            description = "Where the scores go, float32, of the shape of the input.")
    private Path out = Path.of("");

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException {
        RunFolder folder = run.folder();
        Checkpoint checkpoint = folder.read();
        ScoreNetwork network = checkpoint.network();
        Array samples = Npy.readFloats(input);
        requireFit(samples, network.sample());
        int count = samples.shape()[0];
        double[] levels = levels(count);
        OutputFile.requireWritable(out);
        try (Device opened = device.open(spec.commandLine().getErr())) {
            float[] scores = scores(opened, network, checkpoint.state().average(), samples.floats(), levels);
            Npy.write(out, Array.of(scores, samples.shape()));
        }
        spec.commandLine()
                .getOut()
                .println(out + ": the scores of " + count + " "
                        + (count == 1 ? SampleKind.singular(network.sample()) : SampleKind.plural(network.sample()))
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
            throw new UserException("--sigma: give one noise level, or one for each of the " + count + " samples, not "
                    + sigmas.size());
        }
        double[] levels = new double[count];
        for (int i = 0; i < count; i++) {
            levels[i] = sigmas.get(sigmas.size() == 1 ? 0 : i);
            if (!(levels[i] > 0) || Double.isInfinite(levels[i])) {
                throw new UserException("--sigma: a noise level is a positive number, not " + levels[i]);
            }
        }
        return levels;
    }

    private static float[] scores(
            Device device, ScoreNetwork network, float[] weights, float[] samples, double[] levels) {
        Shape sample = network.sample();
        int size = sample.size();
        int batch = Math.min(levels.length, Sampling.batch(sample));
        Tensor flat = Tensor.variable("average", Shape.of(weights.length));
        Tensor x = Tensor.input("x", sample.times(batch));
        Tensor sigma = Tensor.input("sigma", Shape.of(batch));
        Tensor score = network.score(network.parameters().weights(flat), x, sigma);
        device.write(flat, Values.of(flat.shape(), weights));
        float[] scores = new float[samples.length];
        try (Executable executable = device.compile(Program.fetching(score))) {
            for (int from = 0; from < levels.length; from += batch) {
                int count = Math.min(batch, levels.length - from);
                float[] part = new float[batch * size];
                double[] partLevels = new double[batch];
                Arrays.fill(partLevels, 1); // the last batch is filled up with samples that nobody asked for
                System.arraycopy(samples, from * size, part, 0, count * size);
                System.arraycopy(levels, from, partLevels, 0, count);
                float[] result = executable
                        .run(Map.of(x, Values.of(x.shape(), part), sigma, Values.of(sigma.shape(), partLevels)))
                        .get(0)
                        .floats();
                System.arraycopy(result, 0, scores, from * size, count * size);
            }
        }
        return scores;
    }
}
