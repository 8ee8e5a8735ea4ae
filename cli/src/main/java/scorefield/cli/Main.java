package scorefield.cli;

import java.io.FileDescriptor;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import scorefield.cli.console.ConsoleWriter;
import scorefield.cli.console.Failures;
import scorefield.cli.console.PrefixedLines;
import scorefield.cli.console.StandardStream;
import scorefield.cli.console.VersionText;
import scorefield.cli.edit.ColorizeCommand;
import scorefield.cli.edit.DenoiseCommand;
import scorefield.cli.edit.InpaintCommand;
import scorefield.cli.edit.InterpolateCommand;
import scorefield.cli.evaluate.EvaluateCommand;
import scorefield.cli.explore.ExploreCommand;
import scorefield.cli.export.ExportCommand;
import scorefield.cli.gpu.AcceptGpuCommand;
import scorefield.cli.gpu.VerifyGpuCommand;
import scorefield.cli.inspect.DevicesCommand;
import scorefield.cli.inspect.InspectCommand;
import scorefield.cli.inspect.ProfileCommand;
import scorefield.cli.inspect.ScoreCommand;
import scorefield.cli.ladder.LadderCommand;
import scorefield.cli.likelihood.LikelihoodCommand;
import scorefield.cli.option.NumberConverters;
import scorefield.cli.report.ReportCommand;
import scorefield.cli.sample.SampleCommand;
import scorefield.cli.schedule.ScheduleCommand;
import scorefield.cli.study.StudyCommand;
import scorefield.cli.train.TrainCommand;
import scorefield.kernels.ladder.Ladders;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.collective.Ranks;
import scorefield.ncsn.collective.RanksException;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.study.Studies;
import scorefield.ncsn.study.Study;

/** The program {@code scorefield}: names its commands and turns their outcome into an exit code. */
@Command(
        name = "scorefield",
        description = "Trains score-based generative models and samples from them.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        scope = ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:something failed while running, or a study's claim did not hold",
            " 2:an argument, a setting or a file cannot be used",
            " 130:stopped with Ctrl-C; a training run can be resumed"
        })
public final class Main implements Runnable {

    /** The commands whose work several processes share. */
    private static final List<String> FOR_RANKS = List.of("train", "sample", "evaluate", "likelihood");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "After an error, print where in the program it happened.")
    private boolean stacktrace;

    private Main() {}

    public static void main(String[] arguments) {
        StandardStream standardOutput = new StandardStream(FileDescriptor.out);
        Writer err = new OutputStreamWriter(new StandardStream(FileDescriptor.err), StandardCharsets.UTF_8);
        // Where standard output is a result's file, it holds nothing but the result.
        Writer out =
                namesStandardOutput(arguments) ? err : new OutputStreamWriter(standardOutput, StandardCharsets.UTF_8);
        int code = Ranks.areLaunched() ? runRank(out, err, arguments) : run(out, err, arguments);
        System.exit(
                standardOutput.failure() == null ? code : Failures.reportOutput(standardOutput.failure(), err, code));
    }

    private static boolean namesStandardOutput(String... arguments) {
        return Arrays.stream(arguments)
                .map(argument -> argument.replaceFirst("^--[a-z-]+=", ""))
                .anyMatch(value -> value.startsWith("/") && AtomicFile.isStandardOutput(Path.of(value)));
    }

    /** Runs this process's part of a command that an MPI launcher started several times: the first rank prints for all. */
    private static int runRank(Writer out, Writer err, String... arguments) {
        PrintWriter failures = new PrintWriter(err, true);
        CountDownLatch closed = new CountDownLatch(1);
        try (Collective ranks = Ranks.join(line -> Failures.print(line, failures))) {
            // A signal ends the JVM when its hooks have ended, and the others would take that for a crash.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> await(closed), "farewell"));
            boolean first = ranks.isFirst();
            Writer own = new PrefixedLines(failures, "[" + ranks.name(ranks.rank()) + "] ");
            return run(first ? out : Writer.nullWriter(), first ? err : own, Studies.ALL, ranks, arguments);
        } catch (RanksException e) {
            return Failures.report(e, failures, false);
        } finally {
            closed.countDown();
        }
    }

    private static void await(CountDownLatch closed) {
        try {
            closed.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs one command and returns its exit code: 0, 1 for a failure at run time, 2 for a user's wrong input. */
    static int run(Writer out, Writer err, String... arguments) {
        return run(out, err, Studies.ALL, arguments);
    }

    /** The same with other studies. */
    static int run(Writer out, Writer err, List<Study> studies, String... arguments) {
        return run(out, err, studies, Collective.ALONE, arguments);
    }

    private static int run(Writer output, Writer errors, List<Study> studies, Collective ranks, String... arguments) {
        ConsoleWriter out = new ConsoleWriter(output);
        ConsoleWriter err = new ConsoleWriter(errors);
        Main main = new Main();
        CommandLine commandLine = new CommandLine(main)
                .addSubcommand(new TrainCommand(ranks))
                .addSubcommand(new SampleCommand(ranks))
                .addSubcommand(new ScheduleCommand())
                .addSubcommand(new InpaintCommand())
                .addSubcommand(new DenoiseCommand())
                .addSubcommand(new ColorizeCommand())
                .addSubcommand(new ScoreCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new EvaluateCommand(ranks))
                .addSubcommand(new LikelihoodCommand(ranks))
                .addSubcommand(new InterpolateCommand())
                .addSubcommand(new StudyCommand(studies))
                .addSubcommand(new ExploreCommand())
                .addSubcommand(new DevicesCommand())
                .addSubcommand(new InspectCommand())
                .addSubcommand(new ProfileCommand())
                .addSubcommand(new LadderCommand(Ladders.ALL))
                .addSubcommand(new VerifyGpuCommand())
                .addSubcommand(new AcceptGpuCommand())
                .addSubcommand(new ReportCommand())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, given) -> Failures.reportParameters(e, ranks.isFirst() ? err : out))
                .setExecutionExceptionHandler((e, command, parsed) -> main.failed(e, err, ranks));
        commandLine.setExecutionStrategy(parsed -> {
            requireForRanks(parsed, ranks);
            Integer helped = out.withControls(() -> CommandLine.executeHelpRequest(parsed));
            return helped != null ? helped : new RunLast().execute(parsed);
        });
        NumberConverters.register(commandLine);
        try {
            return commandLine.execute(arguments);
        } catch (Error e) { // picocli leaves these to its caller
            return main.failed(e, err, ranks);
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** Where other ranks wait for this one, they end with it. */
    private int failed(Throwable failure, PrintWriter err, Collective ranks) {
        if (ranks.size() == 1) {
            return Failures.report(failure, err, stacktrace);
        }
        if (stacktrace) {
            failure.printStackTrace(err);
        }
        int code = Failures.code(failure);
        ranks.fail(code, ranks.name(ranks.rank()) + ": " + Failures.message(failure));
        return code;
    }

    private static void requireForRanks(ParseResult parsed, Collective ranks) {
        if (ranks.size() > 1 && parsed.hasSubcommand()) {
            CommandSpec command = parsed.subcommand().commandSpec();
            if (!FOR_RANKS.contains(command.name()) && !parsed.subcommand().isUsageHelpRequested()) {
                throw new ParameterException(
                        command.commandLine(),
                        "runs in one process; start it without mpirun. Several processes share the work of "
                                + String.join(", ", FOR_RANKS));
            }
        }
    }

    /** No command was named. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing; give one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
