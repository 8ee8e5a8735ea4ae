package scorefield.ncsn.run;

import java.io.IOException;
import java.nio.file.Path;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Average;
import scorefield.ncsn.training.Checkpoint;

/**
 * A trained run: its folder and its last checkpoint. {@link Training} makes it; samples, scores, evaluations and edits start from it.
 *
 * <pre>{@code
 * Run run = Run.open(Path.of("runs/digits"));
 * try (Device device = Devices.open()) {
 *     Values images = run.sample(device, 16, 1);
 * }
 * }</pre>
 *
 * @param folder the run's folder
 * @param checkpoint its last checkpoint
 */
public record Run(RunFolder folder, Checkpoint checkpoint) {

    /** Relative: numbers are printed in four digits. */
    private static final double ROUNDED = 1e-3;

    /**
     * Opens the run in a folder.
     *
     * @param folder the folder, or the checkpoint in it
     * @throws RunException if there is no run in it
     * @throws scorefield.ncsn.file.BadFileException if its checkpoint is damaged
     * @throws IOException if reading fails
     */
    public static Run open(Path folder) throws IOException {
        return open(RunFolder.named(folder));
    }

    private static Run open(RunFolder folder) throws IOException {
        return new Run(folder, folder.read());
    }

    /**
     * Opens the run in {@link RunFolder#RUNS} whose checkpoint was written last.
     *
     * @throws RunException if there is none
     */
    public static Run newest() throws IOException {
        return open(RunFolder.findNewest()
                .orElseThrow(() -> new RunException("there is no run in " + RunFolder.RUNS.toAbsolutePath()
                        + " yet; train one first, or name the folder of a run that lies elsewhere")));
    }

    /**
     * The same run, whose samples and scores come from another moving average of the parameters.
     *
     * @param average a half-life in images that the run has ({@code training.half-lives}); {@code average} for that of
     *     {@code training.average}, which is the default; {@code none} for the parameters themselves
     * @throws scorefield.ncsn.setting.BadConfigurationException if the run has no such average
     */
    public Run withAverage(String average) {
        return new Run(folder, Average.choose(checkpoint, average));
    }

    /** Every setting. */
    public Configuration configuration() {
        return checkpoint.configuration();
    }

    /** The network. */
    public ScoreNetwork network() {
        return checkpoint.network();
    }

    /** The shape of one sample: H×W×C of images, D of points. */
    public Shape sample() {
        return checkpoint.data().sample();
    }

    /** The noise levels that the network was trained at. */
    public NoiseLevels noiseLevels() {
        return configuration().noiseLevels();
    }

    /** The run's network on a device, with the moving average of its parameters, in the run's precision where the device has it. */
    public ScoreModel on(Device device) {
        return ScoreModel.of(configuration().device().forSampling(device), checkpoint);
    }

    /**
     * Draws samples as the run's configuration says ({@code sampling.*}).
     *
     * @param seed the same on the same device gives the same samples
     * @return N×sample
     */
    public Values sample(Device device, int count, long seed) {
        try (Sampler sampler = on(device).sampler(configuration().sampler(), count)) {
            return sampler.sample(count, seed);
        }
    }

    /**
     * Draws samples of classes.
     *
     * @param ofEach how many of each class
     * @return N×sample, in the order of the classes
     */
    public Values sample(Device device, ClassCondition condition, int ofEach, long seed) {
        try (Sampler sampler = on(device).sampler(configuration().sampler(), condition, ofEach)) {
            return condition.sorted(sampler.sample(condition.count() * ofEach, seed));
        }
    }

    /**
     * Computes the score ∇ₓ log p_σ(x).
     *
     * @param x N×sample, noise included
     * @param sigmas one noise level for all samples, or one for each
     * @return of x's shape
     * @throws scorefield.ncsn.setting.BadConfigurationException if the network was not trained at such a level
     */
    public Values score(Device device, Values x, double... sigmas) {
        requireTrainedAt(sigmas);
        return on(device).score(x, sigmas);
    }

    /**
     * Refuses noise levels beyond those that the network was trained at: what it says there means nothing.
     *
     * @throws BadConfigurationException naming the first such level
     */
    public void requireTrainedAt(double... sigmas) {
        NoiseLevels known = noiseLevels();
        for (double sigma : sigmas) {
            // A person types what was printed, which was rounded.
            if (!(sigma >= known.smallest() * (1 - ROUNDED) && sigma <= known.largest() * (1 + ROUNDED))) {
                throw new BadConfigurationException("sigma must be from " + Text.number(known.smallest()) + " to "
                        + Text.number(known.largest()) + ", the noise levels of the run; got " + Text.number(sigma));
            }
        }
    }

    /** The status of the run, as its folder tells it now. */
    public RunStatus status() throws IOException {
        return RunStatus.of(folder);
    }

    /** The folder and the step. */
    @Override
    public String toString() {
        return folder.path() + ", step " + checkpoint.state().step();
    }
}
