package scorefield.ncsn.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.ResizeFilter;

/**
 * A network of others that sees features in images, such as Inception-v3, CLIP or DINOv2.
 *
 * <p>What runs such networks is a part that a build may be without: a {@link Provider}, which {@link ServiceLoader} finds.
 */
public interface FeatureExtractor extends AutoCloseable {

    /**
     * What an image is made into before the network sees it: numbers b/255, resized, then (x − mean)/deviation.
     *
     * @param height of the network's input; 0 for the height that the network states
     * @param width of the network's input; 0 for the width that the network states
     * @param filter the kernel of the resizing, antialiased
     * @param mean for each channel, or one for all
     * @param deviation for each channel, or one for all; positive
     */
    record Preprocessing(int height, int width, ResizeFilter filter, List<Double> mean, List<Double> deviation) {

        /** Checks that there are one or three numbers, and that no deviation is 0. */
        public Preprocessing {
            mean = List.copyOf(mean);
            deviation = List.copyOf(deviation);
            if ((mean.size() != 1 && mean.size() != 3) || (deviation.size() != 1 && deviation.size() != 3)) {
                throw new BadDataException(
                        "the mean and the deviation must be one number, or one for each of 3 channels;" + " got " + mean
                                + " and " + deviation);
            }
            if (deviation.stream().anyMatch(number -> !(number > 0))) {
                throw new BadDataException("every deviation must be positive; got " + deviation);
            }
        }
    }

    /** Opens extractors of a kind of file. */
    interface Provider {

        /**
         * Opens a network.
         *
         * @throws BadDataException if the file holds no network that images can be fed to
         */
        FeatureExtractor open(Path file, Preprocessing preprocessing) throws IOException;
    }

    /**
     * Opens a network in ONNX's format.
     *
     * @throws BadDataException if the file holds no network that images can be fed to, or this build cannot run networks of others
     */
    static FeatureExtractor open(Path file, Preprocessing preprocessing) throws IOException {
        try {
            return ServiceLoader.load(Provider.class)
                    .findFirst()
                    .orElseThrow(() -> new BadDataException(WITHOUT))
                    .open(file, preprocessing);
        } catch (NoClassDefFoundError e) {
            throw new BadDataException(WITHOUT, e);
        }
    }

    /** Why it does not work, and what to do. */
    String WITHOUT =
            "this build has no ONNX Runtime, which runs feature extractors; bin/scorefield in the repository adds it"
                    + " when --extractor is first asked for, and bin/bundle --with-onnx makes a bundle with it";

    /**
     * The features of images.
     *
     * @return N rows of D numbers
     */
    double[][] features(Images images) throws IOException;

    /** In words: the file, its hash, the input's size, the resizing and the normalisation. */
    String description();

    @Override
    void close() throws IOException;
}
