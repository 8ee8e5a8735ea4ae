package scorefield.kernels.tuning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import scorefield.kernels.opencl.ClDevice;

/**
 * What was found out about a device's matrix instruction, kept with the results of tuning: an entry whose problem is the instruction, and
 * whose variant is what is wrong with it, or nothing.
 */
public final class Verdicts {

    private final Tuning tuning;
    private final Path file;

    private Verdicts(Tuning tuning, Path file) {
        this.tuning = tuning;
        this.file = file;
    }

    /**
     * The verdicts in a file.
     *
     * @param log is told if the file is not for the device, which then has none
     */
    public static Verdicts of(ClDevice device, Path file, Consumer<String> log) {
        return new Verdicts(Tuner.kept(device, file, log).orElseGet(() -> new Tuning(device)), file);
    }

    /** What was found wrong with an instruction, empty text if nothing; nothing if it was not tried with these sources. */
    public Optional<String> find(String instruction, String sources) {
        return tuning.find(instruction, sources).map(Tuning.Entry::variant);
    }

    /** Adds a verdict and writes the file. */
    public void put(String instruction, String sources, String fault) throws IOException {
        tuning.put(instruction, new Tuning.Entry(sources, fault.replaceAll("\\s+", " "), 1, 0));
        tuning.write(file);
    }
}
