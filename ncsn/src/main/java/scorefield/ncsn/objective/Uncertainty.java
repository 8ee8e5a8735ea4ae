package scorefield.ncsn.objective;

import java.util.List;
import java.util.Optional;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.Initial;
import scorefield.ncsn.network.Layout;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parameters;
import scorefield.ncsn.network.Weights;

/**
 * Learned uncertainty, a weight of each noise level that training finds itself (Karras et al. 2024, "EDM2", arXiv 2312.02696;
 * the idea is of Kendall et al. 2018, arXiv 1705.07115). Where L is the weighted denoising loss of a sample of D numbers, and ℓ = 2L/D its
 * weighted squared error per number, training minimises
 *
 * <pre>(D/2)·(ℓ/e^u(σ) + u(σ)) = L/e^u(σ) + (D/2)·u(σ)</pre>
 *
 * <p>It is the negative logarithm, up to a constant, of a normal density of the errors with variance e^u. Where the score is fixed, the best
 * u(σ) is ln E[ℓ | σ]: then every noise level has the same loss per number, however hard it is, and none has a larger say in the network's
 * gradient because its errors are larger. Where u is fixed, it is a weight: the true score is the minimiser, whatever u is.
 *
 * <p>u is linear in {@value #FEATURES} Fourier features of ln σ, with period 16: cos(kπ/8·ln σ) for k = 0 … 7 and sin(kπ/8·ln σ) for k = 1 … 8.
 * It has no frequencies above those, because the loss of neighbouring noise levels is about the same. (EDM2 has 128 features of random
 * frequencies.) Its weights begin as zero, so u = 0.
 *
 * <p>The weights lie behind the network's own in one vector, so that optimiser, averages and checkpoints treat them as they treat any others.
 * The score does not depend on them.
 */
public final class Uncertainty {

    private static final String NAME = "uncertainty.weight";
    private static final int FEATURES = 16;

    /** The features' squares have a sum of about 1, so that u's gradient is not larger for there being many of them. */
    private static final double SCALE = Math.sqrt(2.0 / FEATURES);

    private final Parameter weight;

    private Uncertainty(Parameter weight) {
        this.weight = weight;
    }

    /** Adds u's weights to a network's parameters. */
    public static void addTo(Parameters parameters) {
        parameters.add(NAME, Shape.of(FEATURES, 1), Layout.LINEAR, Initial.ZERO);
    }

    /** The uncertainty whose weights are among some parameters; empty where they were not {@linkplain #addTo added}. */
    public static Optional<Uncertainty> in(Parameters parameters) {
        return parameters.list().stream()
                .filter(parameter -> parameter.name().equals(NAME))
                .map(Uncertainty::new)
                .findAny();
    }

    /**
     * What training minimises.
     *
     * @param weights of the parameters that the uncertainty is among
     * @param sigma each sample's noise level, N
     * @param losses L ≥ 0 of each sample, N
     * @param dimension D, how many numbers a sample has
     * @return L/e^u(σ) + (D/2)·u(σ), N
     */
    public Tensor weigh(Weights weights, Tensor sigma, Tensor losses, int dimension) {
        Tensor u = of(weights, sigma);
        return losses.times(u.negate().exp()).plus(u.times(dimension / 2.0));
    }

    /** u at noise levels of shape N. */
    Tensor of(Weights weights, Tensor sigma) {
        Tensor log = sigma.log().reshape(-1, 1);
        Tensor features = Tensor.concatenate(
                1,
                List.of(
                        log.times(frequencies(0)).cos(),
                        log.times(frequencies(1)).sin()));
        return features.times(SCALE).matmul(weights.get(weight)).reshape(-1);
    }

    /** kπ/8 for half as many k as there are features, from the first on. */
    private static Tensor frequencies(int first) {
        int count = FEATURES / 2;
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (first + i) * Math.PI / count;
        }
        return Tensor.constant(Values.of(Shape.of(1, count), numbers));
    }
}
