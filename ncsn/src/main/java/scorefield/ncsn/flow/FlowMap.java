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
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * The probability flow as a map between data and noise, one batch at a time on a device: each x at the smallest noise level belongs to one
 * x(σ_max), and the other way round. Where the score is exact, data perturbed with N(0, σ_min²I) become {@linkplain Prior nearly}
 * N(c, σ_max²I).
 */
public final class FlowMap implements AutoCloseable {

    // A stream that training and Langevin dynamics do not use.
    private static final int START = 1 << 17;

    private final Device device;
    private final Solver solver;
    private final Time time;
    private final NoiseLevels levels;
    private final Tensor x;
    private final Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
    private final Executable noise;

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
    }

    /** Puts the batch at samples of the prior, which follow from a seed and the batch's number. */
    public void startAtNoise(long seed, int number) {
        noise.run(Map.of(state, Values.of(Shape.of(4), (int) seed, (int) (seed >>> 32), 0, number)));
    }

    /** Puts the batch at given places, of the batch's shape. */
    public void startAt(Values places) {
        device.write(x, places);
    }

    /** Is told of each step's noise level. */
    @FunctionalInterface
    public interface Observer {
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
        solver.close();
    }
}
