package scorefield.ncsn.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import scorefield.ncsn.file.InputFile;

/**
 * Reads IDX files, MNIST's format, gzipped or not: images as {@code N×H×W} (grey) or {@code N×H×W×C}, and labels from
 * the file beside them, found by MNIST's naming ({@code train-images-idx3-ubyte} → {@code train-labels-idx1-ubyte}).
 */
final class IdxReader {

    private static final Pattern IMAGES_NAME = Pattern.compile("(.*)images([-.])idx[34]-ubyte(\\.gz)?");
    private static final Pattern LABELS_NAME = Pattern.compile("(.*)labels([-.])idx1-ubyte(\\.gz)?");

    private static final int BUFFER = 1 << 16;

    /** Deflate's best: 258 bytes from 2 bits. */
    private static final int DEFLATE = 1032;

    private IdxReader() {}

    static Images read(Path path, ReadOptions options) throws IOException {
        Content content = Content.read(path);
        if (content.axes.length == 1) {
            throw new BadDataException(path + ": is a label file (IDX magic number 0x00000801); give the file with the"
                    + " images, its labels are found by themselves"
                    + imagesBeside(path).map(images -> ": " + images).orElse(""));
        }
        if (content.axes.length == 2) {
            throw new BadDataException(path + ": IDX magic number 0x00000802 is a table of " + content.axes[0] + "×"
                    + content.axes[1] + " numbers; images need 3 axes (N×H×W) or 4 (N×H×W×C)");
        }
        int n = content.axes[0];
        int h = content.axes[1];
        int w = content.axes[2];
        int c = content.axes.length == 4 ? content.axes[3] : 1;
        if (c != 1 && c != 3) {
            throw new BadDataException(path + ": IDX header with axes " + Arrays.toString(content.axes)
                    + ": the last must" + " be 1 (grey) or 3 (colour) channels, N×H×W×C");
        }
        byte[] bytes = Resampler.fitAll(path.toString(), content.bytes, n, h, w, c, options);
        int height = options.heightFrom(h);
        int width = options.widthFrom(w);
        String name = path.getFileName().toString();
        Optional<Path> labelFile = labelsBeside(path);
        if (labelFile.isEmpty()) {
            return new Images(name, height, width, c, bytes, null, List.of());
        }
        int[] labels = labels(labelFile.get(), path, n);
        int classes = Arrays.stream(labels).max().orElse(0) + 1;
        return new Images(
                name,
                height,
                width,
                c,
                bytes,
                labels,
                IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    }

    private static int[] labels(Path labelFile, Path imageFile, int n) throws IOException {
        Content content = Content.read(labelFile);
        if (content.axes.length != 1) {
            throw new BadDataException(labelFile + ": lies beside " + imageFile.getFileName()
                    + " with the name of its label file, but has " + content.axes.length
                    + " axes instead of 1; rename one of them");
        }
        if (content.axes[0] != n) {
            throw new BadDataException(labelFile + ": has " + content.axes[0] + " labels for the " + n + " images of "
                    + imageFile.getFileName() + "; rename it if it belongs to others");
        }
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            labels[i] = content.bytes[i] & 0xff;
        }
        return labels;
    }

    private static Optional<Path> labelsBeside(Path images) {
        return beside(images, IMAGES_NAME, "labels", "idx1");
    }

    private static Optional<Path> imagesBeside(Path labels) {
        return beside(labels, LABELS_NAME, "images", "idx3");
    }

    private static Optional<Path> beside(Path path, Pattern pattern, String what, String idx) {
        Matcher matcher = pattern.matcher(path.getFileName().toString());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String plain = matcher.group(1) + what + matcher.group(2) + idx + "-ubyte";
        return List.of(plain, plain + ".gz").stream()
                .map(path::resolveSibling)
                .filter(Files::exists)
                .findFirst();
    }

    /** What one IDX file of unsigned bytes holds. */
    private record Content(int[] axes, byte[] bytes) {

