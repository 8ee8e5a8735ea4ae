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
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * The environment of a study: a device, a seed, and operations that most studies need.
 *
 * @param device the device; closing it releases its memory, so each study has its own
 * @param seed determines everything random
 * @param progress receives messages on the progress, one line at a time
 * @param population the distribution for studies that {@linkplain Study#takesData() accept any}
 */
public record Laboratory(Device device, long seed, Consumer<String> progress, Population population) {

    /** An environment with {@link Population#MIXTURE}. */
    public Laboratory(Device device, long seed, Consumer<String> progress) {
        this(device, seed, progress, Population.MIXTURE);
    }

    /** Evaluates a tensor once. */
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
     * @return the scores, of the points' shape
     */
    public Values score(ScoreFunction score, Values points, double level) {
        Tensor x = Tensor.input("x", points.shape());
        Tensor sigma = Tensor.fill(Shape.of(points.shape().dim(0)), level);
        return compute(score.score(x, sigma), Map.of(x, points));
    }

    /**
     * Trains a network with the levels of a noise schedule, and returns its score with the moving average of its parameters.
     *
     * @return a score on this device
     */
    public ScoreFunction train(
            ScoreNetwork network, Objective objective, DataSet data, NoiseLevels levels, TrainingSettings settings) {
        return train(network, objective, data, SigmaDensity.uniformOver(levels), settings);
    }

    /**
     * Trains a network with noise levels from a density, and returns its score with the moving average of its parameters.
     *
     * @return a score on this device
     */
    public ScoreFunction train(
            ScoreNetwork network, Objective objective, DataSet data, SigmaDensity density, TrainingSettings settings) {
        TrainingState start = TrainingState.initial(network, settings.seed());
        try (Trainer trainer = new Trainer(device, network, objective, data, density, settings, start)) {
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
     * @param purpose the purpose of the objective's random numbers; objectives with the same purpose draw the same
     *     numbers
     * @return N
     */
    public double[] losses(Objective objective, ScoreFunction score, Values points, double level, String purpose) {
        Tensor x = Tensor.input("x", points.shape());
        Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
        // σ is an input, not a constant: the program is the same for all levels, and the device need not compile it
        // again.
        Tensor sigma = Tensor.input("sigma", Shape.of(points.shape().dim(0)));
        Tensor losses = objective.perSample(score, x, sigma, Draws.of(state, 0));
        return compute(losses, Map.of(x, points, sigma, Values.fill(sigma.shape(), level), state, state(purpose)))
                .doubles();
    }

    /**
     * Samples by annealed Langevin dynamics.
     *
     * @param dimension D, the dimension of a sample
     * @param purpose as for {@link #random}
     * @param observer is called after every level
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
     * Samples by Langevin dynamics at one noise level.
     *
     * @param start the start of each chain
     * @param level σ, the noise level of the score
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

    /** A seed for a purpose: so a part of a study draws the same numbers whatever other parts do. */
    public long seed(String purpose) {
        return seed * 31 + purpose.hashCode();
    }

    /** The state of the device's generator for a purpose, INT[4]. */
    public Values state(String purpose) {
        long own = seed(purpose);
        return Values.of(Shape.of(4), (int) own, (int) (own >>> 32), 0, 0);
    }

    /** A random number generator that depends on the seed and the purpose. */
    public Random random(String purpose) {
        return new Random(seed(purpose));
    }
}
