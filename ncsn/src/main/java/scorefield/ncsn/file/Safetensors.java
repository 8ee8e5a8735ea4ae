package scorefield.ncsn.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a safetensors file holds: named arrays, and named strings about them, both in order. Python's {@code safetensors}
 * reads what this writes, and the other way round (format: github.com/huggingface/safetensors, "Format").
 *
 * <p>The file is the header's length (8 bytes, little-endian), the header (JSON, padded with spaces to 8 bytes), and the
 * numbers. What this writes has a checksum among the metadata: the SHA-256 of the whole file in which the checksum's own
 * 64 digits are zeros. Reading verifies it, so that a file in which anything was altered, the metadata too, is refused.
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

    /** Arrays by name, and strings about them, in the maps' order. */
    public static Safetensors of(Map<String, String> metadata, Map<String, Array> arrays) {
        if (metadata.containsKey(CHECKSUM)) {
            throw new IllegalArgumentException("metadata " + CHECKSUM + " is written by itself");
        }
        if (arrays.containsKey(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("no array can be named " + SafetensorsHeader.METADATA);
        }
        return new Safetensors(metadata, arrays, true);
    }

    /**
     * Reads any safetensors file, and verifies its checksum if it has one.
     *
     * @throws BadFileException if the file is damaged, cut short, altered, or of another format
     * @throws IOException if reading fails
     */
    public static Safetensors read(Path path) throws IOException {
        return SafetensorsReader.read(path);
    }

    /** Reads a file that was written here: one without a checksum is refused as well. */
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

    /** Writes the file, whole or not at all (see {@link AtomicFile}). */
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

    /** The array of that name. */
    public Array array(String name) {
        @Nullable Array array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("there is no array named " + name + " among " + arrays.keySet());
        }
        return array;
    }
}
