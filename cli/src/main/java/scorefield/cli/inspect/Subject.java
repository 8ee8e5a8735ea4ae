package scorefield.cli.inspect;

import java.io.IOException;
import java.util.Optional;
import scorefield.cli.console.UserException;
import scorefield.cli.data.TrainingData;
import scorefield.cli.run.RunFolder;
import scorefield.ncsn.configuration.ClassDefaults;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;

/**
 * What {@code inspect} and {@code profile} look at: a run, or settings that none has been trained with.
 *
 * @param name for people
 * @param configuration every setting
 * @param data the shape of the data
 */
record Subject(String name, Configuration configuration, DataSummary data) {

    /**
     * What a person means.
     *
     * @param run the run that was named; without it and without settings, the newest run, if there is one
     * @param asked the settings
     */
    static Subject of(Optional<RunFolder> run, Settings asked) throws IOException {
        boolean described = !asked.isEmpty();
        if (run.isPresent() && described) {
            throw new UserException("--run shows a run as it is: leave out --config, --preset and --set");
        }
        if (!described) {
            Optional<RunFolder> folder = run.isPresent() ? run : RunFolder.findNewest();
            if (folder.isPresent()) {
                return trained(folder.get());
            }
        }
        return untrained(asked);
    }

    private static Subject trained(RunFolder folder) throws IOException {
        Checkpoint checkpoint = folder.read();
        return new Subject(
                folder.path() + ", step " + checkpoint.state().step(), checkpoint.configuration(), checkpoint.data());
    }

    /** As training would begin it; a preset without data is shown for the images that it is made for. */
    private static Subject untrained(Settings asked) {
        if (asked.preset().isPresent() && !asked.has("data.source")) {
            String preset = asked.preset().get();
            DataSet standIns = Presets.standIns(preset);
            Configuration described = Configuration.of(asked, preset);
            // There are no labels to count; a number is taken as it is.
            Configuration counted =
                    described.model().classes().isPresent() ? described : ClassDefaults.resolve(described, standIns);
            Configuration configuration = NoiseDefaults.resolve(counted, standIns);
            return new Subject("preset " + preset + ", not trained", configuration, DataSummary.of(standIns));
        }
        TrainingData.Chosen chosen = TrainingData.choose(asked);
        return new Subject(
                "preset " + chosen.preset() + ", not trained", chosen.configuration(), DataSummary.of(chosen.data()));
    }

    /** The network. */
    ScoreNetwork network() {
        return Checkpoint.network(configuration, data.sample());
    }
}
