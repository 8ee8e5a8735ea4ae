package scorefield.kernels.tuning;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import scorefield.kernels.launch.Hash;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.pass.Problem;

/**
 * Which way to compute each {@link Problem} was found to be the fastest on a device with a driver, as a file keeps it.
 *
 * <p>The file is text, a line a problem: its key, a hash of the sources and launches of all ways to compute it, the way that won, its
 * time as a part of the shipped default's, and how many candidates had their turn. An entry counts as long as its hash is that of the program that reads it, so a changed kernel
 * is tried again. {@link Verdicts} lie there as well.
 */
public final class Tuning {

    private static final String TITLE = "scorefield tuning 2";

    /**
     * What was found for a problem.
     *
     * @param sources a hash of all ways to compute it
     * @param variant the name of the one that won
     * @param ratio its time as a part of the shipped default's; 1 where that is the one
     * @param tried how many candidates had their turn; where the time was up before all had, the others come next time
     */
    record Entry(String sources, String variant, double ratio, int tried) {}

    /** A file that is no tuning for this device. */
    static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1;

        public UnfitException(Path file, String why) {
            super(file + ": " + why);
        }
    }

    private final List<String> heading;
    private final Map<String, Entry> entries = new TreeMap<>();

    /** Nothing found yet. */
    Tuning(ClDevice device) {
        heading = List.of(
                TITLE,
                "device\t" + word(device.name()),
                "driver\t" + word(device.platform() + " " + device.driverVersion()));
    }

    private static String word(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** The file's name for a device. */
    public static String fileName(ClDevice device) {
        return "tuning-" + Hash.of(new Tuning(device).heading).substring(0, 16) + ".txt";
    }

    /**
     * Reads a file.
     *
     * @throws UnfitException if it is of another device or driver, or damaged
     */
    static Tuning read(Path file, ClDevice device) throws IOException, UnfitException {
        Tuning tuning = new Tuning(device);
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new UnfitException(file, "is not a text of '" + TITLE + "'");
        }
        int head = tuning.heading.size();
        for (int i = 0; i < head; i++) {
            String line = i < lines.size() ? lines.get(i) : "nothing";
            if (!line.equals(tuning.heading.get(i))) {
                throw new UnfitException(
                        file,
                        "line " + (i + 1) + " should be '" + shown(tuning.heading.get(i)) + "', but is '" + shown(line)
                                + "'");
            }
        }
        for (int i = head; i < lines.size(); i++) {
            String[] fields = lines.get(i).split("\t", -1);
            Optional<Double> ratio = fields.length == 5 ? number(fields[3]) : Optional.empty();
            Optional<Double> tried = fields.length == 5 ? number(fields[4]) : Optional.empty();
            if (ratio.isEmpty() || tried.isEmpty()) {
                throw new UnfitException(
                        file, "line " + (i + 1) + " is no entry of a tuning: '" + shown(lines.get(i)) + "'");
            }
            tuning.entries.put(
                    fields[0],
                    new Entry(fields[1], fields[2], ratio.get(), tried.get().intValue()));
        }
        return tuning;
    }

    private static String shown(String line) {
        return line.substring(0, Math.min(80, line.length())).replace('\t', ' ');
    }

    private static Optional<Double> number(String text) {
        try {
            return Optional.of(Double.valueOf(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Writes a file, whole or not at all; folders are made where they are missing. */
    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>(heading);
        entries.forEach((problem, entry) -> lines.add(String.join(
                "\t",
                problem,
                entry.sources(),
                entry.variant(),
                Double.toString(entry.ratio()),
                Integer.toString(entry.tried()))));
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
        try {
            Files.write(temporary, lines);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary); // after the move there is nothing to delete
        }
    }

    /** What was found for a problem, if the ways to compute it are still the same. */
    Optional<Entry> find(String problem, String sources) {
        return Optional.ofNullable(entries.get(problem))
                .filter(entry -> entry.sources().equals(sources));
    }

    boolean knows(String problem) {
        return entries.containsKey(problem);
    }

    void put(String problem, Entry entry) {
        entries.put(problem, entry);
    }

    void putAll(Tuning other) {
        entries.putAll(other.entries);
    }

    Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }
}
