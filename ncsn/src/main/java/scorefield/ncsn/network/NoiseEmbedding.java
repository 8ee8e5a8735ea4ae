package scorefield.ncsn.network;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * The embedding of the noise level, which conditions every block: N to N×4c.
 *
 * <p>sin and cos of log σ times c/2 frequencies from 1 to e⁴ (geometric), then linear c→4c, SiLU, linear 4c→4c, SiLU. It uses the logarithm
 * because noise levels are geometric, and many frequencies so that neighbouring levels differ clearly in some of them. (NCSN++ also uses
 * Fourier features of log σ, Song et al. 2021, arXiv 2011.13456, appendix H, but with random frequencies.)
 */
final class NoiseEmbedding {

    private static final double LARGEST_LOG_FREQUENCY = 4;

    private final Tensor frequencies;
    private final Linear first;
    private final Linear second;

    NoiseEmbedding(Parameters parameters, String name, int channels) {
        this.frequencies = Tensor.constant(frequencies(channels / 2));
        this.first = new Linear(parameters, name + ".0", channels, size(channels));
        this.second = new Linear(parameters, name + ".1", size(channels), size(channels));
    }

    /** The length of the vector for a network of c channels. */
    static int size(int channels) {
        return 4 * channels;
    }

    /** exp(linspace(0, 4, count)), of shape 1×count. */
    private static Values frequencies(int count) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = Math.exp(LARGEST_LOG_FREQUENCY * i / (count - 1));
        }
        return Values.of(Shape.of(1, count), numbers);
    }

    /** SiLU(e), N×4c, the input of the blocks. */
    Tensor apply(Weights weights, Tensor sigma) {
        return vector(weights, sigma).silu();
    }

    /** e, N×4c, to which other conditions may be added. */
    Tensor vector(Weights weights, Tensor sigma) {
        Tensor angles = sigma.log().reshape(-1, 1).times(frequencies);
        Tensor features = Tensor.concatenate(1, List.of(angles.sin(), angles.cos()));
        Tensor hidden = first.apply(weights, features).silu();
        return second.apply(weights, hidden);
    }
}
