package scorefield.ncsn.study;

import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * What a study works with: a device, a seed, and the few things that most studies do.
 *
 * @param device its memory is given back when it is closed, so each study has its own
 * @param seed decides everything that is random
 * @param progress is told what is going on, a line at a time
 */
public record Laboratory(Device device, long seed, Consumer<String> progress) {

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
