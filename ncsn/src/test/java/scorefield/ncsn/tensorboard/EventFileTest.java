package scorefield.ncsn.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.run.Training;

/**
 * The files are read here field by field with the numbers that TensorFlow documents, and the checksums are computed bit by bit: nothing that
 * writes them takes part.
 */
class EventFileTest {

    @TempDir
    private Path folder;

    /** CRC-32C (Castagnoli), reflected, one bit after the other. */
    private static int crc(byte[] bytes) {
        int crc = ~0;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
            }
        }
        return ~crc;
    }

    private static int masked(byte[] bytes) {
        int crc = crc(bytes);
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    /** A message's fields by their numbers: a varint as a Long, 8 bytes as a Double, 4 as a Float, and bytes. */
    private static Map<Integer, List<Object>> fields(byte[] message) throws IOException {
        Map<Integer, List<Object>> fields = new LinkedHashMap<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Object value = switch (tag & 7) {
                case 0 -> in.readInt64();
                case 1 -> in.readDouble();
                case 2 -> in.readByteArray();
                case 5 -> in.readFloat();
                default -> throw new AssertionError("wire type " + (tag & 7));
            };
            fields.computeIfAbsent(tag >>> 3, key -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    private static byte[] bytes(Map<Integer, List<Object>> fields, int number) {
        return (byte[]) fields.get(number).get(0);
    }

    /** The events of a file, after a check of every length and checksum. */
    private static List<Map<Integer, List<Object>>> events(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Map<Integer, List<Object>>> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(length));
            byte[] content = new byte
                    [Math.toIntExact(ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            in.get(content);
            assertThat(in.getInt()).isEqualTo(masked(content));
            events.add(fields(content));
        }
        return events;
    }

    /** The values of an event's summary by their tags. */
    private static Map<String, Map<Integer, List<Object>>> values(Map<Integer, List<Object>> event) throws IOException {
        Map<String, Map<Integer, List<Object>>> values = new LinkedHashMap<>();
        for (Object value : fields(bytes(event, 5)).get(1)) {
            Map<Integer, List<Object>> fields = fields((byte[]) value);
            values.put(new String(bytes(fields, 1), StandardCharsets.UTF_8), fields);
        }
        return values;
    }

    @Test
    void theChecksumIsCastagnolis() {
        // RFC 3720, appendix B.4.
        assertThat(crc(new byte[32])).isEqualTo(0x8A9136AA);
        assertThat(crc("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xE3069283);
    }

    @Test
    void scalarsAndImagesAreEvents() throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_3BYTE_BGR);
        image.setRGB(1, 1, 0x123456);
        EventFile file = EventFile.create(folder, 40);
        try (file) {
            file.scalars(41, Map.of("loss", 0.5));
            file.image(42, "samples", image);
        }
        assertThat(file.path().getFileName().toString()).matches("events\\.out\\.tfevents\\.\\d+\\.\\d+");
        List<Map<Integer, List<Object>>> events = events(file.path());
        assertThat(events).hasSize(4);
        assertThat(new String(bytes(events.get(0), 3), StandardCharsets.US_ASCII))
                .isEqualTo("brain.Event:2");
        // The session starts with step 41: what earlier files say of it and of later steps is void.
        assertThat(events.get(1).get(2)).containsExactly(41L);
        assertThat(fields(bytes(events.get(1), 7)).get(1)).containsExactly(1L);
        assertThat((double) events.get(2).get(1).get(0)).isBetween(1.6e9, 1e10);
        assertThat(events.get(2).get(2)).containsExactly(41L);
        assertThat(values(events.get(2)).get("loss").get(2)).containsExactly(0.5f);
        Map<Integer, List<Object>> picture = fields(bytes(values(events.get(3)).get("samples"), 4));
        assertThat(picture.get(1)).containsExactly(2L);
        assertThat(picture.get(2)).containsExactly(3L);
        assertThat(picture.get(3)).containsExactly(3L);
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(bytes(picture, 4)));
        assertThat(read.getRGB(1, 1) & 0xffffff).isEqualTo(0x123456);
    }

    @Test
    void aTrainingWritesLossesByLevelNormSpeedAndSamples() throws IOException {
        Path run = folder.resolve("run");
        training().folder(run).build().run(new ReferenceDevice());
        List<Path> files;
        try (var found = Files.newDirectoryStream(run, "events.out.tfevents.*")) {
            files = new ArrayList<>();
            found.forEach(files::add);
        }
        assertThat(files).hasSize(1);
        List<Map<Integer, List<Object>>> events = events(files.get(0));
        Map<String, Map<Integer, List<Object>>> last = values(events.get(events.size() - 2));
        assertThat(events.get(events.size() - 2).get(2)).containsExactly(4L);
        assertThat(last).containsKeys("loss", "gradient norm", "epoch", "samples per second");
        assertThat(last.keySet()).anyMatch(tag -> tag.startsWith("loss by noise level/"));
        assertThat(values(events.get(events.size() - 1))).containsOnlyKeys("samples");
    }

    /** A small training of 4 steps. */
    private static Training.Builder training() {
        return Training.on("digits")
                .set("data.size", 8)
                .set("data.count", 50)
                .set("network.channels", 4)
                .set("network.multipliers", List.of(1, 2))
                .set("network.blocks", 1)
                .set("noise.levels", 8)
                .set("training.batch", 4)
                .set("training.steps", 4)
                .set("sampling.sampler", "annealed")
                .set("sampling.steps-per-level", 1)
                .set("output.log-every", 2)
                .set("output.preview-every", 0)
                .set("output.preview-images", 2)
                .set("output.preview-levels", 2)
                .set("output.tensorboard", true);
    }
}
