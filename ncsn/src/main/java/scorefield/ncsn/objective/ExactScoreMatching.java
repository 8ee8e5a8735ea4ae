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
 * <p>By integration by parts, it equals the {@link FisherDivergence} minus ½·E‖∇log p(x)‖², a constant that does not
 * depend on s. So the true score is the minimiser, although the loss does not contain it. The trace needs D
 * vector-Jacobian products, each about as expensive as a backward pass.
 *
 * @param chunk how many of the D products are computed at once; empty for as many as fit into
 *     {@link Jacobian#DEFAULT_BUDGET}
 */
public record ExactScoreMatching(OptionalInt chunk) implements Objective {

    /** Computes as many products at once as fit into the default memory budget. */
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
