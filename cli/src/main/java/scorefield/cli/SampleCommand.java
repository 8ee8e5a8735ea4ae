package scorefield.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.schedule.SamplingPlan;
import scorefield.ncsn.training.Checkpoint;

/** {@code scorefield sample}: new images from a run. */
@Command(
        name = "sample",
        description = "Draws new images with a trained network, by annealed Langevin dynamics:"
                + " x <- x + (alpha/2)*score + sqrt(alpha)*z, alpha = step-size * (sigma/sigma-min)^2, T steps at each of L"
                + " noise levels. Needs no data set.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield sample",
            "      64 images from the newest run",
            "  scorefield sample --run runs/mnist --count 100 --seed 7 --out digits.png",
            "      a hundred others, always the same for the same seed",
            "  scorefield sample --count 16 --frames annealing.gif",
            "      also how noise becomes images, level by level",
            "  scorefield sample --levels 30 --steps-per-level 3",
            "      quicker and rougher"
        })
final class SampleCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--run", paramLabel = "DIR", description = "The run's folder. Without it, the newest run in runs/.")
    private @Nullable Path run;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "How many images. Without it, as many as the run's sampling.images.")
    private @Nullable Integer count;

    @Option(
            names = "--out",
            paramLabel = "FILE.png",
            description = "Where the grid of images goes. Without it, sample.png in the run's folder.")
    private @Nullable Path out;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1", // not the seed 0 of a run's own samples: whoever asks for more wants others
            description = "Another seed gives other images; the same one the same (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--sigma-max",
            paramLabel = "S",
            description = "The first noise level. Without it, the largest that the run was trained on.")
    private @Nullable Double sigmaMax;

    @Option(
            names = "--levels",
            paramLabel = "L",
            description = "How many noise levels. Without it, as many as the run was trained on.")
    private @Nullable Integer levels;

    @Option(names = "--steps-per-level", paramLabel = "T", description = "Langevin steps at each noise level.")
    private @Nullable Integer stepsPerLevel;

    @Option(
            names = "--step-size",
            paramLabel = "E",
            description = "Epsilon: the step at the last level. Without it, the best one by NCSNv2's technique 4.")
    private @Nullable Double stepSize;

    @Option(names = "--no-denoise", description = "Leave out the last step, x + sigma-min^2 * score.")
    private boolean noDenoise;

    @Option(
            names = "--frames",
            paramLabel = "FILE.gif",
            description = "Also write an animation of the annealing (of the first 64 images).")
    private @Nullable Path frames;

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Mixin
    private TuneChoice tune = new TuneChoice();

    @Override
    public Integer call() throws IOException {
        RunFolder folder = run == null ? RunFolder.newest() : new RunFolder(run);
        Checkpoint checkpoint = folder.read();
        Configuration configuration = checkpoint.configuration().with(asked());
        SamplingPlan plan = NoiseDefaults.plan(NoiseDefaults.ladder(configuration), configuration.sampling());
        Path target = out == null ? folder.path().resolve("sample.png") : out;
        OutputFile.requireWritable(target);
        if (frames != null) {
            OutputFile.requireWritable(frames);
        }
        PrintWriter console = spec.commandLine().getOut();
        try (Device opened = device.open(spec.commandLine().getErr())) {
            tune.tune(opened, console);
            int images = configuration.sampling().images();
            console.println(Text.of(
                    "%s, step %d: %d images, %d noise levels from σ = %.4g to %.4g, %d steps each, ε = %.4g%s, on %s",
                    folder.path(),
                    checkpoint.state().step(),
                    images,
                    plan.levels().count(),
                    plan.levels().largest(),
                    plan.levels().smallest(),
                    plan.stepsPerLevel(),
                    plan.stepSize(),
                    plan.denoise() ? "" : ", no denoising step",
                    opened.name()));
            draw(opened, checkpoint, plan, images, target);
        }
        console.println("images  " + target);
        if (frames != null) {
            console.println("frames  " + frames);
        }
        return 0;
    }

    /** The options as settings, so that they are checked as those are. */
    private Settings asked() {
        Settings asked = Settings.NONE;
        asked = set(asked, "sampling.images", count);
        asked = set(asked, "noise.sigma-max", sigmaMax);
        asked = set(asked, "noise.levels", levels);
        asked = set(asked, "sampling.steps-per-level", stepsPerLevel);
        asked = set(asked, "sampling.step-size", stepSize);
        return noDenoise ? set(asked, "sampling.denoise", false) : asked;
    }

    private static Settings set(Settings settings, String key, @Nullable Object value) {
        return value == null ? settings : Settings.of(key, value).over(settings);
    }

    private void draw(Device opened, Checkpoint checkpoint, SamplingPlan plan, int images, Path target)
            throws IOException {
        ScoreNetwork network = checkpoint.network();
        float[] average = checkpoint.state().average();
        Tensor weights = Tensor.variable("average", Shape.of(average.length));
        opened.write(weights, Values.of(weights.shape(), average));
        Animation animation = new Animation(plan.levels().count());
        PrintWriter console = spec.commandLine().getOut();
        try (AnnealedLangevin sampler = Sampling.sampler(opened, network, weights, images);
                Progress progress = Progress.of("sampling", "%", 0, 100, console)) {
            Values drawn = sampler.sample(plan, images, seed, level -> {
                progress.update(Math.round(100 * level.fraction()), Text.of("σ %.4g", level.sigma()));
                if (frames != null && level.batch() == 0 && animation.wants(level.level())) {
                    animation.add(level.x(), level.sigma());
                }
            });
            Sampling.writeGrid(target, drawn);
            if (frames != null) {
                int first = Math.min(images, Sampling.BATCH);
                animation.add(Values.of(drawn.shape().with(0, first), firstOf(drawn, first)), 0);
                animation.write(frames);
            }
        }
    }

    private static float[] firstOf(Values images, int count) {
        int size = images.shape().size() / images.shape().dim(0);
        return Arrays.copyOf(images.floats(), count * size);
    }
}
