package scorefield.ncsn.collective;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Makes once on each machine what all its ranks need and what takes long to make, such as data that are read and decoded: the first of the ranks
 * that ask for the same makes it, and the others read it from a file of their machine's folder for temporary files. That file is private, and
 * removed as soon as all have read it.
 *
 * <p>A rank that asks for something else makes its own, and so does one that finds no such file: the disk may be full, or two machines may have the
 * same name.
 */
public final class OncePerMachine {

    /**
     * How a value is written to a file and read from it, without loss.
     *
     * @param <T> the value's type
     */
    public interface Form<T> {

        /** Writes a value to a file that is not there yet. */
        void write(T value, Path file) throws IOException;

        /** Reads a value that was written. */
        T read(Path file) throws IOException;
    }

    private OncePerMachine() {}

    /**
     * The value, on every rank. All ranks call it.
     *
     * @param request decides the value: ranks of a machine with equal requests share it
     * @param maker makes the value
     */
    public static <T> T get(Collective ranks, String request, Supplier<T> maker, Form<T> form) throws IOException {
        if (ranks.size() == 1) {
            return maker.get();
        }
        List<String> requests = gathered(ranks, request);
        int[] sharing = IntStream.range(0, ranks.size())
                .filter(rank -> ranks.host(rank).equals(ranks.host(ranks.rank()))
                        && requests.get(rank).equals(request))
                .toArray();
        int first = sharing[0];
        if (ranks.rank() != first) {
            String file = gathered(ranks, "").get(first);
            T value = file.isEmpty() ? maker.get() : read(Path.of(file), maker, form);
            ranks.barrier();
            return value;
        }
        T value = maker.get();
        Optional<Path> written = sharing.length == 1 ? Optional.empty() : written(value, form);
        try {
            gathered(ranks, written.map(Path::toString).orElse(""));
            ranks.barrier();
        } finally {
            if (written.isPresent()) {
                remove(written.get());
            }
        }
        return value;
    }

    /** The file that a value was written to, in a folder that is this process's own; empty where there is no room for it. */
    private static <T> Optional<Path> written(T value, Form<T> form) throws IOException {
        Path file;
        try {
            file = Files.createTempDirectory("scorefield-shared-").resolve("value");
        } catch (IOException noRoom) {
            return Optional.empty();
        }
        try {
            form.write(value, file);
            return Optional.of(file);
        } catch (IOException noRoom) {
            remove(file);
            return Optional.empty();
        }
    }

    private static void remove(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.delete(file.getParent());
    }

    private static <T> T read(Path file, Supplier<T> maker, Form<T> form) throws IOException {
        try {
            return form.read(file);
        } catch (FileSystemException notHere) {
            return maker.get();
        }
    }

    private static List<String> gathered(Collective ranks, String here) {
        return ranks.gather(here.getBytes(StandardCharsets.UTF_8)).stream()
                .map(there -> new String(there, StandardCharsets.UTF_8))
                .toList();
    }
}
