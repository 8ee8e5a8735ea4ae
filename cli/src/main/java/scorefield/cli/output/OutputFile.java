package scorefield.cli.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.UserException;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.file.IoReason;

/**
 * Decides, before long work, whether and as what its result can be written to the name that a person gave. How the name is then written, and
 * what a pipe, a device or a link means, {@link AtomicFile} decides.
 */
public final class OutputFile {

    private OutputFile() {}

    /**
     * Checks that a file can be written, and that its ending chooses a format. The file's folder is created if it is missing. A pipe or a
     * device without an ending, such as {@code /dev/null}, gets the first format.
     *
     * @param formats what the command can write, the usual one first
     * @return the format that was chosen
     */
    public static OutputFormat require(Path file, OutputFormat... formats) {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": is a folder; name a file");
        }
        List<OutputFormat> known = List.of(formats);
        try {
            OutputFormat format = OutputFormat.of(file, known).orElseGet(() -> {
                if (OutputFormat.endingOf(file).isEmpty() && isStream(file)) {
                    return known.get(0);
                }
                throw unknown(file, known);
            });
            AtomicFile.requireWritable(file);
            return format;
        } catch (IOException e) {
            throw cannotBeWritten(file, e);
        }
    }

    /** The same for an output that is optional: nothing is checked where it is null. */
    public static void requireIfGiven(@Nullable Path file, OutputFormat... formats) {
        if (file != null) {
            require(file, formats);
        }
    }

    /** Whether a name leads to a pipe, a device or an open file. */
    public static boolean isStream(Path file) {
        try {
            return AtomicFile.isStream(file);
        } catch (IOException e) {
            throw cannotBeWritten(file, e);
        }
    }

    private static UserException unknown(Path file, List<OutputFormat> known) {
        String ending = OutputFormat.endingOf(file);
        String endings = known.stream().map(OutputFormat::ending).collect(Collectors.joining(", "));
        return new UserException(file + ": " + (ending.isEmpty() ? "has no ending" : "'" + ending + "' is no format")
                + " that can be written here; the name must end with " + (known.size() == 1 ? "" : "one of ")
                + endings);
    }

    private static UserException cannotBeWritten(Path file, IOException e) {
        return new UserException(file + ": cannot be written: " + IoReason.of(e) + "; name another file");
    }

    /**
     * Refuses outputs that would overwrite each other or an input.
     *
     * @param outputs files or folders; null where one is not asked for
     * @param inputs files or folders that are read; null where one is not given
     */
    public static void requireApart(List<@Nullable Path> outputs, List<@Nullable Path> inputs) {
        List<Path> taken = new ArrayList<>();
        for (Path output : present(outputs)) {
            for (Path input : present(inputs)) {
                if (isSame(output, input)) {
                    throw new UserException(
                            output + ": is read as an input, and would be overwritten; name another output");
                }
            }
            if (Files.isDirectory(output) || !isStream(output)) {
                for (Path other : taken) {
                    if (isSame(output, other)) {
                        throw new UserException(
                                output + ": is named for two outputs, of which one would be lost; name two files");
                    }
                }
                taken.add(output);
            }
        }
    }

    private static List<Path> present(List<@Nullable Path> paths) {
        return paths.stream().flatMap(Stream::ofNullable).toList();
    }

    /** Whether two names lead to one file, which may not exist yet. */
    private static boolean isSame(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return Files.isSameFile(one, other);
            }
        } catch (IOException e) {
            throw cannotBeWritten(one, e);
        }
        return Objects.equals(
                one.toAbsolutePath().normalize(), other.toAbsolutePath().normalize());
    }

    /** The file with the same name and another format. */
    public static Path beside(Path file, OutputFormat format) {
        String name = file.getFileName().toString();
        String stem =
                name.substring(0, name.length() - OutputFormat.endingOf(file).length());
        return file.resolveSibling(stem + format.ending());
    }

    /** Creates a folder if it is missing, and checks that a file can be created in it. */
    public static void requireWritableFolder(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".writable", ".tmp"));
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be written to: " + IoReason.of(e) + "; name another folder");
        }
    }
}
