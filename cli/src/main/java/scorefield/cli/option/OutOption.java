package scorefield.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.ncsn.run.Run;

/** The option {@code --out} of commands whose result is one file, by default in the run's folder. */
public final class OutOption {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The file to write; by default one named after the command, in the run's folder.")
    private @Nullable Path out;

    /** What was named. */
    public Optional<Path> named() {
        return Optional.ofNullable(out);
    }

    /**
     * The file to write.
     *
     * @param name of the file in the run's folder
     * @param formats that the file can have
     * @throws scorefield.cli.console.UserException if it cannot be written
     */
    public Path file(Run run, String name, OutputFormat... formats) {
        Path file = out == null ? run.folder().path().resolve(name) : out;
        OutputFile.require(file, formats);
        return file;
    }
}
