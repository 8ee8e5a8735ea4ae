package scorefield.cli.likelihood;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.UserException;
import scorefield.cli.option.AverageOption;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.OutOption;
import scorefield.cli.option.RanksOption;
import scorefield.cli.option.RunOption;
import scorefield.cli.option.SeedOption;
import scorefield.cli.option.TuneChoice;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.evaluation.RunLikelihood;
import scorefield.ncsn.likelihood.LikelihoodEstimate;
import scorefield.ncsn.likelihood.LikelihoodPlan;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.run.Run;

/** {@code scorefield likelihood}: how likely a run's network thinks some data are. */
@Command(
        name = "likelihood",
        description = {
            "Computes log p(x) of data under a run's network, by the probability flow dx/dsigma ="
                    + " -sigma*score(x, sigma). The flow maps each sample from the smallest noise level to the"
                    + " largest, where the density is that of a normal distribution. The change of the log density"
                    + " along the way, from the trace of the score's Jacobian, is added.",
            "Images: bits per dimension, -log2 p(x)/D + 8. The pixels' bytes are made continuous, x ="
                    + " (byte + u)/256 with uniform u, so that p is a density on [0, 1]; 8 = log2(256) converts it"
                    + " to bits per byte, and a uniform density costs 8. Points: nats, log p(x). In both cases p is"
                    + " the density of the data plus noise of the smallest level, sigma-min."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield likelihood",
            "      of 64 images, or 1000 points, of the data of the newest run",
            "  scorefield likelihood --data t10k-images-idx3-ubyte.gz --count 256",
            "      of 256 images that the network has not seen",
            "  scorefield likelihood --run runs/moons --count 5000 --rtol 1e-5",
            "      more points, and a smaller tolerance"
        })
public final class LikelihoodCommand implements Callable<Integer> {

    private static final int IMAGES = 64;
    private static final int POINTS = 1000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Mixin
    private AverageOption average = new AverageOption();

    @Option(
            names = "--data",
            paramLabel = "PATH|NAME",
            description = "The data: as for `scorefield train`. Without it, the run's training data; from built-in"
                    + " sets, new samples are drawn.")
    private @Nullable String data;

    @Option(
            names = "--count",
            paramLabel = "N",
            description =
                    "How many samples, chosen at random. Without it: " + IMAGES + " images, " + POINTS + " points.")
    private @Nullable Integer count;

    @Option(
            names = "--exact",
            description = "The exact trace: D vector-Jacobian products at each evaluation, for D up to "
                    + RunLikelihood.MOST_EXACT + ". The default for D up to " + RunLikelihood.EXACT_BY_DEFAULT + ".")
    private boolean exact;

    @Option(
            names = "--projections",
            paramLabel = "K",
            description = "Estimate the trace by Hutchinson's method, with this many random projections for each"
                    + " sample. Without it: 1. From 2 on, the standard error of the estimate is printed.")
    private @Nullable Integer projections;

    @Option(
            names = "--rtol",
            paramLabel = "R",
            description = "The largest error of a solver's step, relative to x and to log p/D. Without it: 1e-3, or"
                    + " 1e-4 for points.")
    private @Nullable Double rtol;

    @Option(
            names = "--atol",
            paramLabel = "A",
            description = "The largest absolute error of a solver's step, in the data's units and in nats per"
                    + " dimension. Without it: as --rtol.")
    private @Nullable Double atol;

    @Mixin
    private SeedOption seed = new SeedOption();

    @Mixin
    private OutOption out = new OutOption();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Mixin
    private TuneChoice tune = new TuneChoice();

    @Mixin
    private RanksOption together = new RanksOption();

    private final Collective ranks;

    /** @param ranks that share the samples; the first reports */
    public LikelihoodCommand(Collective ranks) {
        this.ranks = ranks;
    }

    @Override
    public Integer call() throws IOException {
        if (together.isAsked()) {
            return together.start(spec);
        }
        Run opened = average.of(run.open());
        LikelihoodPlan plan = plan(opened);
        int wanted = count != null ? count : SampleKind.isPoint(opened.sample()) ? POINTS : IMAGES;
        if (wanted < 2) {
            throw new UserException("--count must be at least 2 to estimate a standard error; got " + wanted);
        }
        Path target = out.file(opened, "likelihood.json", OutputFormat.JSON);
        OutputFile.requireApart(
                List.of(target),
                Stream.ofNullable(data)
                        .map(DataSets::file)
                        .flatMap(Optional::stream)
                        .toList());
        DataSet samples = RunLikelihood.samples(opened, data, wanted, seed.value());
        PrintWriter console = spec.commandLine().getOut();
        try (Device on = tune.open(device, ranks, spec.commandLine())) {
            if (!ranks.isFirst()) {
                estimate(opened, on, plan, RunLikelihood.continuous(samples, seed.value()), console);
                return 0;
            }
            LikelihoodReport report = new LikelihoodReport(opened.toString(), samples, plan, seed.value(), on.name());
            console.println(report.announcement());
            console.flush();
            Values x = RunLikelihood.continuous(samples, seed.value());
            report.write(
                    target,
                    console,
                    estimate(opened, on, plan, x, console),
                    plan.prior().gap(x.floats(), opened.sample().size()));
        }
        return 0;
    }

    private LikelihoodPlan plan(Run opened) {
        if (exact && projections != null) {
            throw new UserException(
                    "--exact and --projections both choose how the trace is computed; give one of them");
        }
        if (projections != null && projections < 1) {
            throw new UserException("--projections must be at least 1; got " + projections);
        }
        OptionalInt chosen =
                exact ? OptionalInt.of(0) : projections == null ? OptionalInt.empty() : OptionalInt.of(projections);
        return RunLikelihood.plan(opened, chosen, tolerance(RunLikelihood.tolerance(opened)));
    }

    private Tolerance tolerance(Tolerance standard) {
        double relative = rtol != null ? rtol : standard.relative();
        String option = "--rtol";
        try {
            Tolerance both = new Tolerance(relative, relative);
            LikelihoodPlan.tighter(both);
            option = "--atol";
            return atol == null ? both : new Tolerance(relative, atol);
        } catch (IllegalArgumentException e) {
            throw new UserException(option + ": " + e.getMessage());
        }
    }

    private LikelihoodEstimate estimate(Run opened, Device on, LikelihoodPlan plan, Values x, PrintWriter console) {
        try (Progress progress = Progress.inPercent("likelihood", console)) {
            return RunLikelihood.estimate(
                    opened,
                    on,
                    x,
                    plan,
                    seed.value(),
                    ranks,
                    done -> progress.share(done, "of the paths from σ-min to σ-max"));
        }
    }
}
