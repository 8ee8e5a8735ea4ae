package scorefield.ncsn.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * The noise conditional score network: a U-Net of residual blocks, each conditioned on the noise level.
 *
 * <p>What the first layer gets, and how the last one's output becomes a score, is the {@link Parametrisation}. By default it is
 * {@link #NCSNV2}.
 *
 * <p>The table lists the layers by their names in checkpoints and listings. A running number i counts blocks in the order in which they are
 * computed.
 *
 * <table>
 * <caption>Layers</caption>
 * <tr><td>{@code embed.0}, {@code embed.1}</td><td>the two linear maps of the {@link NoiseEmbedding}</td></tr>
 * <tr><td>{@code labels}</td><td>in a class-conditional network: the class embedding, added to that of the noise level
 * ({@link ClassEmbedding})</td></tr>
 * <tr><td>{@code augment}</td><td>in a network that is told of augmentation, only in training: the embedding of what was done, added to that
 * of the noise level ({@link AugmentationEmbedding})</td></tr>
 * <tr><td>{@code conv_in}</td><td>3×3, the image's channels → c</td></tr>
 * <tr><td>{@code down.i}</td><td>per level: {@code blocks} residual blocks of c·multiplier channels</td></tr>
 * <tr><td>{@code pool.i}</td><td>2×2 average pooling, after each level but the last</td></tr>
 * <tr><td>{@code mid.0}, {@code mid.1}</td><td>two residual blocks</td></tr>
 * <tr><td>{@code up.i}</td><td>per level, coarsest first: {@code blocks}+1 residual blocks, each on the concatenation with the latest
 * skip not yet used; {@code conv_in}, every {@code down.i} and every {@code pool.i} is one skip</td></tr>
 * <tr><td>{@code upsample.i}</td><td>nearest ×2, then 3×3, after each level but the finest</td></tr>
 * <tr><td>{@code norm_out}, {@code conv_out}</td><td>group norm, SiLU, 3×3, c → the image's channels</td></tr>
 * <tr><td>{@code score}</td><td>the parametrisation's score</td></tr>
 * </table>
 *
 * <p>The layers of a residual block are {@code norm1 conv1 emb norm2 conv2}, and {@code skip} if the number of channels changes. At the
 * resolutions of {@link UNetSettings#attention}, {@link SelfAttention} follows every block but {@code mid.1}; its layers are {@code attn.norm
 * attn.q attn.k attn.v attn.proj_out}.
 *
 * <p>{@code conv_out} is initialised to zero. So with NCSNv2's parametrisation the initial score is zero and the initial loss D/2, and with
 * EDM's it is the score of a Gaussian; no noise level starts with a large error.
 */
public final class UNet implements ScoreNetwork {

    /** Input 2x−1, s = F (Song &amp; Ermon 2019, arXiv 1907.05600). */
    public static final Parametrisation NCSN = Parametrisation.ncsn(UNet::input);

    /** Input 2x−1, s = F/σ (Song &amp; Ermon 2020, arXiv 2006.09011, technique 3). */
    public static final Parametrisation NCSNV2 = Parametrisation.ncsnv2(UNet::input);

    private final Parameters parameters = new Parameters();
    private final Shape sample;
    private final Parametrisation parametrisation;

    private final NoiseEmbedding embed;
    private final @Nullable ClassEmbedding labels;
    private final @Nullable AugmentationEmbedding augment;
    private final Convolution convIn;
    /** Level by level, finest first. */
    private final List<List<ResidualBlock>> down = new ArrayList<>();

    private final List<ResidualBlock> mid = new ArrayList<>();
    /** Level by level, coarsest first. */
    private final List<List<ResidualBlock>> up = new ArrayList<>();
    /** After each level of {@link #up} but the last. */
    private final List<Convolution> upsample = new ArrayList<>();

    private final NormSilu normOut;
    private final Convolution convOut;

    /**
     * An unconditional network for images of one size.
     *
     * @throws IllegalArgumentException if the images cannot be halved as often as the network has levels, saying which sizes can
     * @throws scorefield.ncsn.setting.BadConfigurationException if self-attention is wanted at a resolution that no level has
     */
    public UNet(UNetSettings settings, int height, int width, int imageChannels) {
        this(settings, height, width, imageChannels, 0, NCSNV2);
    }

    /**
     * A network for images of one size, class-conditional or not.
     *
     * @param classes the number of classes; 0 for an unconditional network
     * @param parametrisation how the layers compute a score
     * @throws IllegalArgumentException if the images cannot be halved as often as the network has levels, saying which sizes can
     * @throws scorefield.ncsn.setting.BadConfigurationException if self-attention is wanted at a resolution that no level has
     */
    public UNet(
            UNetSettings settings,
            int height,
            int width,
            int imageChannels,
            int classes,
            Parametrisation parametrisation) {
        this(settings, height, width, imageChannels, classes, 0, parametrisation);
    }

    /**
     * A network for images of one size, which training may tell what was done to each.
     *
     * @param classes the number of classes; 0 for an unconditional network
     * @param augmentationLabels how many numbers say what was done to an image ({@link Weights#toldOfAugmentation}); 0 for a network that is not told
     * @param parametrisation how the layers compute a score
     * @throws IllegalArgumentException if the images cannot be halved as often as the network has levels, saying which sizes can
     * @throws scorefield.ncsn.setting.BadConfigurationException if self-attention is wanted at a resolution that no level has
     */
    public UNet(
            UNetSettings settings,
            int height,
            int width,
            int imageChannels,
            int classes,
            int augmentationLabels,
            Parametrisation parametrisation) {
        int divisor = settings.divisor();
        if (height % divisor != 0 || width % divisor != 0) {
            throw new IllegalArgumentException("a U-Net of "
                    + settings.multipliers().size()
                    + " levels needs a height and a width that are multiples of " + divisor + "; got " + height + "×"
                    + width
                    + ". The nearest smaller images that fit are " + Math.max(divisor, height / divisor * divisor) + "×"
                    + Math.max(divisor, width / divisor * divisor) + ", or use fewer multipliers");
        }
        this.sample = Shape.of(height, width, imageChannels);
        this.parametrisation = parametrisation;
        List<Integer> resolutions = settings.resolutions(height, width);

        int c = settings.channels();
        int embedding = NoiseEmbedding.size(c);
        embed = new NoiseEmbedding(parameters, "embed", c);
        labels = classes == 0 ? null : new ClassEmbedding(parameters, "labels", classes, embedding);
        augment = augmentationLabels == 0 ? null : new AugmentationEmbedding(parameters, augmentationLabels, embedding);
        convIn = Convolution.of(parameters, "conv_in", imageChannels, c, 3);

        Deque<Integer> skips = new ArrayDeque<>(); // the channels of each
        skips.push(c);
        int channels = c;
        int number = 0;
        int levels = settings.multipliers().size();
        for (int level = 0; level < levels; level++) {
            List<ResidualBlock> blocks = new ArrayList<>();
            int wide = c * settings.multipliers().get(level);
            OptionalInt headChannels = headChannels(settings, resolutions.get(level));
            for (int i = 0; i < settings.blocks(); i++) {
                blocks.add(new ResidualBlock(parameters, "down." + number++, channels, wide, embedding, headChannels));
                channels = wide;
                skips.push(channels);
            }
            down.add(blocks);
            if (level < levels - 1) {
                skips.push(channels); // the pooling's
            }
        }
        mid.add(new ResidualBlock(
                parameters,
                "mid.0",
                channels,
                channels,
                embedding,
                headChannels(settings, resolutions.get(levels - 1))));
        mid.add(new ResidualBlock(parameters, "mid.1", channels, channels, embedding, OptionalInt.empty()));
        number = 0;
        for (int level = levels - 1; level >= 0; level--) {
            List<ResidualBlock> blocks = new ArrayList<>();
            int wide = c * settings.multipliers().get(level);
            OptionalInt headChannels = headChannels(settings, resolutions.get(level));
            for (int i = 0; i < settings.blocks() + 1; i++) {
                blocks.add(new ResidualBlock(
                        parameters, "up." + number++, channels + skips.pop(), wide, embedding, headChannels));
                channels = wide;
            }
            up.add(blocks);
            if (level > 0) {
                upsample.add(Convolution.of(parameters, "upsample." + upsample.size(), channels, channels, 3));
            }
        }
        normOut = new NormSilu(parameters, "norm_out", channels);
        convOut = Convolution.zero(parameters, "conv_out", channels, imageChannels);
    }

    /** The channels of each head of a level's self-attention; empty where it has none. */
    private static OptionalInt headChannels(UNetSettings settings, int resolution) {
        return settings.attention().contains(resolution)
                ? OptionalInt.of(settings.channelsPerHead())
                : OptionalInt.empty();
    }

    /** 2x−1, whatever the noise level. */
    private static Tensor input(Tensor x, Tensor sigma) {
        return x.times(2).minus(1);
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Shape sample() {
        return sample;
    }

    @Override
    public int classes() {
        return labels == null ? 0 : labels.classes();
    }

    @Override
    public Tensor score(Weights weights, Tensor x, Tensor sigma) {
        requireBatch(x, sigma);
        if (labels == null) {
            return layers(weights, x, sigma, embedding(weights, sigma).silu());
        }
        int[] nullClass = new int[x.shape().dim(0)];
        Arrays.fill(nullClass, classes());
        return score(weights, x, sigma, Tensor.constant(Values.of(sigma.shape(), nullClass)));
    }

    @Override
    public Tensor score(Weights weights, Tensor x, Tensor sigma, Tensor classLabels) {
        requireBatch(x, sigma);
        if (labels == null) {
            return ScoreNetwork.super.score(weights, x, sigma, classLabels);
        }
        if (!classLabels.shape().equals(sigma.shape())) {
            throw new IllegalArgumentException(
                    "the network needs one class label for each of " + sigma.shape() + " images; got " + classLabels);
        }
        Tensor embedding = embedding(weights, sigma).plus(labels.apply(weights, classLabels));
        return layers(weights, x, sigma, embedding.silu());
    }

    /** The embedding of the noise level and, in training, of what was done to the images. */
    private Tensor embedding(Weights weights, Tensor sigma) {
        Tensor noise = embed.vector(weights, sigma);
        if (weights.augmentation().isEmpty()) {
            return noise;
        }
        Tensor told = weights.augmentation().get();
        if (augment == null) {
            throw new IllegalArgumentException("the network takes no labels of augmentation; got " + told);
        }
        if (told.shape().dim(0) != sigma.shape().dim(0)) {
            throw new IllegalArgumentException("the network needs one row of labels of augmentation for each of "
                    + sigma.shape() + " images; got " + told);
        }
        return noise.plus(augment.apply(weights, told));
    }

    /** @param embedding SiLU(e), which conditions every block */
    private Tensor layers(Weights weights, Tensor x, Tensor sigma, Tensor embedding) {
        Tensor sigmas = sigma.reshape(-1, 1, 1, 1);
        Tensor h = convIn.apply(weights, parametrisation.input(x, sigmas));
        Deque<Tensor> skips = new ArrayDeque<>();
        skips.push(h);
        for (int level = 0; level < down.size(); level++) {
            for (ResidualBlock block : down.get(level)) {
                h = block.apply(weights, h, embedding);
                skips.push(h);
            }
            if (level < down.size() - 1) {
                h = h.averagePool(2).named("pool." + level);
                skips.push(h);
            }
        }
        for (ResidualBlock block : mid) {
            h = block.apply(weights, h, embedding);
        }
        for (int level = 0; level < up.size(); level++) {
            for (ResidualBlock block : up.get(level)) {
                h = block.apply(weights, Tensor.concatenate(3, List.of(h, skips.pop())), embedding);
            }
            if (level < upsample.size()) {
                h = upsample.get(level).apply(weights, h.upsampleNearest(2));
            }
        }
        h = convOut.apply(weights, normOut.apply(weights, h));
        return parametrisation.score(h, x, sigmas).named("score");
    }

    private void requireBatch(Tensor x, Tensor sigma) {
        Shape shape = x.shape();
        if (shape.rank() != 4
                || !Shape.of(shape.dim(1), shape.dim(2), shape.dim(3)).equals(sample)) {
            throw new IllegalArgumentException("the network needs images of shape " + sample + "; got " + x);
        }
        if (!sigma.shape().equals(Shape.of(shape.dim(0)))) {
            throw new IllegalArgumentException(
                    "the network needs one noise level for each of " + shape.dim(0) + " images; got " + sigma);
        }
    }
}
