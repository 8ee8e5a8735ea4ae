package scorefield.ncsn.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.Quantisation;
import scorefield.ncsn.file.Sha256;

/**
 * A data set: N images of H×W pixels with C channels (1 grey, 3 red-green-blue), unsigned 8-bit numbers in the order
 * {@code N×H×W×C}, with a class for each image where one is known. As which numbers a
 * network sees them, {@link Quantisation} says.
 *
 * <p>Immutable. The bytes lie in one Java array, so that a device can take them in one copy; that limits a data set to
 * 2³¹ − 9 bytes (2.7 million MNIST digits, 700 thousand CIFAR-10 pictures), and a larger one is refused.
 */
public final class Images implements DataSet {

    /** The largest Java array that every virtual machine can make. */
    static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private final String name;
    private final int count;
    private final int height;
    private final int width;
    private final int channels;
    private final byte[] bytes;
    private final int @Nullable [] labels;
    private final List<String> classes;
    private @Nullable String sha256;

    /** Takes the arrays as they are: only for callers in this package that give them away. */
    Images(
            String name,
            int height,
            int width,
            int channels,
            byte[] bytes,
            int @Nullable [] labels,
            List<String> classes) {
        this.name = Objects.requireNonNull(name, "name");
        if (height < 1 || width < 1) {
            throw new BadDataException(name + ": images of " + height + "×" + width
                    + " pixels are empty; height and width must be at least 1");
        }
        if (channels != 1 && channels != 3) {
            throw new BadDataException(
                    name + ": images must have 1 channel (grey) or 3 (colour); these have " + channels);
        }
        long perImage = (long) height * width * channels;
        if (bytes.length == 0 || bytes.length % perImage != 0) {
            throw new BadDataException(name + ": " + bytes.length + " bytes are not one or more images of " + height
                    + "×" + width + "×" + channels + " = " + perImage + " bytes");
        }
        this.count = (int) (bytes.length / perImage);
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.bytes = bytes;
        this.labels = labels;
        this.classes = List.copyOf(classes);
        if (labels != null) {
            checkLabels(labels);
        }
    }

    /** Refuses, before memory is asked for, what cannot lie in one array. */
    static void requireRoom(String name, long count, int height, int width, int channels) {
        long size = Math.multiplyExact(count, (long) height * width * channels);
        if (size > MOST_BYTES) {
            throw new BadDataException(
                    name + ": " + count + " images of " + height + "×" + width + "×" + channels + " are "
                            + size + " bytes; at most " + MOST_BYTES
                            + " can be held: use fewer images, or smaller ones with data.size=HxW");
        }
    }

    private void checkLabels(int[] labels) {
        if (labels.length != count) {
            throw new BadDataException(name + ": " + labels.length + " labels for " + count + " images");
        }
        for (int i = 0; i < count; i++) {
            if (labels[i] < 0 || labels[i] >= classes.size()) {
                throw new BadDataException(name + ": image " + i + " has label " + labels[i] + ", but there are "
                        + classes.size() + " classes");
            }
        }
    }

    /**
     * Reads a data set, recognised by its content: an IDX file (MNIST's format, gzipped or not), CIFAR-10 binary files
     * (one, or a folder of {@code data_batch_*.bin}) or CIFAR-100's (one, or a folder with {@code train.bin}), an array
     * ({@code .npy}, {@code .npz}, {@code .safetensors}: N×H×W×C or N×H×W, bytes or numbers in [0, 1], and labels N), a zip
     * or a folder (with its subfolders) of PNG and JPEG pictures.
     *
     * <p>Pictures come in the order of their paths. If they lie in two or more folders, the name of a picture's folder
     * is its class. If every pixel of every picture is grey the data set has one channel, else three. A transparent
     * picture is laid over white. Pictures are taken as they are stored; a camera's note on how it was held (EXIF
     * orientation) is not looked at.
     *
     * @throws BadDataException if there is no such data set; the message says why and what to do
     */
    public static Images read(Path path, ReadOptions options) {
        return DataReader.read(path, options);
    }

    /** Reads a data set with every image as it is. */
    public static Images read(Path path) {
        return read(path, ReadOptions.AS_IS);
    }

    /** Whether a path is a PNG or JPEG file, by its content. */
    public static boolean isPicture(Path path) {
        return DataReader.isPicture(path);
    }

    /**
     * Reads one PNG or JPEG file, as a data set of one image.
     *
     * @throws BadDataException if there is no such picture; the message says why and what to do
     */
    public static Images readPicture(Path path, ReadOptions options) {
        return PictureReader.readFile(path, options);
    }

    /** A data set without labels from bytes in the order {@code N×H×W×C}, which are copied. */
    public static Images of(String name, int height, int width, int channels, byte[] bytes) {
        return new Images(name, height, width, channels, bytes.clone(), null, List.of());
    }

