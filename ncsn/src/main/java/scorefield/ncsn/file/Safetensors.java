package scorefield.ncsn.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a safetensors file: named arrays, and named strings as metadata, both in order. Python's
 * {@code safetensors} can read these files, and this class can read Python's (format:
 * github.com/huggingface/safetensors, "Format").
 *
 * <p>The file contains the header's length (8 bytes, little-endian), the header (JSON, padded with spaces to 8 bytes),
 * and the numbers. Files written by this class have a checksum in the metadata: the SHA-256 of the whole file with
 * zeros in place of the checksum's 64 digits. Reading verifies the checksum, so any change of the file, including the
 * metadata, is detected.
 */
public final class Safetensors {

    /** The name of the checksum in the file's metadata; {@link #metadata()} does not list it. */
    static final String CHECKSUM = "scorefield.sha256";

    private final Map<String, String> metadata;
    private final Map<String, Array> arrays;
    private final boolean checksummed;

    private Safetensors(Map<String, String> metadata, Map<String, Array> arrays, boolean checksummed) {
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
        this.checksummed = checksummed;
    }

    /** Arrays and metadata by name, in the order of the maps. */
    public static Safetensors of(Map<String, String> metadata, Map<String, Array> arrays) {
        if (metadata.containsKey(CHECKSUM)) {
            throw new IllegalArgumentException(
                    "metadata " + CHECKSUM + " is reserved for the checksum; use another name");
        }
        if (arrays.containsKey(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException(
                    "the array name " + SafetensorsHeader.METADATA + " is reserved for metadata; use another name");
        }
        return new Safetensors(metadata, arrays, true);
    }

    /**
     * Reads any safetensors file, and verifies its checksum if there is one.
     *
     * @throws BadFileException if the file is damaged, truncated, altered, or in another format
     * @throws IOException if reading fails
     */
    public static Safetensors read(Path path) throws IOException {
        return SafetensorsReader.read(path);
    }

    /** Reads a file written by this class: a file without a checksum is rejected too. */
    public static Safetensors readChecksummed(Path path) throws IOException {
        Safetensors file = read(path);
        if (!file.checksummed) {
            throw new BadFileException(path + ": has no checksum (metadata " + CHECKSUM
                    + "): it was not written by this program, or was altered since");
        }
        return file;
    }

    static Safetensors of(Map<String, String> metadata, Map<String, Array> arrays, boolean checksummed) {
        return new Safetensors(metadata, arrays, checksummed);
    }

    /** Writes the file atomically (see {@link AtomicFile}). */
    public void write(Path path) throws IOException {
        AtomicFile.write(path, file -> SafetensorsWriter.write(this, file));
    }

    /** Strings by name. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Arrays by name. */
    public Map<String, Array> arrays() {
        return arrays;
    }

    /**
     * The array of that name, of a type and a shape.
     *
     * @throws BadFileException if there is none, or it is another one; the message does not name the file
     */
    public Array array(String name, Array.Type type, int... shape) {
        Array array = arrays.get(name);
        String wanted = type + Arrays.toString(shape);
        if (array == null) {
            throw new BadFileException("it lacks the array " + name + ", " + wanted);
        }
        if (array.type() != type || !Arrays.equals(array.shape(), shape)) {
            throw new BadFileException(
                    "its array " + name + " is " + array + ", but its configuration asks for " + wanted);
        }
        return array;
    }

    /** The array of that name. */
    public Array array(String name) {
        @Nullable Array array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("there is no array named " + name + " among " + arrays.keySet());
        }
        return array;
    }
}
