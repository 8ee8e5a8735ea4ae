package scorefield.cli.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import scorefield.autodiff.Program;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingSetup;

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
    private static Subject untrained(Settings asked) {
        TrainingSetup chosen = TrainingSetup.withStandIns(asked);
        return new Subject(
                "preset " + chosen.preset() + ", not trained", chosen.configuration(), DataSummary.of(chosen.data()));
    }

    /** The network. */
    public ScoreNetwork network() {
        return Checkpoint.network(configuration, data.sample());
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
