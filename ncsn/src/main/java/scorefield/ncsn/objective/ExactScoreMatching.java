package scorefield.ncsn.objective;

import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;

/**
 * Exact (implicit) score matching (Hyvärinen 2005, theorem 1, equation 4):
 *
 * <pre>L = E[½‖s(x, σ)‖² + tr(∇ₓs(x, σ))]</pre>
 *
 * <p>By integration by parts it is the {@link FisherDivergence} less ½·E‖∇log p(x)‖², a number that does not depend on s: the true score
 * is found without being known. The trace costs D vector-Jacobian products, each about as dear as a backward pass.
 *
 * @param chunk how many of the D products are taken at once; empty for as many as fit {@link Jacobian#DEFAULT_BUDGET}
 */
public record ExactScoreMatching(OptionalInt chunk) implements Objective {

    /** As many products at once as fit the memory. */
    public ExactScoreMatching() {
        this(OptionalInt.empty());
    }

    @Override
    public Tensor perSample(ScoreFunction score, Tensor x, Tensor sigma, Draws draws) {
        int count = x.shape().dim(0);
        UnaryOperator<Tensor> s =
                batch -> score.score(batch, Jacobian.repeat(sigma, batch.shape().dim(0) / count));
        Tensor trace = chunk.isPresent() ? Jacobian.trace(s, x, chunk.getAsInt()) : Jacobian.trace(s, x);
        Tensor here = s.apply(x);
        return Samples.inner(here, here).times(0.5).plus(trace);
    }
}
