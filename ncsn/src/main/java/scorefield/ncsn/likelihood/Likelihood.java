package scorefield.ncsn.likelihood;

import java.util.List;
import java.util.function.DoubleConsumer;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.flow.ProbabilityFlow;
import scorefield.ncsn.flow.Time;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.ode.AdaptiveSteps;
import scorefield.ncsn.ode.Integration;
import scorefield.ncsn.ode.IntegrationException;
import scorefield.ncsn.ode.Tolerance;

/**
 * log p(x) of the density that the probability flow makes of its prior: what {@linkplain scorefield.ncsn.sampler.FlowSampler samples of the flow} are drawn from.
 * From x at the smallest noise level the flow is followed to the largest,
 *
 * <pre>log p_σmin(x) = log N(x(σ_max); c, σ_max²·I) + ∫ div f dt        from σ_min to σ_max</pre>
 *
 * <p>It is the density of the data <em>perturbed with N(0, σ_min²I)</em>, at x: finite everywhere, also for data that have no density. A
 * batch is compiled once; see {@link LikelihoodFlow} for the right-hand side and {@link Prior} for what stands at the other end.
 */
public final class Likelihood implements AutoCloseable {

    /**
     * The result for a batch.
     *
     * @param logDensities log p in nats, N
     * @param integration what it took
     */
    public record Result(double[] logDensities, Integration integration) {}

    private static final Time TIME = Time.LOG_SIGMA;

    private final Device device;
    private final Shape batch;
    private final LikelihoodPlan plan;
    private final Divergence.Signs signs;
    private final AdaptiveSteps solver;

    /**
     * For a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are looked at together, and the shape of one
     */
    public Likelihood(Device device, ScoreFunction score, Shape batch, LikelihoodPlan plan) {
        Tensor projection = Tensor.variable("projection", batch);
        this.device = device;
        this.batch = batch;
        this.plan = plan;
        this.signs = new Divergence.Signs(device, projection);
        this.solver = new AdaptiveSteps(
                device,
                new LikelihoodFlow(new ProbabilityFlow(score, TIME), plan.divergence(), projection),
                List.of(batch, Shape.of(batch.dim(0))),
                plan.tolerance());
    }

    /**
     * log p of a batch.
     *
     * @param x of the batch's shape
     * @param seed with the two numbers below, decides the projection of {@link Divergence#HUTCHINSON}
     * @param number the batch's
     * @param projection the projection's
     * @throws IntegrationException if the flow cannot be followed
     */
    public Result logDensity(Values x, long seed, int number, int projection) {
        return logDensity(x, seed, number, projection, share -> {});
    }

    /**
     * The same.
     *
     * @param progress takes the share of the way that is done, up to 1
     */
    Result logDensity(Values x, long seed, int number, int projection, DoubleConsumer progress) {
        return logDensity(x, seed, number, projection, plan.tolerance(), progress);
    }

    /** The same as the plan would have it with a tighter tolerance, which tells the solver's error. */
    Result checked(Values x, long seed, int number, int projection, DoubleConsumer progress) {
        return logDensity(x, seed, number, projection, plan.tighter(), progress);
    }

    private Result logDensity(
            Values x, long seed, int number, int projection, Tolerance tolerance, DoubleConsumer progress) {
        if (plan.divergence() == Divergence.HUTCHINSON) {
            signs.draw(seed, number, projection);
        }
        Tensor end = solver.state().get(0);
        Tensor change = solver.state().get(1);
        device.write(end, x);
        device.write(change, Values.fill(change.shape(), 0));
        solver.tolerate(tolerance);
        double from = TIME.at(plan.levels().smallest());
        double to = TIME.at(plan.levels().largest());
        Integration integration = solver.integrate(from, to, t -> progress.accept((t - from) / (to - from)));
        int dimension = batch.size() / batch.dim(0);
        double[] logs = plan.prior().logDensity(device.read(end).floats(), dimension);
        double[] changes = device.read(change).doubles();
        for (int n = 0; n < logs.length; n++) {
            logs[n] += dimension * changes[n];
        }
        return new Result(logs, integration);
    }

    /** How many samples are looked at together, and the shape of one. */
    Shape batch() {
        return batch;
    }

    LikelihoodPlan plan() {
        return plan;
    }

    @Override
    public void close() {
        solver.close();
        signs.close();
    }
}
