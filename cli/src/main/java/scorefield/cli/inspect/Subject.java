package scorefield.cli.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import scorefield.autodiff.Device;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.console.UserException;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.profile.Profile;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.training.Average;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingSetup;
import scorefield.ncsn.training.TrainingState;

/**
 * What {@code inspect}, {@code profile} and the explorer show: a run, or settings that no run has been trained with.
 *
 * @param name how it is called
 * @param configuration every setting
 * @param data the shape of the data
 */
public record Subject(String name, Configuration configuration, DataSummary data) {

    /**
     * Chooses the subject.
     *
     * @param run the run that was named; without it and without settings, the newest run, if there is one
     * @param asked the settings
     */
    public static Subject of(Optional<Path> run, Settings asked) throws IOException {
        boolean described = !asked.isEmpty();
        if (run.isPresent() && described) {
            throw new UserException("--run shows a run as it is: leave out --config, --preset and --set");
        }
        if (!described) {
            Optional<RunFolder> folder = run.isPresent() ? run.map(RunFolder::new) : RunFolder.findNewest();
            if (folder.isPresent()) {
                return trained(Run.open(folder.get().path()));
            }
        }
        return untrained(asked);
    }

    private static Subject trained(Run run) {
        return new Subject(run.toString(), run.configuration(), run.checkpoint().data());
    }

    /** As training would begin it; a preset without data is shown for the images that it is made for. */
    public static Subject untrained(Settings asked) {
        TrainingSetup chosen = TrainingSetup.withStandIns(asked);
        return new Subject(
                "preset " + chosen.preset() + ", not trained", chosen.configuration(), DataSummary.of(chosen.data()));
    }

    /** The network. */
    public ScoreNetwork network() {
        return Checkpoint.network(configuration, data.sample());
    }

    /** A trainer of the network from its beginning, on random data of the right shape: neither changes the time of a step. */
    public Trainer trainer(Device device) {
        ScoreNetwork network = network();
        TrainingSettings training = configuration.training();
        TrainingState start = TrainingState.initial(
                network, training.seed(), Average.of(training).size());
        return new Trainer(
                device,
                network,
                configuration.trainingObjective(),
                random(network.sample(), network.classes(), training.batch()),
                configuration.sigmaDensity(),
                training,
                start);
    }

    private static DataSet random(Shape sample, int classes, int count) {
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
        Images images = Images.of("random", sample.dim(0), sample.dim(1), sample.dim(2), bytes);
        return classes == 0
                ? images
                : images.withLabels(
                        random.ints(count, 0, classes).toArray(),
                        IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    }

    /** How many samples are drawn at once. */
    public int samplingBatch() {
        return Math.min(configuration.sampling().images(), ScoreModel.batch(data.sample()));
    }

    /** Langevin dynamics of a batch with the network before its training. */
    public LangevinDynamics dynamics(Device device) {
        ScoreNetwork network = network();
        Tensor parameters =
                Tensor.variable("parameters", Shape.of(network.parameters().size()));
        device.write(
                parameters,
                Values.of(
                        parameters.shape(),
                        network.parameters().initial(configuration.training().seed())));
        LangevinDynamics dynamics = new LangevinDynamics(
                device,
                network.with(network.parameters().weights(parameters)),
                network.sample().times(samplingBatch()));
        dynamics.seed(1, 0);
        dynamics.startUniform();
        return dynamics;
    }

    /**
     * Measures the launches of a step of training.
     *
     * @param device made for profiling
     * @param runs how many steps are measured
     */
    public Profile trainingProfile(OpenClDevice device, int runs) {
        try (Trainer trainer = trainer(device)) {
            return device.profile(trainer.program(), trainer.feeds(), runs);
        }
    }

    /** The same for a step of Langevin dynamics. */
    public Profile samplingProfile(OpenClDevice device, int runs) {
        double sigma = configuration.noiseLevels().largest();
        try (LangevinDynamics dynamics = dynamics(device)) {
            return device.profile(dynamics.program(), dynamics.feeds(sigma, sigma * sigma / 100), runs);
        }
    }

    /** A step of training as a program: batch, loss, gradients, the optimiser's update, moving averages. */
    public Program trainingStep() {
        return Trainer.program(
                network(),
                configuration.trainingObjective(),
                data,
                configuration.noiseLevels(),
                configuration.training());
    }
}
