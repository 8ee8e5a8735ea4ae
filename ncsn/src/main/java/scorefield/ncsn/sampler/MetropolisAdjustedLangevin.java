package scorefield.ncsn.sampler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.distribution.KnownDensity;

/**
 * Metropolis-adjusted Langevin, MALA (Roberts &amp; Tweedie 1996, "Exponential convergence of Langevin distributions and their discrete
 * approximations"): a Langevin step is a proposal, which a chain takes or not, so that its stationary distribution is exactly the one
 * whose density is given, whatever the step size. That of {@link LangevinDynamics} is off by the order of α.
 *
 * <pre>
 * x' = x + (α/2)·s(x) + √α·z                taken with probability min(1, p(x')·q(x|x') / (p(x)·q(x'|x))),  q(·|x) = N(x + (α/2)·s(x), αI)
 * </pre>
 *
 * <p>With w = z + (√α/2)·(s(x) + s(x')), the way back in units of √α, the logarithm of that ratio is log p(x') − log p(x) − ½(w−z)ᵀ(w+z).
 * In this form it contains no difference of large squares. A proposal whose density is not a number is not taken, so no chain ever
 * leaves the finite numbers.
 *
 * <p>Each chain decides for itself, on the device. Score and density where a chain is are kept from step to step, so a step evaluates them
 * once.
 */
public final class MetropolisAdjustedLangevin extends BatchSampler {

    private final Device device;
    private final Chains chains;
    private final Tensor taken = Tensor.variable("steps taken", Shape.SCALAR);
    private final Executable begin;
    private final Executable step;
    private final double sigma;
    private final double stepSize;
    private final int steps;

    /**
     * A sampler on a device.
     *
     * @param density whose distribution, perturbed with N(0, σ²I), is sampled
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param sigma σ; 0 for the distribution itself, where the density allows that
     * @param stepSize α
     * @param steps how many, from uniform points of (0, 1)^D
     */
    public MetropolisAdjustedLangevin(
            Device device, KnownDensity density, Shape batch, double sigma, double stepSize, int steps) {
        super(batch);
        if (!(stepSize > 0) || steps < 1) {
            throw new IllegalArgumentException(
                    "steps must be at least 1 and the step size positive; got " + steps + " and " + stepSize);
        }
        this.device = device;
        this.sigma = sigma;
        this.stepSize = stepSize;
        this.steps = steps;
        this.chains = new Chains(device, batch);
        Tensor s = Tensor.variable("score", batch);
        Tensor logDensity = Tensor.variable("log density", Shape.of(batch.dim(0)));
        Tensor levels = Tensor.fill(logDensity.shape(), sigma);

        Map<Tensor, Tensor> atStart = new LinkedHashMap<>();
        atStart.put(s, density.score(chains.x, levels));
        atStart.put(logDensity, density.logDensity(chains.x, levels));
        atStart.put(taken, Tensor.scalar(0));
        this.begin = device.compile(new Program(List.of(), atStart));

        double root = Math.sqrt(stepSize);
        Tensor z = chains.noise();
        Tensor proposed = chains.x.plus(s.times(stepSize / 2)).plus(z.times(root));
        Tensor newScore = density.score(proposed, levels);
        Tensor newLogDensity = density.logDensity(proposed, levels);
        Tensor difference = s.plus(newScore).times(root / 2); // w − z
        Tensor back = difference.times(z.times(2).plus(difference)).sum(samplesAxes(batch));
        Tensor logRatio = newLogDensity.minus(logDensity).minus(back.times(0.5));
        Tensor accepted = chains.chance().log().lessThan(logRatio); // 0 where the ratio is not a number
        Tensor moved = accepted.reshape(batch.perSample());
        Map<Tensor, Tensor> after = new LinkedHashMap<>();
        after.put(chains.x, Tensor.select(moved, proposed, chains.x));
        after.put(s, Tensor.select(moved, newScore, s));
        after.put(logDensity, Tensor.select(accepted, newLogDensity, logDensity));
        after.put(taken, taken.plus(accepted.mean()));
        this.step = device.compile(new Program(List.of(), after));
    }

    private static int[] samplesAxes(Shape batch) {
        return IntStream.range(1, batch.rank()).toArray();
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        chains.seed(seed, number);
        chains.startUniform(0);
        begin.run(Map.of());
        for (int t = 0; t < steps; t++) {
            step.run(Map.of(chains.state, chains.nextState()));
            stages.done(t, sigma, (t + 1.0) / steps, chains::read);
        }
        return chains.read();
    }

    /** The share of proposals that the last batch's chains took. */
    public double acceptance() {
        return device.read(taken).item() / steps;
    }

    /** One a step, and one for the start. */
    @Override
    public int evaluations() {
        return steps + 1;
    }

    @Override
    public void close() {
        chains.close();
        begin.close();
        step.close();
    }
}
