package scorefield.ncsn.edit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.ReadOptions;
import scorefield.ncsn.text.Spelling;

/** Which pixels of an image are to be filled in, row by row. */
public final class Mask {

    /** The shade of unknown pixels. */
    private static final float GREY = 0.5f;

    /** Whether a pixel belongs to a part, by its position in [0, 1)². */
    @FunctionalInterface
    private interface Part {
        boolean has(double row, double column);
    }

    private static final Map<String, Part> PARTS = new TreeMap<>(Map.of(
            "left", (row, column) -> column < 0.5,
            "right", (row, column) -> column >= 0.5,
            "top", (row, column) -> row < 0.5,
            "bottom", (row, column) -> row >= 0.5,
            "centre", (row, column) -> Math.abs(row - 0.5) < 0.25 && Math.abs(column - 0.5) < 0.25));

    private final boolean[] hidden;

    private Mask(boolean[] hidden) {
        this.hidden = hidden;
    }

    /**
     * Reads a mask.
     *
     * @param source the name of a part ({@code left}, {@code right}, {@code top}, {@code bottom}, {@code centre}), or the path of a picture that is
     *     white where the image is to be filled in
     * @param options how the image is read
     * @param sample the image's shape, H×W×C
     * @throws BadDataException if the mask cannot be read, has another size, or leaves nothing to fill in
     */
    public static Mask read(String source, ReadOptions options, Shape sample) {
        Part part = PARTS.get(source);
        Mask mask = part == null ? fromPicture(source, options, sample) : of(part, sample);
        if (mask.count() == 0) {
            throw new BadDataException(source
                    + ": is black all over, so there is nothing to fill in; paint the part to be filled in white");
        }
        return mask;
    }

    private static Mask of(Part part, Shape sample) {
        boolean[] hidden = new boolean[sample.dim(0) * sample.dim(1)];
        for (int pixel = 0; pixel < hidden.length; pixel++) {
            // The pixel's middle.
            hidden[pixel] = part.has(
                    (pixel / sample.dim(1) + 0.5) / sample.dim(0), (pixel % sample.dim(1) + 0.5) / sample.dim(1));
        }
        return new Mask(hidden);
    }

    private static Mask fromPicture(String source, ReadOptions options, Shape sample) {
        Path path = Path.of(source);
        if (!path.toFile().exists()) {
            throw new BadDataException(source + ": there is no such file, nor such a part; "
                    + Spelling.suggestion(source, List.copyOf(PARTS.keySet())));
        }
        Images picture = Images.readPicture(path, options);
        RunPictures.requireSize(source, picture, sample);
        boolean[] hidden = new boolean[picture.height() * picture.width()];
        for (int pixel = 0; pixel < hidden.length; pixel++) {
            int sum = 0;
            for (int c = 0; c < picture.channels(); c++) {
                sum += picture.pixel(0, pixel / picture.width(), pixel % picture.width(), c);
            }
            hidden[pixel] = 2 * sum > 255 * picture.channels();
        }
        return new Mask(hidden);
    }

    /** How many pixels are to be filled in. */
    public int count() {
        int count = 0;
        for (boolean pixel : hidden) {
            count += pixel ? 1 : 0;
        }
        return count;
    }

    /** How many pixels there are. */
    public int pixels() {
        return hidden.length;
    }

    /** For each pixel, whether it is known. */
    public boolean[] known() {
        boolean[] known = new boolean[hidden.length];
        for (int pixel = 0; pixel < known.length; pixel++) {
            known[pixel] = !hidden[pixel];
        }
        return known;
    }

    /** An image H×W×C, grey where it is to be filled in. */
    public Values greyedOut(Values image) {
        float[] shown = image.floats().clone();
        int channels = image.shape().dim(2);
        for (int i = 0; i < shown.length; i++) {
            shown[i] = hidden[i / channels] ? GREY : shown[i];
        }
        return Values.of(image.shape(), shown);
    }
}
