package scorefield.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.cli.run.RunFolder;

/** The option that names a run. */
public final class RunOption {

    @Option(names = "--run", paramLabel = "DIR", description = "The run's folder. Without it, the newest run in runs/.")
    private @Nullable Path run;

    /** The run that was named. */
    public Optional<RunFolder> named() {
        return Optional.ofNullable(run).map(RunFolder::new);
    }

    /** The run that was named, or the newest; refused where there is none. */
    public RunFolder folder() throws IOException {
        return run == null ? RunFolder.newest() : new RunFolder(run);
    }
}
