package scorefield.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.ncsn.run.Run;

/** The option that names a run. */
public final class RunOption {

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "The folder of the run, or the checkpoint in it; by default the newest run in runs/.")
    private @Nullable Path folder;

    /** The folder of the run that was named. */
    public Optional<Path> named() {
        return Optional.ofNullable(folder);
    }

    /**
     * Opens the run that was named, or the newest.
     *
     * @throws scorefield.ncsn.run.RunException if there is none
     */
    public Run open() throws IOException {
        return folder == null ? Run.newest() : Run.open(folder);
    }
}
