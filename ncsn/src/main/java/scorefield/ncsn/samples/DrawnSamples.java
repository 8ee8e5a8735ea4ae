package scorefield.ncsn.samples;

import com.google.gson.Gson;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import scorefield.autodiff.Shape;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.file.Quantisation;
import scorefield.ncsn.sampler.Sampler;

/**
 * Samples on disk while they are drawn: a file {@code TARGET.partial}, which grows by a batch at a time. It needs no memory for the samples,
 * and an interrupted drawing goes on where the last whole batch ended. When all are drawn, {@link SampleFormat#write} makes the target of it.
 *
 * <p>The file is a line of JSON, which says how the samples are drawn, and then their numbers: little-endian float32, images in [0, 1]; or
 * images as bytes.
 */
public final class DrawnSamples implements AutoCloseable {

    private static final int LONGEST_LINE = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final Shape sample;
    private final Array.Type type;
    /** Where the numbers begin. */
    private final long begin;

    private DrawnSamples(Path file, FileChannel channel, Shape sample, Array.Type type, long begin) {
        this.file = file;
        this.channel = channel;
        this.sample = sample;
        this.type = type;
        this.begin = begin;
    }

    /** The file of unfinished samples that belongs to a target. */
    public static Path partial(Path target) {
        return target.resolveSibling(target.getFileName() + ".partial");
    }

    /**
     * Begins a drawing.
     *
     * @param sample the shape of one
     * @param type F32, or U8 for images as bytes
     * @param how what the samples depend on, such as the seed: another value gives other samples
     * @throws BadFileException if there is an unfinished drawing already
     */
    public static DrawnSamples create(Path target, Shape sample, Array.Type type, Map<String, String> how)
            throws IOException {
        Path file = partial(target);
        if (Files.exists(file)) {
            throw new BadFileException(
                    file + ": holds the samples of an interrupted drawing; go on with --resume, or delete it");
        }
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        byte[] line = (new Gson().toJson(described(sample, type, how)) + "\n").getBytes(StandardCharsets.UTF_8);
        writeFully(channel, ByteBuffer.wrap(line));
        return new DrawnSamples(file, channel, sample, type, line.length);
    }

    /**
     * Goes on with an interrupted drawing.
     *
     * @throws BadFileException if there is none, or its samples were drawn otherwise
     */
    public static DrawnSamples resume(Path target, Shape sample, Array.Type type, Map<String, String> how)
            throws IOException {
        Path file = partial(target);
        if (!Files.isRegularFile(file)) {
            throw new BadFileException(
                    file + ": there is no interrupted drawing to go on with; leave out --resume to begin one");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            String line = line(file, channel);
            requireSame(file, described(sample, type, how), line);
            return new DrawnSamples(file, channel, sample, type, line.getBytes(StandardCharsets.UTF_8).length + 1L);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Map<String, String> described(Shape sample, Array.Type type, Map<String, String> how) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("sample", sample.toString());
        all.put("type", type.name());
        all.putAll(how);
        return all;
    }

    private static String line(Path file, FileChannel channel) throws IOException {
        ByteBuffer beginning = ByteBuffer.allocate((int) Math.min(LONGEST_LINE, channel.size()));
        readFully(channel, beginning, 0);
        String text = new String(beginning.array(), StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end < 0) {
            throw new BadFileException(
                    file + ": does not begin with a line that says how its samples were drawn; delete"
                            + " it and begin again");
        }
        return text.substring(0, end);
    }

    private static void requireSame(Path file, Map<String, String> now, String line) {
        Json then = Json.parse(line, file + ": the first line", "delete it and begin again");
        for (Map.Entry<String, String> entry : now.entrySet()) {
            String before = then.find(entry.getKey()).map(Json::text).orElse("not given");
            if (!entry.getValue().equals(before)) {
                throw new BadFileException(
                        file + ": its samples have " + entry.getKey() + " " + before + ", but now " + entry.getKey()
                                + " is " + entry.getValue() + "; ask for the same, or delete it and begin again");
            }
        }
    }

    /** The shape of one sample. */
    public Shape sample() {
        return sample;
    }

    /** F32 or U8. */
    public Array.Type type() {
        return type;
    }

    /** How many samples there are in whole batches of a sampler. */
    public int count(Sampler sampler) throws IOException {
        int perBatch = sampler.batch().dim(0);
        return Math.toIntExact((channel.size() - begin) / sampleBytes() / perBatch * perBatch);
    }

    private long sampleBytes() {
        return (long) sample.size() * type.bytes();
    }

    /** Draws what is missing. What follows the last whole batch is drawn again. */
    public void fill(Sampler sampler, int count, long seed, Sampler.Observer observer) throws IOException {
        int there = count(sampler);
        channel.truncate(begin + there * sampleBytes());
        try {
            sampler.sampleBatches(
                    there / sampler.batch().dim(0), count, seed, observer, drawn -> append(drawn.floats()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Appends whole samples. */
    private void append(float[] numbers) {
        ByteBuffer bytes;
        if (type == Array.Type.U8) {
            bytes = ByteBuffer.wrap(Quantisation.bytes(numbers));
        } else {
            boolean images = !SampleKind.isPoint(sample);
            bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float x : numbers) {
                bytes.putFloat(images ? Math.max(0, Math.min(1, x)) : x);
            }
            bytes.flip();
        }
        try {
            channel.position(channel.size());
            writeFully(channel, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        }
    }

    /** Appends {@code count} numbers of a sample, from its {@code from}-th on, to a buffer. */
    void read(int index, int from, int count, ByteBuffer buffer) throws IOException {
        ByteBuffer part = buffer.slice(buffer.position(), count * type.bytes());
        readFully(channel, part, begin + index * sampleBytes() + (long) from * type.bytes());
        buffer.position(buffer.position() + part.capacity());
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new EOFException("it ends at byte " + at + ", in the middle of a sample");
            }
            at += read;
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Closes the file and deletes it: the target holds the samples now. */
    public void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
