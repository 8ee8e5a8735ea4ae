package scorefield.ncsn.tensorboard;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import scorefield.ncsn.file.IoReason;
import scorefield.ncsn.file.PngWriter;
import tensorflow.TensorBoardProto.Event;
import tensorflow.TensorBoardProto.SessionLog;
import tensorflow.TensorBoardProto.Summary;

/**
 * A file of events that TensorBoard shows: {@code events.out.tfevents.SECONDS.PROCESS} in a run's folder, one for each session of its
 * training.
 *
 * <p>It is a TFRecord file (TensorFlow, "TFRecord and tf.train.Example"): for each event its length (8 bytes, little-endian), the masked
 * CRC-32C of these bytes, the event, and its masked CRC-32C. Every event is written at once, so a reader sees it and a killed process loses
 * none.
 */
public final class EventFile implements AutoCloseable {

    private static final String VERSION = "brain.Event:2";

    /** Of the mask ((crc ≫ 15) | (crc ≪ 17)) + 0xa282ead8, rotated and shifted so that a CRC over bytes that contain CRCs stays useful. */
    private static final int MASK = 0xa282ead8;

    private final Path path;
    private final FileChannel file;

    private EventFile(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Begins a file.
     *
     * @param folder of the run
     * @param step that the session starts from; events of later steps in earlier files are void
     */
    public static EventFile create(Path folder, long step) throws IOException {
        String name = "events.out.tfevents." + Instant.now().getEpochSecond() + "."
                + ProcessHandle.current().pid();
        Path path = folder.resolve(name);
        for (int i = 1; Files.exists(path); i++) {
            path = folder.resolve(name + "." + i);
        }
        EventFile events =
                new EventFile(path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        events.write(Event.newBuilder().setFileVersion(VERSION));
        events.write(Event.newBuilder()
                .setStep(step + 1)
                .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
        return events;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Numbers after a step, by their tags; tags with a common part before a {@code /} are shown together. */
    public void scalars(long step, Map<String, Double> numbers) throws IOException {
        Summary.Builder summary = Summary.newBuilder();
        numbers.forEach((tag, number) ->
                summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue(number.floatValue())));
        write(Event.newBuilder().setStep(step).setSummary(summary));
    }

    /** A picture after a step. */
    public void image(long step, String tag, BufferedImage image) throws IOException {
        Summary.Image.Builder encoded = Summary.Image.newBuilder()
                .setHeight(image.getHeight())
                .setWidth(image.getWidth())
                .setColorspace(image.getRaster().getNumBands())
                .setEncodedImageString(ByteString.copyFrom(PngWriter.encode(image)));
        write(Event.newBuilder()
                .setStep(step)
                .setSummary(Summary.newBuilder()
                        .addValue(Summary.Value.newBuilder().setTag(tag).setImage(encoded))));
    }

    private void write(Event.Builder event) throws IOException {
        Instant now = Instant.now();
        byte[] content = event.setWallTime(now.getEpochSecond() + now.getNano() / 1e9)
                .build()
                .toByteArray();
        ByteBuffer length =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(content.length);
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + content.length + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length.array())
                .putInt(masked(length.array()))
                .put(content)
                .putInt(masked(content))
                .flip();
        try {
            while (record.hasRemaining()) {
                file.write(record);
            }
        } catch (IOException e) {
            throw new IOException("cannot write " + path + ": " + IoReason.of(e), e);
        }
    }

    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
