package scorefield.ncsn.study;

import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.objective.Draws;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * What a study works with: a device, a seed, and the few things that most studies do.
 *
 * @param device its memory is given back when it is closed, so each study has its own
 * @param seed decides everything that is random
 * @param progress is told what is going on, a line at a time
 * @param population what a study is about that is about {@linkplain Study#takesData() no particular distribution}
 */
public record Laboratory(Device device, long seed, Consumer<String> progress, Population population) {

    /** One in which studies are about {@link Population#MIXTURE}. */
    public Laboratory(Device device, long seed, Consumer<String> progress) {
        this(device, seed, progress, Population.MIXTURE);
    }

    /** Computes a tensor once. */
    public Values compute(Tensor tensor, Map<Tensor, Values> feeds) {
        try (Executable executable = device.compile(Program.fetching(tensor))) {
            return executable.run(feeds).get(0);
        }
    }

    /**
     * The score at some points.
     *
     * @param points N×…
     * @param level σ of all of them
     * @return of the points' shape
     */
    public Values score(ScoreFunction score, Values points, double level) {
        Tensor x = Tensor.input("x", points.shape());
        Tensor sigma = Tensor.fill(Shape.of(points.shape().dim(0)), level);
        return compute(score.score(x, sigma), Map.of(x, points));
    }

    /**
     * Trains a network and gives its score, with the moving average of its parameters.
     *
     * @return on this laboratory's device
     */
    public ScoreFunction train(
            ScoreNetwork network, Objective objective, DataSet data, NoiseLevels levels, TrainingSettings settings) {
        TrainingState start = TrainingState.initial(network, settings.seed());
        try (Trainer trainer = new Trainer(device, network, objective, data, levels, settings, start)) {
            for (long step = 0; step < settings.steps(); step++) {
                trainer.step();
            }
            double loss = trainer.statistics().loss();
            progress.accept("trained for " + settings.steps() + " steps, mean loss " + (float) loss);
            return network.with(network.parameters().weights(trainer.average()));
        }
    }

    /**
     * Each sample's loss.
     *
     * @param points N×…
     * @param level σ of all of them
     * @param purpose of the objective's own random numbers: with the same one, two objectives that draw alike draw the same
     * @return N
     */
    public double[] losses(Objective objective, ScoreFunction score, Values points, double level, String purpose) {
        Tensor x = Tensor.input("x", points.shape());
        Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
        // Fed, not a constant: the program is the same for all levels, and the device need not build its kernels anew.
        Tensor sigma = Tensor.input("sigma", Shape.of(points.shape().dim(0)));
        Tensor losses = objective.perSample(score, x, sigma, Draws.of(state, 0));
        return compute(losses, Map.of(x, points, sigma, Values.fill(sigma.shape(), level), state, state(purpose)))
                .doubles();
    }

    /**
     * Samples by annealed Langevin dynamics.
     *
     * @param dimension D, of one sample
     * @param purpose as for {@link #random}
     * @param observer is told of every level that was finished
     */
    public Points samples(
            ScoreFunction score,
            SamplingPlan plan,
            int count,
            int dimension,
            String purpose,
            Sampler.Observer observer) {
        try (Sampler sampler = new AnnealedLangevin(device, score, Shape.of(count, dimension), plan)) {
            Values samples = sampler.sample(count, seed(purpose), observer);
            return Points.of(purpose, dimension, samples.floats());
        }
    }

    /**
     * Where Langevin dynamics at one noise level leads.
     *
     * @param start where each chain starts
     * @param level σ, at which the score is taken
     * @param stepSize α
     * @param purpose as for {@link #random}
     */
    public Points langevin(
            ScoreFunction score, Points start, double level, double stepSize, int steps, String purpose) {
        Values points = start.values();
        try (LangevinDynamics chains = new LangevinDynamics(device, score, points.shape())) {
            chains.seed(seed(purpose), 0);
            chains.startAt(points);
            for (int t = 0; t < steps; t++) {
                chains.step(level, stepSize);
            }
            return Points.of(purpose, start.dimension(), chains.x().floats());
        }
    }

    /** A seed for a purpose: a part of a study then draws the same numbers whatever the other parts do. */
    public long seed(String purpose) {
        return seed * 31 + purpose.hashCode();
    }

    /** The state of a device's generator for a purpose, INT[4]. */
    public Values state(String purpose) {
        long own = seed(purpose);
        return Values.of(Shape.of(4), (int) own, (int) (own >>> 32), 0, 0);
    }

    /** The same generator of random numbers for the same purpose, and another for another. */
    public Random random(String purpose) {
        return new Random(seed(purpose));
    }
}
