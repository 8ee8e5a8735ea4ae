package scorefield.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names a run. */
final class RunOption {

    @Option(names = "--run", paramLabel = "DIR", description = "The run's folder. Without it, the newest run in runs/.")
    private @Nullable Path run;

    /** The run that was named. */
    Optional<RunFolder> named() {
        return Optional.ofNullable(run).map(RunFolder::new);
    }

    /** The run that was named, or the newest; refused where there is none. */
    RunFolder folder() throws IOException {
        return run == null ? RunFolder.newest() : new RunFolder(run);
    }
}
