package scorefield.ncsn.likelihood;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.flow.ProbabilityFlow;
import scorefield.ncsn.ode.VectorField;

/**
 * The probability flow, and beside each sample what its density changes by: the instantaneous change of variables (Chen et al. 2018, arXiv
 * 1806.07366, theorem 1; Song et al. 2021, arXiv 2011.13456, eq. 39),
 *
 * <pre>d log p(x(t))/dt = −div f(x, t)        div f = −σ·(dσ/dt)·tr ∇s(x, σ)</pre>
 *
 * <p>The second part of the state is ∫ div f dt / D, in nats per dimension: like x, it is then a number between about 1 and 10, and one
 * tolerance serves both.
 *
 * @param flow of x
 * @param divergence how the trace is found
 * @param projection v for {@link Divergence#HUTCHINSON}, of x's shape
 */
record LikelihoodFlow(ProbabilityFlow flow, Divergence divergence, Tensor projection) implements VectorField {

    /** @param state x, N×…, and ∫ div f dt / D, N */
    @Override
    public List<Tensor> slope(List<Tensor> state, Tensor t) {
        Tensor x = state.get(0);
        int n = x.shape().dim(0);
        Tensor sigma = flow.time().sigma(t);
        Tensor each = sigma.broadcastTo(Shape.of(n));
        Tensor s = flow.score().score(x, each);
        Tensor trace = divergence.trace(flow.score(), x, each, s, projection);
        Tensor speed = flow.speed(sigma);
        double dimension = x.shape().size() / (double) n;
        return List.of(s.times(speed), trace.times(speed).over(dimension));
    }
}
