package scorefield.ncsn.network;

import java.util.function.BinaryOperator;
import scorefield.autodiff.Tensor;

/**
 * How a network's layers F compute a score: what their input is, and what their output stands for.
 *
 * <pre>s(x, σ) = score(F(input(x, σ), σ), x, σ)</pre>
 *
 * <p>The layers learn best if their input and what they have to compute have about the same scale at all noise levels. Whatever the
 * parametrisation, the result is a score, which every objective and every sampler takes.
 */
public interface Parametrisation {

    /** The parametrisations that can be chosen. */
    enum Kind {
        /** s = F. Song &amp; Ermon 2019, arXiv 1907.05600. */
        NCSN,
        /** s = F/σ. Song &amp; Ermon 2020, arXiv 2006.09011, technique 3. */
        NCSNV2,
        /** The network is a part of a denoiser: {@link Preconditioning}. Karras et al. 2022, arXiv 2206.00364. */
        EDM
    }

    /**
     * s = F.
     *
     * @param input what the first layer gets, of x and σ
     */
    static Parametrisation ncsn(BinaryOperator<Tensor> input) {
        return of(input, (output, sigma) -> output);
    }

    /**
     * s = F/σ: the score of data perturbed with N(0, σ²I) is of the order of 1/σ, so the layers have to compute outputs of the same scale at all
     * noise levels.
     *
     * @param input what the first layer gets, of x and σ
     */
    static Parametrisation ncsnv2(BinaryOperator<Tensor> input) {
        return of(input, Tensor::over);
    }

    private static Parametrisation of(BinaryOperator<Tensor> input, BinaryOperator<Tensor> score) {
        return new Parametrisation() {
            @Override
            public Tensor input(Tensor x, Tensor sigma) {
                return input.apply(x, sigma);
            }

            @Override
            public Tensor score(Tensor output, Tensor x, Tensor sigma) {
                return score.apply(output, sigma);
            }
        };
    }

    /**
     * What the first layer gets.
     *
     * @param x N×sample, perturbed data
     * @param sigma the noise levels, of a shape that broadcasts over x, such as N×1×1×1
     * @return of x's shape
     */
    Tensor input(Tensor x, Tensor sigma);

    /**
     * The score.
     *
     * @param output F, what the last layer computes, of x's shape
     * @param x N×sample, perturbed data
     * @param sigma the noise levels, of a shape that broadcasts over x
     * @return of x's shape
     */
    Tensor score(Tensor output, Tensor x, Tensor sigma);
}
