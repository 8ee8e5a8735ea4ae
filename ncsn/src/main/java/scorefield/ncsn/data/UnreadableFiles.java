package scorefield.ncsn.data;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.IoReason;

/** The files among pictures that cannot be read, which are reported together. May be used by several threads. */
final class UnreadableFiles {

    /** So many are named. */
    private static final int NAMED = 10;

    private final PictureFiles files;

    /** The failure of each, by its place. */
    private final Map<Integer, BadDataException> failures = Collections.synchronizedMap(new TreeMap<>());

    UnreadableFiles(PictureFiles files) {
        this.files = files;
    }

    /** Work with one file. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    /** What is read of a file; null if it cannot be read, which is remembered. */
    <T> @Nullable T orElseNull(int file, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            failures.put(file, new BadDataException(files.title(file) + ": cannot be read: " + IoReason.of(e), e));
        } catch (BadDataException e) {
            failures.put(file, e);
        }
        return null;
    }

    /** How many there are. */
    int count() {
        return failures.size();
    }

    /**
     * Refuses data with files that cannot be read.
     *
     * @throws BadDataException naming them, and the setting that leaves them out
     */
    void requireNone() {
        if (failures.isEmpty()) {
            return;
        }
        if (count() == 1) {
            BadDataException only = failures.values().iterator().next();
            throw new BadDataException(only.getMessage() + "; data.skip-damaged=true leaves it out", only);
        }
        throw new BadDataException(
                files.origin() + ": " + described() + "; repair them, or leave them out with data.skip-damaged=true",
                failures.values().iterator().next());
    }

    /** How many there are, and the first of them with the reasons, such as {@code 2 of 100 files cannot be read: a.png: is empty (0 bytes); …}. */
    String described() {
        String prefix = files.origin() + "/";
        String named = failures.values().stream()
                .limit(NAMED)
                .map(failure -> String.valueOf(failure.getMessage()))
                .map(message -> message.startsWith(prefix) ? message.substring(prefix.length()) : message)
                .collect(Collectors.joining("; "));
        int more = count() - NAMED;
        return count() + " of " + files.names().size() + " files cannot be read: " + named
                + (more > 0 ? "; and " + more + " more" : "");
    }
}
