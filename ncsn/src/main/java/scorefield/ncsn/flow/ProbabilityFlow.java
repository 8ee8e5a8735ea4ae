package scorefield.ncsn.flow;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.ode.VectorField;

/**
 * The probability flow (Song et al. 2021, arXiv 2011.13456, eq. 13; variance exploding, g²·dt = dσ²):
 *
 * <pre>dx/dσ = −σ·s(x, σ)</pre>
 *
 * <p>If x is a sample of the data perturbed with N(0, σ²I) at one σ, it is one at every other: the flow transports p_σ as Langevin
 * dynamics with noise does, but without any randomness. Where s is a true score this holds exactly; a curve can be followed in both
 * directions, from data to noise and back.
 *
 * @param score s
 * @param time t, over which it is integrated
 */
public record ProbabilityFlow(ScoreFunction score, Time time) implements VectorField {

    /** @param state one part, x, N×… */
    @Override
    public List<Tensor> slope(List<Tensor> state, Tensor t) {
        Tensor x = state.get(0);
        Tensor sigma = time.sigma(t);
        Tensor s = score.score(x, sigma.broadcastTo(Shape.of(x.shape().dim(0))));
        return List.of(s.times(speed(sigma)));
    }

    /** −σ·dσ/dt, by which the score is multiplied. */
    public Tensor speed(Tensor sigma) {
        return sigma.times(time.rate(sigma)).negate();
    }
}
