package scorefield.cli.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.IoReason;
import scorefield.ncsn.run.RunException;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Spelling;
import scorefield.ncsn.text.Text;

/** Reports a failure in one line, and chooses the exit code: 2 for input that the user has to correct, 1 for what failed at run time. */
public final class Failures {

    private Failures() {}

    /** Reports a failed command; returns the exit code. */
    public static int report(Throwable failure, PrintWriter err, boolean stacktrace) {
        print(message(failure), err);
        if (stacktrace) {
            failure.printStackTrace(err);
        }
        err.flush();
        return code(failure);
    }

    /** Prints the line that says what failed. */
    public static void print(String message, PrintWriter err) {
        err.println("scorefield: " + message);
        err.flush();
    }

    /** The exit code of a failed command. */
    public static int code(Throwable failure) {
        return isUsers(failure) ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    /** Reports that standard output could not be written, unless a failure was reported already; returns the exit code. */
    public static int reportOutput(IOException failure, Writer err, int code) {
        if (code != ExitCode.OK) {
            return code;
        }
        print("standard output cannot be written: " + IoReason.of(failure), new PrintWriter(err));
        return ExitCode.SOFTWARE;
    }

    private static boolean isUsers(Throwable failure) {
        return failure instanceof UserException
                || failure instanceof BadConfigurationException
                || failure instanceof BadDataException
                || failure instanceof BadFileException
                || failure instanceof RunException;
    }

    /** In one line. */
    public static String message(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "the Java heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB is too small ("
                    + failure.getMessage() + "): give Java more (JAVA_TOOL_OPTIONS=-Xmx8g), or the command less to do:"
                    + " fewer samples (data.count), smaller ones (data.size) or a smaller batch (training.batch)";
        }
        // Our own messages are complete; of other exceptions, the class is needed as well.
        boolean ours = isUsers(failure)
                || failure instanceof IOException
                || failure.getClass().getName().startsWith("scorefield.");
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getName();
        }
        if (isUsers(failure)) {
            return Text.printable(message);
        }
        return ours ? message : failure.getClass().getSimpleName() + ": " + message;
    }

    /** Reports invalid arguments, with the nearest valid option. */
    public static int reportParameters(ParameterException failure, PrintWriter err) {
        CommandLine command = failure.getCommandLine();
        String message = failure.getMessage();
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String argument = unmatched.getUnmatched().get(0);
            boolean option = argument.startsWith("-");
            Stream<String> candidates = option
                    ? command.getCommandSpec().optionsMap().keySet().stream().filter(name -> name.startsWith("--"))
                    : command.getSubcommands().keySet().stream();
            List<String> known = candidates.sorted().toList();
            message = (option ? "unknown option '" : "unexpected argument '") + argument + "'"
                    + (known.isEmpty() ? "" : "; " + Spelling.suggestion(argument.replaceAll("=.*", ""), known));
        }
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + Text.printable(message) + " (see: " + name + " --help)");
        err.flush();
        return ExitCode.USAGE;
    }
}
