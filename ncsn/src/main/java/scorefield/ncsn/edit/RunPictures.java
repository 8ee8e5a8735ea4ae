package scorefield.ncsn.edit;

import java.nio.file.Path;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.ReadOptions;
import scorefield.ncsn.sampler.KnownLuminance;
import scorefield.ncsn.training.HeldOutData;

/** Reads images as a run's data were read: brought to the same size, if {@code data.size} was set. */
public final class RunPictures {

    private RunPictures() {}

    /**
     * Reads one picture.
     *
     * @param path a picture
     * @throws BadDataException if it cannot be read
     */
    public static Images picture(Configuration run, Path path) {
        return Images.readPicture(path, run.data().readOptions());
    }

    /**
     * Makes an image of a run's shape from a picture of any size: it is resampled as the run's data were, or else cropped first; a colour picture
     * becomes grey where the run's images are (its luminance).
     *
     * @param sample H×W×C, the network's
     * @param name what messages call the picture
     * @param file the bytes of its file
     * @return the image as the network sees it, H×W×C in [0, 1]
     * @throws BadDataException if it cannot be read
     */
    public static Values fitted(Configuration run, Shape sample, String name, byte[] file) {
        ReadOptions own = run.data().readOptions();
        ReadOptions options = own.size() == null ? ReadOptions.cropAndResize(sample.dim(0), sample.dim(1)) : own;
        Images picture = Images.readPicture(name, file, options);
        int channels = sample.dim(2);
        return picture.channels() > channels
                ? KnownLuminance.of(picture.numbers(0, picture.channels()))
                : picture.numbers(0, channels);
    }

    /**
     * Reads one image of a data set; of a built-in set, one that the run has not seen.
     *
     * @param source of the data set, as {@link DataSets} takes it
     * @param index the image's number, from 0
     * @throws BadDataException if the data set cannot be read, holds points, or has no such image
     */
    public static Images ofDataSet(Configuration run, String source, int index) {
        if (index < 0) {
            throw new BadDataException("images are numbered from 0; got " + index);
        }
        DataSets.requireUnambiguous(source);
        if (source.equals(DataSets.DIGITS)) {
            return HeldOutData.digit(run, index);
        }
        Object data =
                run.data().from(source).open(HeldOutData.seed(run.training().seed(), 0));
        if (!(data instanceof Images images)) {
            throw new BadDataException(source + " are points, but this run is on images");
        }
        if (index >= images.count()) {
            throw new BadDataException(source + " has "
                    + (images.count() == 1 ? "one image, number 0" : "the images 0 to " + (images.count() - 1))
                    + "; got " + index);
        }
        return images.slice(index, index + 1);
    }

    /**
     * Refuses an image of another size than a network's images.
     *
     * @param what names the picture, for the message
     * @param sample H×W×C, the network's
     * @throws BadDataException naming both sizes
     */
    public static void requireSize(String what, Images picture, Shape sample) {
        if (picture.height() != sample.dim(0) || picture.width() != sample.dim(1)) {
            throw new BadDataException(what + ": is " + picture.height() + "×" + picture.width()
                    + " pixels, but the run's network makes images of " + sample.dim(0) + "×" + sample.dim(1)
                    + " (rows × columns); resize it");
        }
    }
}
