package scorefield.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.cli.console.UserException;
import scorefield.ncsn.data.ResizeFilter;
import scorefield.ncsn.evaluation.FeatureExtractor;

/** The options that measure samples by the features of a network of others. */
final class ExtractorOptions {

    /** The values of {@code --extractor-resize}. */
    private enum Resize {
        bilinear(ResizeFilter.BILINEAR),
        bicubic(ResizeFilter.BICUBIC);

        private final ResizeFilter filter;

        Resize(ResizeFilter filter) {
            this.filter = filter;
        }
    }

    @Option(
            names = "--extractor",
            paramLabel = "FILE.onnx",
            description =
                    "Measure by the features that this network sees (Inception-v3, CLIP, DINOv2, …), run by ONNX"
                            + " Runtime: Fréchet and kernel distance, precision, recall, density, coverage. Its input must be"
                            + " images, its first output the features. --reference may be statistics: a .npz with mu and sigma.")
    private @Nullable Path file;

    @Option(
            names = "--extractor-size",
            paramLabel = "HxW",
            description = "For --extractor: the size of its images, where the network states none.")
    private @Nullable String size;

    @Option(
            names = "--extractor-resize",
            paramLabel = "KERNEL",
            defaultValue = "bicubic",
            description = "For --extractor: how images are resized, antialiased: ${COMPLETION-CANDIDATES} (default"
                    + " ${DEFAULT-VALUE}).")
    private Resize resize = Resize.bicubic;

    @Option(
            names = "--extractor-mean",
            split = ",",
            paramLabel = "M",
            defaultValue = "0",
            description =
                    "For --extractor: what is subtracted from images in [0, 1]; one number, or one for each channel.")
    private List<Double> mean = List.of();

    @Option(
            names = "--extractor-std",
            split = ",",
            paramLabel = "S",
            defaultValue = "1",
            description =
                    "For --extractor: what the difference is divided by. 0.5 with --extractor-mean 0.5 gives [-1, 1].")
    private List<Double> deviation = List.of();

    @Option(
            names = "--statistics",
            paramLabel = "FILE.npz",
            description =
                    "For --extractor: also write the mean and the covariance of the samples' features, mu and sigma.")
    private @Nullable Path statistics;

    /** Whether a network was named. */
    boolean isGiven() {
        if (file == null && statistics != null) {
            throw new UserException("--statistics needs the features of --extractor FILE.onnx; give it as well");
        }
        return file != null;
    }

    /** Where the samples' statistics go; null for nowhere. */
    @Nullable
    Path statistics() {
        return statistics;
    }

    /** Opens the network. */
    FeatureExtractor open() throws IOException {
        int[] extents = size == null ? new int[] {0, 0} : extents(size);
        return FeatureExtractor.open(
                Path.of(String.valueOf(file)),
                new FeatureExtractor.Preprocessing(extents[0], extents[1], resize.filter, mean, deviation));
    }

    private static int[] extents(String size) {
        if (!size.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
            throw new UserException("--extractor-size must be HxW, such as 299x299; got " + size);
        }
        int x = size.indexOf('x');
        return new int[] {Integer.parseInt(size.substring(0, x)), Integer.parseInt(size.substring(x + 1))};
    }
}
