package scorefield.ncsn.network;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * A score network for points of D numbers: a multilayer perceptron conditioned on the noise level.
 *
 * <pre>
 * h₀ = the {@link Parametrisation}'s input
 * hᵢ = SiLU(Wᵢ·hᵢ₋₁ + bᵢ + Vᵢ·e(σ))       i = 1 … hidden
 * F  = W·h + b
 * </pre>
 *
 * <p>By default the parametrisation is {@link #NCSNV2}. SiLU has derivatives of every order, so the network can be trained with objectives
 * that contain its Jacobian. The last layer is initialised to zero, so NCSNv2's initial score is zero.
 *
 * <p>Layers: {@code embed.0 embed.1} (the {@link NoiseEmbedding}), {@code hidden.i} and {@code emb.i} for each hidden layer, {@code out},
 * {@code score}.
 */
public final class Mlp implements ScoreNetwork {

    /** Input x/√(1+σ²), s = F. */
    public static final Parametrisation NCSN = Parametrisation.ncsn(Mlp::input);

    /** Input x/√(1+σ²), s = F/σ, as in {@link UNet#NCSNV2}. */
    public static final Parametrisation NCSNV2 = Parametrisation.ncsnv2(Mlp::input);

    /** c of the noise embedding, whose vector has 4c numbers. */
    private static final int EMBEDDING = 8;

    private final Parameters parameters = new Parameters();
    private final Shape sample;
    private final Parametrisation parametrisation;
    private final NoiseEmbedding embed;
    private final List<Linear> hidden = new ArrayList<>();
    private final List<Linear> emb = new ArrayList<>();
    private final Linear out;

    /**
     * A network for points, with NCSNv2's parametrisation.
     *
     * @param dimension D
     */
    public Mlp(MlpSettings settings, int dimension) {
        this(settings, dimension, NCSNV2);
    }

    /**
     * A network for points.
     *
     * @param dimension D
     * @param parametrisation how the layers compute a score
     */
    public Mlp(MlpSettings settings, int dimension, Parametrisation parametrisation) {
        this.sample = Shape.of(dimension);
        this.parametrisation = parametrisation;
        embed = new NoiseEmbedding(parameters, "embed", EMBEDDING);
        int in = dimension;
        for (int i = 0; i < settings.hidden(); i++) {
            hidden.add(new Linear(parameters, "hidden." + i, in, settings.width()));
            emb.add(new Linear(parameters, "emb." + i, NoiseEmbedding.size(EMBEDDING), settings.width()));
            in = settings.width();
        }
        out = Linear.zero(parameters, "out", in, dimension);
    }

    /** If the data have about unit standard deviation, data perturbed with noise σ have √(1+σ²); so the input has about one at all levels. */
    private static Tensor input(Tensor x, Tensor sigma) {
        return x.over(sigma.square().plus(1).sqrt());
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
    public Tensor score(Weights weights, Tensor x, Tensor sigma) {
        if (!x.shape().equals(sample.times(sigma.shape().size()))) {
            throw new IllegalArgumentException("the network needs N points of " + sample
                    + " numbers and N noise levels; got " + x + " and " + sigma);
        }
        Tensor embedding = embed.apply(weights, sigma);
        Tensor level = sigma.reshape(-1, 1);
        Tensor h = parametrisation.input(x, level);
        for (int i = 0; i < hidden.size(); i++) {
            h = hidden.get(i)
                    .apply(weights, h)
                    .plus(emb.get(i).apply(weights, embedding))
                    .silu();
        }
        return parametrisation.score(out.apply(weights, h), x, level).named("score");
    }
}
