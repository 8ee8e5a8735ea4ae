package scorefield.cli.inspect;

import java.util.Random;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.profile.Profile;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.training.Average;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * Measures a step of training or of sampling. The data are random and the network is untrained: neither changes the time of a step.
 *
 * @param opened a device that was made for profiling
 * @param subject whose step it is
 */
public record MeasuredStep(OpenClDevice opened, Subject subject) {

    /** How many samples a step of training takes. */
    int trainingBatch() {
        return subject.configuration().training().batch();
    }

    /** How many samples a step of sampling takes. */
    int samplingBatch() {
        return Math.min(
                subject.configuration().sampling().images(),
                ScoreModel.batch(subject.data().sample()));
    }

    /**
     * Measures a step of training.
     *
     * @param runs how many steps are measured
     */
    public Profile training(int runs) {
        ScoreNetwork network = subject.network();
        Configuration configuration = subject.configuration();
        TrainingSettings training = configuration.training();
        SigmaDensity density = configuration.sigmaDensity();
        TrainingState start = TrainingState.initial(
                network, training.seed(), Average.of(training).size());
        Objective objective = configuration.trainingObjective();
        DataSet data = random(network.sample(), trainingBatch());
        try (Trainer trainer = new Trainer(opened, network, objective, data, density, training, start)) {
            return opened.profile(trainer.program(), trainer.feeds(), runs);
        }
    }

    private static DataSet random(Shape sample, int count) {
        Random random = new Random(1);
        if (sample.rank() == 1) {
            float[] coordinates = new float[count * sample.size()];
            for (int i = 0; i < coordinates.length; i++) {
                coordinates[i] = random.nextFloat();
            }
            return Points.of("random", sample.size(), coordinates);
        }
        byte[] bytes = new byte[count * sample.size()];
        random.nextBytes(bytes);
        return Images.of("random", sample.dim(0), sample.dim(1), sample.dim(2), bytes);
    }

    /**
     * Measures a step of Langevin dynamics.
     *
     * @param runs how many steps are measured
     */
    Profile sampling(int runs) {
        ScoreNetwork network = subject.network();
        Configuration configuration = subject.configuration();
        Tensor parameters =
                Tensor.variable("parameters", Shape.of(network.parameters().size()));
        opened.write(
                parameters,
                Values.of(
                        parameters.shape(),
                        network.parameters().initial(configuration.training().seed())));
        double sigma = configuration.noiseLevels().largest();
        try (LangevinDynamics dynamics = new LangevinDynamics(
                opened,
                network.with(network.parameters().weights(parameters)),
                network.sample().times(samplingBatch()))) {
            dynamics.seed(1, 0);
            dynamics.startUniform();
            return opened.profile(dynamics.program(), dynamics.feeds(sigma, sigma * sigma / 100), runs);
        }
    }
}
