package scorefield.ncsn.edit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.run.Run;

/**
 * One end of an interpolation.
 *
 * @param text as it was given
 * @param sample the image H·W·C or the point D, or null where the end is given by its noise
 * @param seed of the noise, where it is
 */
public record InterpolationEnd(String text, float @Nullable [] sample, long seed) {

    /**
     * Reads an end as text gives it: {@code cat.png} for a picture, {@code t10k-images-idx3-ubyte.gz#7} or {@code digits#7} for an image of a data
     * set, {@code 0.5,-1} for a point, {@code #7} for the noise of a seed.
     *
     * @throws BadDataException if it cannot be read, or is no sample of the run's shape
     */
    public static InterpolationEnd of(Run run, String text) {
        if (text.startsWith("#")) {
            return new InterpolationEnd(text, null, number(text.substring(1)));
        }
        Shape shape = run.sample();
        float[] sample = SampleKind.isPoint(shape) ? point(text, shape) : image(run.configuration(), text, shape);
        return new InterpolationEnd(text, sample, 0);
    }

    /** The file that the end is read from; empty for noise and for a built-in image. */
    public Optional<Path> file() {
        if (isNoise()) {
            return Optional.empty();
        }
        int hash = text.lastIndexOf('#');
        return DataSets.file(hash < 0 ? text : text.substring(0, hash));
    }

    /** Whether the end is given by its noise. */
    public boolean isNoise() {
        return sample == null;
    }

    /**
     * The image or point.
     *
     * @throws NullPointerException if the end is given by its noise
     */
    public float[] given() {
        return Objects.requireNonNull(sample);
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new BadDataException("after # there must be a whole number; got '" + digits + "'", e);
        }
    }

    private static float[] point(String text, Shape shape) {
        try {
            double[] numbers = Arrays.stream(text.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            if (numbers.length == shape.size() && Arrays.stream(numbers).allMatch(Double::isFinite)) {
                float[] point = new float[numbers.length];
                for (int i = 0; i < point.length; i++) {
                    point[i] = (float) numbers[i];
                }
                return point;
            }
        } catch (NumberFormatException e) {
            throw notAPoint(shape, e);
        }
        throw notAPoint(shape, null);
    }

    private static BadDataException notAPoint(Shape shape, @Nullable Throwable cause) {
        return new BadDataException(
                "this run's samples are points of " + shape.size()
                        + " numbers; give them separated by commas, or # and a seed",
                cause);
    }

    private static float[] image(Configuration run, String text, Shape shape) {
        int hash = text.lastIndexOf('#');
        Images image = hash < 0
                ? RunPictures.picture(run, Path.of(text))
                : RunPictures.ofDataSet(run, text.substring(0, hash), index(number(text.substring(hash + 1))));
        boolean fits =
                image.height() == shape.dim(0) && image.width() == shape.dim(1) && image.channels() <= shape.dim(2);
        if (!fits) {
            throw new BadDataException("is an image " + image.sample() + ", but this run's network is for images "
                    + shape + " (rows × columns × channels); convert it");
        }
        return image.numbers(0, shape.dim(2)).floats();
    }

    private static int index(long number) {
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new BadDataException("images are numbered from 0; got " + number);
        }
        return (int) number;
    }
}
