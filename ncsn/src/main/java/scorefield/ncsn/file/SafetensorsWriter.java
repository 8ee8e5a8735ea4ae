package scorefield.ncsn.file;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file in one pass: the header with zeros for the checksum, the numbers, and then the checksum over the zeros.
 */
public final class SafetensorsWriter {

    private static final int BUFFER = 1 << 20;

    private SafetensorsWriter() {}

    /**
     * An array of a file that is written.
     *
     * @param numbers where its numbers come from
     */
    public record Entry(String name, Array.Type type, int[] shape, Numbers numbers) {

        long length() {
            return Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
        }

        long bytes() {
            return length() * type.bytes();
        }
    }

    /** The numbers of an array, which need not be in memory all at once. */
    @FunctionalInterface
    public interface Numbers {
        /** Appends {@code count} numbers from index {@code from} on to a buffer, little-endian. */
        void put(ByteBuffer buffer, long from, int count) throws IOException;
    }

    static void write(Safetensors content, FileChannel file) throws IOException {
        List<Entry> entries = content.arrays().entrySet().stream()
                .map(entry -> new Entry(
                        entry.getKey(),
                        entry.getValue().type(),
                        entry.getValue().shape(),
                        (buffer, from, count) -> entry.getValue().put(buffer, Math.toIntExact(from), count)))
                .toList();
        write(content.metadata(), entries, file);
    }

    /** Writes arrays to an empty file, in memory that does not depend on their size. */
    public static void write(Map<String, String> metadata, List<Entry> entries, FileChannel file) throws IOException {
        // Wide numbers come first, as in the reference implementation: then each array starts at a multiple of its
        // number size, which PyTorch needs to use it in place.
        List<Entry> inFileOrder = entries.stream()
                .sorted(Comparator.comparing(entry -> -entry.type().bytes()))
                .toList();
        byte[] header = header(metadata, entries, inFileOrder);
        MessageDigest digest = Sha256.digest();
        ByteBuffer beginning = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        beginning.putLong(header.length).put(header).flip();
        digest.update(beginning.duplicate());
        AtomicFile.writeFully(file, beginning);

        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (Entry entry : inFileOrder) {
            int most = BUFFER / entry.type().bytes();
            for (long from = 0; from < entry.length(); from += most) {
                buffer.clear();
                entry.numbers().put(buffer, from, (int) Math.min(most, entry.length() - from));
                buffer.flip();
                digest.update(buffer.duplicate());
                AtomicFile.writeFully(file, buffer);
            }
        }
        file.position(Long.BYTES + Checksum.positionIn(header));
        AtomicFile.writeFully(file, ByteBuffer.wrap(Sha256.hex(digest.digest()).getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] header(Map<String, String> metadata, List<Entry> entries, List<Entry> inFileOrder)
            throws IOException {
        Map<String, Long> begins = new LinkedHashMap<>();
        long end = 0;
        for (Entry entry : inFileOrder) {
            begins.put(entry.name(), end);
            end += entry.bytes();
        }
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name(SafetensorsHeader.METADATA).beginObject();
            json.name(Safetensors.CHECKSUM).value(Checksum.ZEROS);
            for (Map.Entry<String, String> entry : metadata.entrySet()) {
                json.name(entry.getKey()).value(entry.getValue());
            }
            json.endObject();
            for (Entry entry : entries) {
                long begin = begins.get(entry.name());
                json.name(entry.name()).beginObject();
                json.name("dtype").value(entry.type().name());
                json.name("shape").beginArray();
                for (int axis : entry.shape()) {
                    json.value(axis);
                }
                json.endArray();
                json.name("data_offsets")
                        .beginArray()
                        .value(begin)
                        .value(begin + entry.bytes())
                        .endArray();
                json.endObject();
            }
            json.endObject();
        }
        byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }
}
