package scorefield.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import scorefield.cli.console.Failures;
import scorefield.cli.console.VersionText;
import scorefield.cli.edit.ColorizeCommand;
import scorefield.cli.edit.DenoiseCommand;
import scorefield.cli.edit.InpaintCommand;
import scorefield.cli.edit.InterpolateCommand;
import scorefield.cli.evaluate.EvaluateCommand;
import scorefield.cli.export.ExportCommand;
import scorefield.cli.inspect.DevicesCommand;
import scorefield.cli.inspect.InspectCommand;
import scorefield.cli.inspect.ProfileCommand;
import scorefield.cli.inspect.ScoreCommand;
import scorefield.cli.likelihood.LikelihoodCommand;
import scorefield.cli.report.ReportCommand;
import scorefield.cli.sample.SampleCommand;
import scorefield.cli.schedule.ScheduleCommand;
import scorefield.cli.study.StudyCommand;
import scorefield.cli.train.TrainCommand;
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

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "After an error, print where in the program it happened.")
    private boolean stacktrace;

    private Main() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    /** Runs one command and returns its exit code: 0, 1 for a failure at run time, 2 for a user's wrong input. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return run(out, err, Studies.ALL, arguments);
    }

    /** The same with other studies. */
    static int run(PrintWriter out, PrintWriter err, List<Study> studies, String... arguments) {
        Main main = new Main();
        CommandLine commandLine = new CommandLine(main)
                .addSubcommand(new TrainCommand())
                .addSubcommand(new SampleCommand())
                .addSubcommand(new ScheduleCommand())
                .addSubcommand(new InpaintCommand())
                .addSubcommand(new DenoiseCommand())
                .addSubcommand(new ColorizeCommand())
                .addSubcommand(new ScoreCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new EvaluateCommand())
                .addSubcommand(new LikelihoodCommand())
                .addSubcommand(new InterpolateCommand())
                .addSubcommand(new StudyCommand(studies))
                .addSubcommand(new DevicesCommand())
                .addSubcommand(new InspectCommand())
                .addSubcommand(new ProfileCommand())
                .addSubcommand(new ReportCommand())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, given) -> Failures.reportParameters(e, err))
                .setExecutionExceptionHandler((e, command, parsed) -> Failures.report(e, err, main.stacktrace));
        try {
            return commandLine.execute(arguments);
        } catch (Error e) { // picocli leaves these to its caller
            return Failures.report(e, err, main.stacktrace);
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
