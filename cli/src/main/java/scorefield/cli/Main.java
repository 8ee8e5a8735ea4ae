package scorefield.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code scorefield}: names its commands and turns their outcome into an exit code. */
@Command(
        name = "scorefield",
        description = "Trains score-based generative models and samples from them.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs one command and returns its exit code: 0, 1 for a failure at run time, 2 for a user's wrong input. */
    static int run(String... arguments) {
        return new CommandLine(new Main()).execute(arguments);
    }

    /** No command was named. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do.");
    }
}