        static Content read(Path path) throws IOException {
            try (Source source = Source.open(path)) {
                byte[] magic = source.take(4, "the magic number");
                if (!Idx.looksLikeIt(magic)) {
                    throw new BadDataException(path + ": is not an IDX file: it begins with " + DataReader.hex(magic)
                            + ", not with a magic number such as 0x00000803");
                }
                if (magic[2] != Idx.UNSIGNED_BYTE) {
                    throw new BadDataException(path + ": IDX magic number " + DataReader.hex(magic) + " means "
                            + Idx.typeName(magic[2]) + "; images must be unsigned bytes (0x0000080" + magic[3] + ")");
                }
                int[] axes = new int[magic[3]];
                ByteBuffer lengths = ByteBuffer.wrap(source.take(4 * axes.length, "the IDX header"));
                StringBuilder shape = new StringBuilder();
                long size = 1;
                for (int axis = 0; axis < axes.length; axis++) {
                    long length = Integer.toUnsignedLong(lengths.getInt());
                    if (length == 0) {
                        throw new BadDataException(path + ": the IDX header, byte " + (4 + 4 * axis) + ", gives axis "
                                + axis + " length 0: there are no images in it");
                    }
                    shape.append(axis == 0 ? "" : "×").append(length);
                    // Once past the limit it stays past it: no overflow.
                    size = size > Images.MOST_BYTES ? size : size * length;
                    axes[axis] = (int) length;
                }
                if (size > Images.MOST_BYTES) {
                    throw new BadDataException(path + ": the IDX header promises " + shape + " bytes; at most "
                            + Images.MOST_BYTES + " can be held");
                }
                byte[] bytes = source.take((int) size, shape + " bytes");
                source.expectEnd();
                return new Content(axes, bytes);
            }
        }
    }

    /** A file's bytes after decompression, read in order and counted, so that a message can say where they end. */
    private static final class Source implements AutoCloseable {

        private final Path path;
        private final InputStream in;
        private final boolean gzipped;
        private long offset;
        /** Whether the gzip data ended before their own end, which has a checksum of the content. */
        private boolean cutShort;

        /** The most bytes that the file can give: its own, or what deflate makes of them at best. */
        private final long most;

        private Source(Path path, InputStream in, boolean gzipped) throws IOException {
            this.path = path;
            this.in = in;
            this.gzipped = gzipped;
            this.most = Files.size(path) * (gzipped ? DEFLATE : 1);
        }

        static Source open(Path path) throws IOException {
            InputStream file = new BufferedInputStream(InputFile.open(path), BUFFER);
            try {
                file.mark(2);
                boolean gzipped = Magic.GZIP.begins(file.readNBytes(2));
                file.reset();
                return new Source(path, gzipped ? new GZIPInputStream(file, BUFFER) : file, gzipped);
            } catch (EOFException e) {
                file.close();
                throw new BadDataException(
                        path + ": is cut short: it ends within the gzip header, at byte " + Files.size(path), e);
            } catch (IOException e) {
                file.close();
                throw e;
            }
        }

        byte[] take(int length, String what) throws IOException {
            // As much as the file can give, whatever a damaged header promises.
            byte[] taken = new byte[(int) Math.min(length, most)];
            int from = 0;
            while (from < length) {
                // Where the file cannot give all, its end is found all the same.
                int n = from < taken.length ? read(taken, from, taken.length - from) : -1;
                if (n < 0) {
                    throw new BadDataException(path + ": is cut short: " + what + " should end at byte "
                            + (offset + length) + ", but the file ends at byte " + (offset + from) + counted()
                            + "; " + (length - from) + " bytes are missing");
                }
                from += n;
            }
            offset += length;
            return taken;
        }

        void expectEnd() throws IOException {
            // One byte is enough to know: a small gzip file may hold gigabytes behind its data.
            boolean more = read(new byte[1], 0, 1) > 0;
            if (cutShort) {
                throw new BadDataException(path + ": is cut short: its gzip data end at byte " + Files.size(path)
                        + ", within the checksum that should follow the content");
            }
            if (more) {
                throw new BadDataException(path + ": is too long: by its IDX header it should end at byte " + offset
                        + ", but it goes on" + (gzipped ? counted() : " to byte " + Files.size(path)));
            }
        }

        /** −1 at the end, also at the end of a gzip file that was cut short. */
        private int read(byte[] bytes, int from, int length) throws IOException {
            try {
                return in.read(bytes, from, length);
            } catch (EOFException e) {
                cutShort = true;
                return -1;
            } catch (ZipException e) {
                throw new BadDataException(
                        path + ": the gzip data are damaged at or after byte " + offset + counted() + ": "
                                + e.getMessage(),
                        e);
            }
        }

        private String counted() {
            return gzipped ? " (counted after decompression)" : "";
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
