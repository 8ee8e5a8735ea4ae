package scorefield.cli.data;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.training.Checkpoint;

/**
 * The real data that samples are held against.
 *
 * @param reference them
 * @param training what the samples' model was trained on; the same object as the reference where no other real data are known
 * @param what the reference is, for people
 */
public record RealData(DataSet reference, DataSet training, String what) {

    /** Data that were given where there is no run. */
    public static RealData given(String source) {
        DataSet data = TrainingData.load(new DataSettings(source, OptionalInt.empty(), null, false), 0);
        return new RealData(data, data, "as given; taken for the training data, too");
    }

    /**
     * For a run's samples: what was given, else what is {@link HeldOut held out} beside its data, else the data that it was trained on.
     *
     * @param option that names other data
     * @param given what was given with it, or null; resampled as the run's data were
     * @param count how many samples there will be
     */
    public static RealData of(Checkpoint checkpoint, String option, @Nullable String given, int count) {
        Configuration configuration = checkpoint.configuration();
        DataSettings settings = configuration.data();
        long drawnWith = configuration.training().seed();
        DataSet training = TrainingData.load(settings, drawnWith);
        checkpoint.requireData(training);
        if (given != null) {
            DataSettings like = new DataSettings(given, OptionalInt.empty(), settings.size(), settings.crop());
            DataSet reference = TrainingData.load(like, HeldOut.seed(drawnWith, 0));
            if (!reference.sample().equals(training.sample())) {
                throw new UserException(option + ": " + reference.name() + " are "
                        + SampleKind.describe(reference.sample()) + ", but the run's samples are "
                        + SampleKind.describe(training.sample()));
            }
            return reference.sha256().equals(training.sha256())
                    ? new RealData(training, training, "as given: the training data")
                    : new RealData(reference, training, "as given");
        }
        Optional<HeldOut> heldOut = HeldOut.of(settings, drawnWith, count);
        return heldOut.map(found ->
                        new RealData(TrainingData.load(found.settings(), found.seed()), training, found.what()))
                .orElseGet(
                        () -> new RealData(training, training, "the training data: nothing was held out beside them"));
    }
}
