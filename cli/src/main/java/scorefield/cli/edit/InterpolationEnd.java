package scorefield.cli.edit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.UserException;
import scorefield.cli.data.HeldOut;
import scorefield.cli.data.TrainingData;
import scorefield.cli.run.Sampling;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.training.Checkpoint;

/**
 * One end of an interpolation, as a person names it: {@code cat.png}, {@code t10k-images-idx3-ubyte.gz#7} or {@code digits#7} for an image of
 * a data set, {@code 0.5,-1} for a point, {@code #7} for the noise of a seed.
 *
 * @param text as it was typed
 * @param sample the image or point, or null where the noise is given
 * @param seed of the noise, where it is
 */
record InterpolationEnd(String text, float @Nullable [] sample, long seed) {

    /**
     * Reads one end.
     *
     * @param option for what is said of it
     */
    static InterpolationEnd of(String option, String text, Checkpoint checkpoint) {
        if (text.startsWith("#")) {
            return new InterpolationEnd(text, null, number(option, text, text.substring(1)));
        }
        Shape shape = checkpoint.data().sample();
        float[] sample =
                SampleKind.isPoint(shape) ? point(option, text, shape) : image(option, text, checkpoint, shape);
        return new InterpolationEnd(text, sample, 0);
    }

    boolean isNoise() {
        return sample == null;
    }

    /** The image or point. */
    float[] given() {
        return Objects.requireNonNull(sample);
    }

    private static long number(String option, String text, String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new UserException(
                    option + " " + text + ": after # there must be a whole number, not '" + digits + "'");
        }
    }

    private static float[] point(String option, String text, Shape shape) {
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
            throw notAPoint(option, text, shape);
        }
        throw notAPoint(option, text, shape);
    }

    private static UserException notAPoint(String option, String text, Shape shape) {
        return new UserException(option + " " + text + ": this run's samples are points of " + shape.size()
                + " numbers: give them separated by commas, or # and a seed");
    }

    private static float[] image(String option, String text, Checkpoint checkpoint, Shape shape) {
        Configuration run = checkpoint.configuration();
        int hash = text.lastIndexOf('#');
        Images images = hash < 0
                ? Images.readPicture(Path.of(text), run.data().readOptions())
                : ofDataSet(option, text, text.substring(0, hash), number(option, text, text.substring(hash + 1)), run);
        boolean fits =
                images.height() == shape.dim(0) && images.width() == shape.dim(1) && images.channels() <= shape.dim(2);
        if (!fits) {
            throw new UserException(option + " " + text + ": is an image " + images.sample()
                    + ", but this run's network is for images " + shape + " (rows × columns × channels); convert it");
        }
        return Sampling.numbers(images, shape.dim(2));
    }

    private static Images ofDataSet(String option, String text, String source, long index, Configuration run) {
        if (index < 0 || index > Integer.MAX_VALUE) {
            throw new UserException(option + " " + text + ": images are numbered from 0, not " + index);
        }
        int number = (int) index;
        if (source.equals(DataSettings.DIGITS)) {
            return HeldOut.digit(run, number);
        }
        DataSettings like = run.data();
        Object data = TrainingData.load(
                new DataSettings(source, OptionalInt.empty(), like.size(), like.crop()),
                HeldOut.seed(run.training().seed(), 0));
        if (!(data instanceof Images images)) {
            throw new UserException(option + " " + text + ": " + source + " are points, but this run is on images");
        }
        if (number >= images.count()) {
            throw new UserException(
                    option + " " + text + ": " + images + ", numbered from 0 to " + (images.count() - 1));
        }
        return images.slice(number, number + 1);
    }
}