    /** Images from numbers in [0, 1] in the order {@code N×H×W×C}, {@linkplain Quantisation#bytes as a saved picture is}; what lies outside is clamped. */
    public static Images of(String name, int height, int width, int channels, float[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new BadDataException(
                        name + ": number " + i + " is " + numbers[i] + "; the numbers of images must be finite");
            }
        }
        return new Images(name, height, width, channels, Quantisation.bytes(numbers), null, List.of());
    }

    /** The same images with a class for each: {@code labels[n]} is an index into {@code classes}. */
    public Images withLabels(int[] labels, List<String> classes) {
        return new Images(name, height, width, channels, bytes, labels.clone(), classes);
    }

    /** The file's name, or {@code digits}. */
    @Override
    public String name() {
        return name;
    }

    /** N, at least 1. */
    @Override
    public int count() {
        return count;
    }

    /** H, rows. */
    public int height() {
        return height;
    }

    /** W, columns. */
    public int width() {
        return width;
    }

    /** C: 1 is grey, 3 is red, green, blue. */
    public int channels() {
        return channels;
    }

    /** H×W×C. */
    @Override
    public Shape sample() {
        return Shape.of(height, width, channels);
    }

    /** D = H·W·C, which is also the number of bytes of one image. */
    @Override
    public int dimension() {
        return height * width * channels;
    }

    @Override
    public DType dtype() {
        return DType.BYTE;
    }

    @Override
    public Values values() {
        return Values.of(sample().times(count), bytes());
    }

    /** All images, {@code N×H×W×C}: a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Image n, {@code H×W×C}: a copy. */
    public byte[] image(int n) {
        Objects.checkIndex(n, count);
        return Arrays.copyOfRange(bytes, n * dimension(), (n + 1) * dimension());
    }

    /**
     * An image as a network sees it: the middles of its bytes' cells, H×W×channels.
     *
     * @param channels of the network's images; a grey image gets three equal channels where they are 3
     */
    public Values numbers(int n, int channels) {
        float[] numbers = Quantisation.middles(image(n));
        if (this.channels != channels) {
            float[] repeated = new float[numbers.length * channels];
            for (int i = 0; i < repeated.length; i++) {
                repeated[i] = numbers[i / channels];
            }
            numbers = repeated;
        }
        return Values.of(Shape.of(height, width, channels), numbers);
    }

    /**
     * Image n at another size, antialiased, {@code height×width×C}: numbers b/255, as other programs see bytes; a bicubic kernel goes a little
     * beyond [0, 1].
     */
    public float[] resized(int n, int height, int width, ResizeFilter filter) {
        byte[] image = image(n);
        float[] numbers = new float[height * width * channels];
        boolean same = height == this.height && width == this.width;
        float[] resized =
                same ? null : Resampler.resized(image, this.height, this.width, channels, height, width, filter);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (resized == null ? image[i] & 0xff : resized[i]) / 255f;
        }
        return numbers;
    }

    /** One number, 0 to 255. */
    public int pixel(int n, int row, int column, int channel) {
        Objects.checkIndex(n, count);
        Objects.checkIndex(row, height);
        Objects.checkIndex(column, width);
        Objects.checkIndex(channel, channels);
        return bytes[((n * height + row) * width + column) * channels + channel] & 0xff;
    }

    /** Images {@code from} (inclusive) to {@code to} (exclusive), with their labels. */
    public Images slice(int from, int to) {
        Objects.checkFromToIndex(from, to, count);
        return new Images(
                name,
                height,
                width,
                channels,
                Arrays.copyOfRange(bytes, from * dimension(), to * dimension()),
                labels == null ? null : Arrays.copyOfRange(labels, from, to),
                classes);
    }

    /** The images with these numbers, in this order, with their labels; a number may come twice. */
    @Override
    public Images select(int... numbers) {
        requireRoom(name, numbers.length, height, width, channels);
        byte[] selected = new byte[numbers.length * dimension()];
        for (int i = 0; i < numbers.length; i++) {
            Objects.checkIndex(numbers[i], count);
            System.arraycopy(bytes, numbers[i] * dimension(), selected, i * dimension(), dimension());
        }
        int[] own = labels;
        return new Images(
                name,
                height,
                width,
                channels,
                selected,
                own == null ? null : Arrays.stream(numbers).map(n -> own[n]).toArray(),
                classes);
    }

    /** Whether each image's class is known. */
    public boolean hasLabels() {
        return labels != null;
    }

    /** Image n's class, an index into {@link #classes()}. */
    public int label(int n) {
        if (labels == null) {
            throw new IllegalStateException(name + " has no labels");
        }
        return labels[n];
    }

    /** Each image's class, N indices into {@link #classes()}: a copy. */
    @Override
    public int[] labels() {
        if (labels == null) {
            throw new IllegalStateException(name + " has no labels");
        }
        return labels.clone();
    }

    /** The names of the classes; empty without labels. */
    @Override
    public List<String> classes() {
        return classes;
    }

    /** The SHA-256 of {@link #bytes()} in hexadecimal: tells whether a run goes on with the data it began with. */
    @Override
    public synchronized String sha256() {
        if (sha256 == null) {
            sha256 = Sha256.of(bytes);
        }
        return sha256;
    }

    /** The bytes themselves, not to be written to. */
    byte[] raw() {
        return bytes;
    }

    /** The labels themselves, not to be written to. */
    int @Nullable [] rawLabels() {
        return labels;
    }

    /** One line, such as {@code digits: 10000 images of 28×28, grey, 10 classes}. */
    @Override
    public String toString() {
        return name + ": " + count + (count == 1 ? " image of " : " images of ") + height + "×" + width
                + (channels == 1 ? ", grey" : ", colour")
                + (classes.isEmpty() ? "" : ", " + classes.size() + " classes");
    }
}
