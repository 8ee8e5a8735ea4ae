package scorefield.ncsn.likelihood;

import java.util.List;
import java.util.Map;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;

/** How the trace of a score's Jacobian is found. */
public enum Divergence {
    /** All D vector-Jacobian products: for small D. */
    EXACT {
        @Override
        Tensor trace(ScoreFunction score, Tensor x, Tensor sigma, Tensor s, Tensor projection) {
            return Jacobian.trace(batch -> score.score(batch, repeated(sigma, batch, x)), x);
        }
    },
    /**
     * One product vᵀ∇s·v (Hutchinson 1989; Grathwohl et al. 2019, arXiv 1810.01367), with a random sign for each number of v: of all
     * independent numbers with E[vvᵀ] = I those with the least variance, Σ_{i&lt;j} (aᵢⱼ + aⱼᵢ)² of the Jacobian's elements (which of a
     * network is not symmetric, as log p's second derivatives are): none at all where it is diagonal. v is drawn once and stays the same along the way, so that the right-hand side is a smooth function
     * and a solver of high order is worth its name; the integral still has the right mean, since the way does not depend on v.
     */
    HUTCHINSON {
        @Override
        Tensor trace(ScoreFunction score, Tensor x, Tensor sigma, Tensor s, Tensor projection) {
            Tensor product = Gradients.vjp(s, projection, List.of(x)).get(0);
            return product.times(projection).reshape(x.shape().dim(0), -1).sum(1);
        }
    };

    /** A stream that neither training nor sampling uses. */
    private static final int SIGNS = 1 << 18;

    /**
     * The trace for each sample.
     *
     * @param s the score at x
     * @param projection v, of x's shape
     * @return N
     */
    abstract Tensor trace(ScoreFunction score, Tensor x, Tensor sigma, Tensor s, Tensor projection);

    private static Tensor repeated(Tensor sigma, Tensor batch, Tensor x) {
        return Jacobian.repeat(sigma, batch.shape().dim(0) / x.shape().dim(0));
    }

    /** A program that draws random signs into a variable; run with {@link #state}. */
    static final class Signs implements AutoCloseable {

        private final Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
        private final Executable draw;

        Signs(Device device, Tensor projection) {
            Tensor heads =
                    Tensor.randomUniform(projection.shape(), state, SIGNS).lessThan(Tensor.scalar(0.5));
            draw = device.compile(
                    new Program(List.of(), Map.of(projection, heads.times(2).minus(1))));
        }

        /** Draws the signs with these two numbers and the seed, and no others. */
        void draw(long seed, int batch, int number) {
            draw.run(Map.of(state, Values.of(Shape.of(4), (int) seed, (int) (seed >>> 32), number, batch)));
        }

        @Override
        public void close() {
            draw.close();
        }
    }
}
