package scorefield.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.ncsn.run.Run;

/** The option that chooses one of a run's moving averages. */
public final class AverageOption {

    @Option(
            names = "--average",
            paramLabel = "NAME",
            description = "The moving average of the parameters to use: a half-life in images that the run keeps"
                    + " (training.half-lives), or 'none' for the parameters themselves. Without it, that of"
                    + " training.average.")
    private @Nullable String name;

    /** The run with the average that was asked for. */
    public Run of(Run run) {
        return name == null ? run : run.withAverage(name);
    }

    /** What was asked for; null where nothing was. */
    public @Nullable String name() {
        return name;
    }
}
