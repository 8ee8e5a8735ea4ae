package scorefield.ncsn.data;

import java.nio.file.Path;
import java.util.ArrayList;
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

    /** A range of numbers below this is less than a quarter of all. */
    private static final int NARROW = 64;

    private final String name;
    private final int count;
    private final int height;
    private final int width;
    private final int channels;
    private final byte[] bytes;
    private final int @Nullable [] labels;
    private final List<String> classes;
    private final List<String> files;
    private final List<String> notes;
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
        this(name, height, width, channels, bytes, labels, classes, List.of(), List.of());
    }

    private Images(
            String name,
            int height,
            int width,
            int channels,
            byte[] bytes,
            int @Nullable [] labels,
            List<String> classes,
            List<String> files,
            List<String> notes) {
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
        this.files = List.copyOf(files);
        this.notes = List.copyOf(notes);
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
     * or a folder (with its subfolders) of pictures: PNG, JPEG, WebP, TIFF, GIF and BMP.
     *
     * <p>Pictures come in the order of their paths. If they lie in two or more folders, the name of a picture's folder
     * is its class ({@code a/1} and {@code b/1} are two). If every pixel of every picture is grey the data set has one channel, else three. A
     * transparent picture is laid over white. A picture is turned as its camera noted (EXIF orientation). Of a picture with more than 67
     * million pixels only every second or third is decoded, if it is resampled to a smaller size, and else it is refused.
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

    /** Whether a path is a picture that can be read, by its content. */
    public static boolean isPicture(Path path) {
        return DataReader.isPicture(path);
    }

    /**
     * Reads one picture, as a data set of one image.
     *
     * @throws BadDataException if there is no such picture; the message says why and what to do
     */
    public static Images readPicture(Path path, ReadOptions options) {
        return PictureReader.readFile(path, options);
    }

    /**
     * Reads one picture from the bytes of its file.
     *
     * @param name what messages call it
     * @throws BadDataException if they are no picture; the message says why and what to do
     */
    public static Images readPicture(String name, byte[] file, ReadOptions options) {
        Picture picture = PictureDecoder.decode(name, file, options);
        return of(name, picture.height(), picture.width(), picture.channels(), picture.pixels());
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
        return new Images(name, height, width, channels, bytes, labels.clone(), classes, files, notes);
    }

    /** The same images with a file for each. */
    Images withFiles(List<String> files) {
        return new Images(name, height, width, channels, bytes, labels, classes, files, notes);
    }

    /** The same images with more to be said of them. */
    Images withNotes(List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new Images(name, height, width, channels, bytes, labels, classes, files, all);
    }

    /** The same images in colour: of a grey image, three equal channels. */
    public Images inColour() {
        if (channels == 3) {
            return this;
        }
        requireRoom(name, count, height, width, 3);
        byte[] colour = new byte[3 * bytes.length];
        new Picture(count * height, width, 1, bytes).write(3, colour, 0);
        return new Images(name, height, width, 3, colour, labels, classes, files, notes);
    }

    /** Images as they can be compared with others: in colour where the others are, because pictures may only happen to be grey. */
    public static DataSet inColourLike(DataSet other, DataSet data) {
        return data instanceof Images images && other instanceof Images others && others.channels == 3
                ? images.inColour()
                : data;
    }

    /**
     * The same images, with those classes only that an image has. Of one class there are no labels, as of pictures in one folder. What is
     * left out, the notes say.
     */
    Images withPresentClasses() {
        if (labels == null) {
            return this;
        }
        int[] present = Arrays.stream(labels).distinct().sorted().toArray();
        if (present.length == classes.size()) {
            return this;
        }
        List<String> left = Arrays.stream(present).mapToObj(classes::get).toList();
        List<String> said = List.of("the first " + count + " images have " + left.size() + " of the " + classes.size()
                + " classes: " + String.join(", ", left));
        return left.size() < 2
                ? new Images(name, height, width, channels, bytes, null, List.of(), files, notes).withNotes(said)
                : withLabels(
                                Arrays.stream(labels)
                                        .map(label -> Arrays.binarySearch(present, label))
                                        .toArray(),
                                left)
                        .withNotes(said);
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
                classes,
                files.isEmpty() ? files : files.subList(from, to),
                notes);
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
                classes,
                files.isEmpty()
                        ? files
                        : Arrays.stream(numbers).mapToObj(files::get).toList(),
                notes);
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

    /** Each image's file, its path within the folder or zip; empty where images do not have a file each. */
    public List<String> files() {
        return files;
    }

    /** What there is to be said of them beside what their bytes say. */
    List<String> readingNotes() {
        return notes;
    }

    @Override
    public List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        int least = 255;
        int greatest = 0;
        for (int i = 0; i < bytes.length && greatest - least < NARROW; i++) {
            least = Math.min(least, bytes[i] & 0xff);
            greatest = Math.max(greatest, bytes[i] & 0xff);
        }
        if (least < greatest && greatest - least < NARROW) {
            all.add("the numbers are from " + least + " to " + greatest
                    + ", less than a quarter of 0 to 255, so that the"
                    + " images are nearly of one shade; if they were not meant to be (12 bits in 16-bit files, 0 and 1 for"
                    + " black and white), scale them to the whole range");
        }
        return all;
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
