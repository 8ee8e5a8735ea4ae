package scorefield.ncsn.network;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * A small convolutional classifier: N×H×W×C images in [0, 1] to the logits of K classes, with a layer of F features
 * before them.
 *
 * <pre>
 * x ─ conv0 ─ norm0, SiLU ─ ½ ─ conv1 ─ norm1, SiLU ─ … ─ flatten ─ features ─ norm, SiLU ─ logits
 * </pre>
 *
 * <p>2×2 average pooling follows each convolution but the last, until at most 7×7 (of 28×28) or 8×8 pixels are left.
 * The number of channels doubles from level to level, up to four times that of the first. Images with sides that cannot
 * be halved so often are padded with zeros. The features of an image are normalised together, so that they have a fixed
 * scale and an outlier does not dominate a covariance.
 */
public final class ClassifierNetwork {

    /** The last level's sides are at most this. */
    private static final int LAST_SIDE = 8;

    private static final int MOST_WIDENING = 4;

    private final Shape sample;
    private final int classes;
    private final int channels;
    private final int features;
    private final Parameters parameters = new Parameters();
    private final List<Convolution> convolutions = new ArrayList<>();
    private final List<NormSilu> norms = new ArrayList<>();
    private final Linear toFeatures;
    private final NormSilu normOfFeatures;
    private final Linear toLogits;

    /** The outputs: the features, N×F, and the logits computed from them, N×K. */
    public record Outputs(Tensor features, Tensor logits) {}

    /**
     * A classifier.
     *
     * @param sample H×W×C
     * @param classes K
     * @param channels of the first level
     * @param features F
     */
    public ClassifierNetwork(Shape sample, int classes, int channels, int features) {
        if (sample.rank() != 3 || classes < 2) {
            throw new IllegalArgumentException(
                    "a classifier needs at least 2 classes and images H×W×C; got " + classes + " classes of " + sample);
        }
        this.sample = sample;
        this.classes = classes;
        this.channels = channels;
        this.features = features;
        int in = sample.dim(2);
        int levels = 1;
        for (int side = Math.max(sample.dim(0), sample.dim(1)); side > LAST_SIDE; side = (side + 1) / 2) {
            levels++;
        }
        for (int level = 0; level < levels; level++) {
            int out = channels * Math.min(MOST_WIDENING, 1 << level);
            convolutions.add(Convolution.of(parameters, "conv" + level, in, out, 3));
            norms.add(new NormSilu(parameters, "norm" + level, out));
            in = out;
        }
        int places = places(sample.dim(0), levels - 1) * places(sample.dim(1), levels - 1);
        toFeatures = new Linear(parameters, "features", places * in, features);
        normOfFeatures = new NormSilu(parameters, "features.norm", features, 1);
        toLogits = new Linear(parameters, "logits", features, classes);
    }

    /** The length of a padded side after some halvings. */
    private static int places(int side, int halvings) {
        return (side + (1 << halvings) - 1) >> halvings;
    }

    /** H×W×C. */
    public Shape sample() {
        return sample;
    }

    /** K. */
    public int classes() {
        return classes;
    }

    /** F. */
    public int features() {
        return features;
    }

    /** The trainable parameters, all in one flat vector: names, shapes, offsets. */
    public Parameters parameters() {
        return parameters;
    }

    /**
     * A text with everything that determines the architecture: networks with the same description have the same
     * parameter shapes.
     */
    public String description() {
        return "ClassifierNetwork " + sample + ", " + classes + " classes, " + channels + " channels, " + features
                + " features, " + parameters.size() + " parameters, " + convolutions.size() + " levels";
    }

    /**
     * Its graph.
     *
     * @param x N×H×W×C
     */
    public Outputs apply(Weights weights, Tensor x) {
        int halvings = convolutions.size() - 1;
        Tensor h = margin(margin(x, 1, 1 << halvings), 2, 1 << halvings);
        for (int level = 0; level <= halvings; level++) {
            h = norms.get(level).apply(weights, convolutions.get(level).apply(weights, h));
            h = level < halvings ? h.averagePool(2) : h;
        }
        int n = x.shape().dim(0);
        Tensor f = toFeatures.apply(weights, h.reshape(n, -1)).reshape(n, 1, 1, features);
        f = normOfFeatures.apply(weights, f).reshape(n, features);
        return new Outputs(f, toLogits.apply(weights, f));
    }

    private static Tensor margin(Tensor x, int axis, int divisor) {
        int missing = Math.floorMod(-x.shape().dim(axis), divisor);
        return missing == 0 ? x : x.pad(axis, missing / 2, missing - missing / 2);
    }
}
