package scorefield.ncsn.flow;

import java.util.List;
import java.util.Map;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.ode.Integration;
import scorefield.ncsn.ode.Solver;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * The probability flow as a map between data and noise, one batch at a time on a device: each x at the smallest noise level belongs to one
 * x(σ_max), and the other way round. Where the score is exact, data perturbed with N(0, σ_min²I) become {@linkplain Prior nearly}
 * N(c, σ_max²I).
 *
 * <p>Clean data do not. Along an axis in which the data have the variance λ the flow stretches by √((λ + σ_max²)/(λ + σ_min²)), so clean
 * data arrive with λ/(λ + σ_min²) of the variance that noise has: all of it where λ is large, and next to nothing in the many directions
 * in which images hardly vary. So they are {@linkplain #startAtClean perturbed first}.
 */
public final class FlowMap implements AutoCloseable {

    // Streams that training and Langevin dynamics do not use.
    private static final int START = 1 << 17;
    private static final int PERTURBATION = START + 1;

    private final Device device;
    private final Solver solver;
    private final Time time;
    private final NoiseLevels levels;
    private final Tensor x;
    private final Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
    private final Executable noise;
    private final Executable perturb;

    /**
     * A map on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples go together, and the shape of one
     * @param levels of which the smallest and the largest count
     */
    public FlowMap(
            Device device, ScoreFunction score, Shape batch, NoiseLevels levels, Prior prior, FlowMethod method) {
        if (levels.count() == 1) {
            throw new IllegalArgumentException("the flow goes from one noise level to another, but there is only "
                    + levels.smallest() + "; train at several levels");
        }
        this.device = device;
        this.time = method.time();
        this.levels = levels;
        this.solver = method.solver(device, new ProbabilityFlow(score, time), List.of(batch));
        this.x = solver.state().get(0);
        Tensor z = Tensor.randomNormal(batch, state, START);
        this.noise = device.compile(
                new Program(List.of(), Map.of(x, z.times(prior.deviation()).plus(prior.centre()))));
        Tensor perturbation = Tensor.randomNormal(batch, state, PERTURBATION).times(levels.smallest());
        this.perturb = device.compile(new Program(List.of(), Map.of(x, x.plus(perturbation))));
    }

    /** Puts the batch at samples of the prior, which follow from a seed and the batch's number. */
    public void startAtNoise(long seed, int number) {
        noise.run(Map.of(state, key(seed, number)));
        solver.restart();
    }

    private static Values key(long seed, int number) {
        return Values.of(Shape.of(4), (int) seed, (int) (seed >>> 32), 0, number);
    }

    /** Puts the batch at given places at the level where the flow begins, of the batch's shape. */
    public void startAt(Values places) {
        device.write(x, places);
        solver.restart();
    }

    /** Puts the batch at clean data perturbed with N(0, σ_min²I), which follows from a seed. */
    public void startAtClean(Values data, long seed) {
        startAt(data);
        perturb.run(Map.of(state, key(seed, 0)));
    }

    /** Watches each step's noise level. */
    @FunctionalInterface
    public interface Observer {
        /** Called after each step with the noise level σ that the step ended at. */
        void stepDone(double sigma);
    }

    /** From σ_max to σ_min. */
    public Integration toData(Observer observer) {
        return solver.integrate(
                time.at(levels.largest()), time.at(levels.smallest()), t -> observer.stepDone(time.sigma(t)));
    }

    /** From σ_min to σ_max. */
    public Integration toNoise(Observer observer) {
        return solver.integrate(
                time.at(levels.smallest()), time.at(levels.largest()), t -> observer.stepDone(time.sigma(t)));
    }

    /** x + σ_min²·s(x, σ_min), the mean of the clean data given x: an Euler step to σ = 0 in σ. */
    public void denoise() {
        double sigma = levels.smallest();
        solver.euler(time.at(sigma), time.toClean(sigma));
    }

    /** How often the score was evaluated, since this was made. */
    public int evaluations() {
        return solver.evaluations();
    }

    /** Where the batch is. */
    public Values x() {
        return device.read(x);
    }

    @Override
    public void close() {
        noise.close();
        perturb.close();
        solver.close();
    }
}
