package scorefield.ncsn.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.text.Spelling;

/**
 * Opens a data set by its source, which is one string:
 *
 * <table>
 * <caption>Sources</caption>
 * <tr><td>{@value #DIGITS}</td><td>images of digits, which {@link Digits} draws</td></tr>
 * <tr><td>{@code moons}, {@code rings}, …</td><td>points of the plane, drawn from the {@link PlanarSets} of that name</td></tr>
 * <tr><td>{@code points:PICTURE}</td><td>points of the plane, drawn from a picture's brightness</td></tr>
 * <tr><td>a path</td><td>IDX or CIFAR files, arrays, a folder or a zip of pictures: whatever {@link Images#read} recognises; arrays N×D are
 * points</td></tr>
 * </table>
 */
public final class DataSets {

    /** The source of the built-in images. */
    public static final String DIGITS = "digits";

    /** How many digits are drawn by default: enough for hours of training, and drawn in seconds. */
    private static final int DIGITS_COUNT = 20_000;

    /** How many points are drawn by default. */
    private static final int POINTS_COUNT = 20_000;

    /** Stands before a picture's path where points are drawn from its brightness. */
    private static final String BRIGHTNESS = "points:";

    private DataSets() {}

    /**
     * Opens a data set as it is; built-in data are drawn with seed 0.
     *
     * @throws BadDataException if the source cannot be read
     */
    public static DataSet open(String source) {
        return open(source, OptionalInt.empty(), ReadOptions.AS_IS, 0);
    }

    /**
     * Opens a data set.
     *
     * @param count how many samples: the first so many of a file, or as many as are drawn; empty for all of a file, or 20,000 drawn ones
     * @param options the size that images are brought to
     * @param seed decides what is drawn
     * @throws BadDataException if the source cannot be read, or holds fewer samples
     */
    public static DataSet open(String source, OptionalInt count, ReadOptions options, long seed) {
        if (isPlanar(source)) {
            return plane(source, count.orElse(POINTS_COUNT), seed);
        }
        if (source.equals(DIGITS)) {
            ImageSize size = options.size();
            Digits digits = size == null ? new Digits(seed) : new Digits(seed, size.height(), size.width());
            return digits.generate(count.orElse(DIGITS_COUNT));
        }
        Path path = Path.of(source);
        requireNoSlip(path);
        DataSet all = read(path, options);
        if (count.isEmpty()) {
            return all;
        }
        if (count.getAsInt() > all.count()) {
            throw new BadDataException("data.count is " + count.getAsInt() + ", but there are only " + all.count() + " "
                    + SampleKind.plural(all.sample()) + " in " + path + "; set data.count to at most " + all.count());
        }
        DataSet first = all.select(IntStream.range(0, count.getAsInt()).toArray());
        return first instanceof Images images ? images.withPresentClasses() : first;
    }

    /**
     * Refuses the name of a built-in set where the current folder holds data of the same name: a person who typed it may mean either.
     *
     * @param source as it was typed
     * @throws BadDataException saying how to name the file or folder
     */
    public static void requireUnambiguous(String source) {
        boolean named = PlanarSets.names().contains(source) || source.equals(DIGITS);
        Path path = Path.of(source);
        if (named && Files.exists(path) && !Files.exists(path.resolve("checkpoint.safetensors"))) {
            throw new BadDataException("'" + source + "' is the name of a built-in set, and of "
                    + (Files.isDirectory(path) ? "a folder" : "a file") + " here; write ./" + source + " for the "
                    + (Files.isDirectory(path) ? "folder" : "file")
                    + ", or start the program in another folder for the built-in set");
        }
    }

    /**
     * Reads a file or folder: images as {@link Images#read} does, or points from an array N×D.
     *
     * @throws BadDataException if it cannot be read
     */
    public static DataSet read(Path path, ReadOptions options) {
        return DataReader.readAny(path, options);
    }

    /** Whether a source's samples are drawn, as many as are asked for, rather than read. */
    public static boolean isDrawn(String source) {
        return isPlanar(source) || source.equals(DIGITS);
    }

    /** Whether a source's samples are points of the plane. */
    private static boolean isPlanar(String source) {
        return PlanarSets.names().contains(source) || source.startsWith(BRIGHTNESS);
    }

    /**
     * Draws points of the plane.
     *
     * @param source the name of a two-dimensional set, or {@code points:} and a picture's path
     * @throws BadDataException if there is no such set or picture
     */
    public static Points plane(String source, int count, long seed) {
        return source.startsWith(BRIGHTNESS)
                ? PlanarSets.fromPicture(Path.of(source.substring(BRIGHTNESS.length())), count, seed)
                : PlanarSets.of(source, count, seed);
    }

    /**
     * Refuses a path that does not exist and is nearly the name of a built-in set.
     *
     * @throws BadDataException naming the set that was meant
     */
    public static void requireNoSlip(Path path) {
        List<String> builtIn = new ArrayList<>(PlanarSets.names());
        builtIn.add(DIGITS);
        if (!Files.exists(path)) {
            Spelling.nearest(path.toString(), builtIn).ifPresent(meant -> {
                throw new BadDataException(
                        path + ": there is no such file or folder; did you mean the built-in '" + meant + "'?");
            });
        }
    }

    /** The file or folder that a source is read from; empty where the samples are drawn without one, and for null. */
    public static Optional<Path> file(@Nullable String source) {
        if (source == null || (isDrawn(source) && !source.startsWith(BRIGHTNESS))) {
            return Optional.empty();
        }
        return Optional.of(Path.of(source.startsWith(BRIGHTNESS) ? source.substring(BRIGHTNESS.length()) : source));
    }

    /** The same source for a program that runs in another folder: paths become absolute. */
    public static String absolute(String source) {
        if (source.startsWith(BRIGHTNESS)) {
            return BRIGHTNESS + absolutePath(source.substring(BRIGHTNESS.length()));
        }
        return isDrawn(source) ? source : absolutePath(source);
    }

    private static String absolutePath(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    /**
     * Samples as a data set.
     *
     * @param values N×D: points; or N×H×W×C: images, whose numbers in [0, 1] become bytes as those of a picture do
     */
    public static DataSet of(String name, Values values) {
        Shape shape = values.shape();
        return shape.rank() == 2
                ? Points.of(name, shape.dim(1), values.floats())
                : Images.of(name, shape.dim(1), shape.dim(2), shape.dim(3), values.floats());
    }
}
