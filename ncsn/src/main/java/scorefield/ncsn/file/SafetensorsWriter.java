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
final class SafetensorsWriter {

    private static final int BUFFER = 1 << 20;

    private SafetensorsWriter() {}

    static void write(Safetensors content, FileChannel file) throws IOException {
        // Wide numbers come first, as in the reference implementation: then each array starts at a multiple of its
        // number size, which PyTorch needs to use it in place.
        List<Map.Entry<String, Array>> inFileOrder = content.arrays().entrySet().stream()
                .sorted(Comparator.comparing(entry -> -entry.getValue().type().bytes()))
                .toList();
        byte[] header = header(content, inFileOrder);
        MessageDigest digest = Sha256.digest();
        ByteBuffer beginning = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        beginning.putLong(header.length).put(header).flip();
        digest.update(beginning.duplicate());
        AtomicFile.writeFully(file, beginning);

        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (Map.Entry<String, Array> entry : inFileOrder) {
            Array array = entry.getValue();
            int most = BUFFER / array.type().bytes();
            for (int from = 0; from < array.length(); from += most) {
                buffer.clear();
                array.put(buffer, from, Math.min(most, array.length() - from));
                buffer.flip();
                digest.update(buffer.duplicate());
                AtomicFile.writeFully(file, buffer);
            }
        }
        file.position(Long.BYTES + Checksum.positionIn(header));
        AtomicFile.writeFully(file, ByteBuffer.wrap(Sha256.hex(digest.digest()).getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] header(Safetensors content, List<Map.Entry<String, Array>> inFileOrder) throws IOException {
        Map<String, Long> begins = new LinkedHashMap<>();
        long end = 0;
        for (Map.Entry<String, Array> entry : inFileOrder) {
            begins.put(entry.getKey(), end);
            end += bytes(entry.getValue());
        }
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name(SafetensorsHeader.METADATA).beginObject();
            json.name(Safetensors.CHECKSUM).value(Checksum.ZEROS);
            for (Map.Entry<String, String> entry : content.metadata().entrySet()) {
                json.name(entry.getKey()).value(entry.getValue());
            }
            json.endObject();
            for (Map.Entry<String, Array> entry : content.arrays().entrySet()) {
                Array array = entry.getValue();
                long begin = begins.get(entry.getKey());
                json.name(entry.getKey()).beginObject();
                json.name("dtype").value(array.type().name());
                json.name("shape").beginArray();
                for (int axis : array.shape()) {
                    json.value(axis);
                }
                json.endArray();
                json.name("data_offsets")
                        .beginArray()
                        .value(begin)
                        .value(begin + bytes(array))
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

    private static long bytes(Array array) {
        return (long) array.length() * array.type().bytes();
    }
}
