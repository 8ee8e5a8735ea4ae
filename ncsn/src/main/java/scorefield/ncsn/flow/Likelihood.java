package scorefield.ncsn.flow;

import java.util.List;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * log p(x) of the density that the probability flow makes of its prior: what {@linkplain FlowSampler samples of the flow} are drawn from.
 * From x at the smallest noise level the flow is followed to the largest,
 *
 * <pre>log p_σmin(x) = log N(x(σ_max); c, σ_max²·I) + ∫ div f dt        from σ_min to σ_max</pre>
 *
 * <p>It is the density of the data <em>perturbed with N(0, σ_min²I)</em>, at x: finite everywhere, also for data that have no density. A
 * batch is compiled once; see {@link LikelihoodFlow} for the right-hand side and {@link Prior} for what stands at the other end.
 */
public final class Likelihood implements AutoCloseable {

    /**
     * What came of a batch.
     *
     * @param logDensities log p in nats, N
     * @param integration what it took
     */
    public record Result(double[] logDensities, Integration integration) {}

    private final Device device;
    private final Prior prior;
    private final Shape batch;
    private final double from;
    private final double to;
    private final Divergence divergence;
    private final Divergence.Signs signs;
    private final Solver solver;

    /**
     * For a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are looked at together, and the shape of one
     * @param levels of which the smallest and the largest count
     */
    public Likelihood(
            Device device,
            ScoreFunction score,
            Shape batch,
            NoiseLevels levels,
            Prior prior,
            Divergence divergence,
            Tolerance tolerance) {
        Time time = Time.LOG_SIGMA;
        Tensor projection = Tensor.variable("projection", batch);
        this.device = device;
        this.batch = batch;
        this.prior = prior;
        this.from = time.at(levels.smallest());
        this.to = time.at(levels.largest());
        this.divergence = divergence;
        this.signs = new Divergence.Signs(device, projection);
        this.solver = new AdaptiveSteps(
                device,
                new LikelihoodFlow(new ProbabilityFlow(score, time), divergence, projection),
                List.of(batch, Shape.of(batch.dim(0))),
                tolerance);
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
        if (divergence == Divergence.HUTCHINSON) {
            signs.draw(seed, number, projection);
        }
        Tensor end = solver.state().get(0);
        Tensor change = solver.state().get(1);
        device.write(end, x);
        device.write(change, Values.fill(change.shape(), 0));
        Integration integration = solver.integrate(from, to);
        int dimension = batch.size() / batch.dim(0);
        double[] logs = prior.logDensity(device.read(end).floats(), dimension);
        double[] changes = device.read(change).doubles();
        for (int n = 0; n < logs.length; n++) {
            logs[n] += dimension * changes[n];
        }
        return new Result(logs, integration);
    }

    @Override
    public void close() {
        solver.close();
        signs.close();
    }
}
