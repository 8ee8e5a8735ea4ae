package scorefield.ncsn.evaluation;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.HeldOutData;

/**
 * The real data that samples are compared with.
 *
 * @param reference the real data
 * @param training what the samples' model was trained on; the same object as the reference where no other real data are known
 * @param what a description of the reference
 */
public record ReferenceData(DataSet reference, DataSet training, String what) {

    /** A reference that happens to be grey is in colour where the training data are. */
    public ReferenceData {
        reference = Images.inColourLike(training, reference);
    }

    /** The same, in colour where the samples are that are compared with it. */
    public ReferenceData inColourLike(DataSet samples) {
        DataSet coloured = Images.inColourLike(samples, training);
        return new ReferenceData(
                reference == training ? coloured : Images.inColourLike(samples, reference), coloured, what);
    }

    /** A data set by its source, where there is no run. */
    public static ReferenceData given(String source) {
        DataSets.requireUnambiguous(source);
        DataSet data = DataSets.open(source);
        return new ReferenceData(data, data, "as given; taken for the training data, too");
    }

    /**
     * The reference for a run's samples: a given data set, else {@link HeldOutData held-out data}, else the data that the run was trained on.
     *
     * @param given the source of the reference, or null; its images are resampled as the run's were
     * @param count how many samples will be compared with it
     * @throws BadDataException if the reference cannot be read, or its samples have another shape than the run's
     */
    public static ReferenceData of(Checkpoint checkpoint, @Nullable String given, int count) {
        Configuration configuration = checkpoint.configuration();
        DataSettings settings = configuration.data();
        long seed = configuration.training().seed();
        DataSet training = settings.open(seed);
        checkpoint.requireData(training);
        if (given != null) {
            DataSets.requireUnambiguous(given);
            DataSet reference =
                    Images.inColourLike(training, settings.from(given).open(HeldOutData.seed(seed, 0)));
            if (!reference.sample().equals(training.sample())) {
                throw new BadDataException("the reference " + reference.name() + " holds "
                        + SampleKind.describe(reference.sample()) + ", but the run's samples are "
                        + SampleKind.describe(training.sample()) + "; give a reference of the run's shape");
            }
            return reference.sha256().equals(training.sha256())
                    ? new ReferenceData(training, training, "as given: the training data")
                    : new ReferenceData(reference, training, "as given");
        }
        Optional<HeldOutData> heldOut = HeldOutData.of(settings, seed, count);
        return heldOut.map(found -> new ReferenceData(found.open(), training, found.what()))
                .orElseGet(() -> new ReferenceData(
                        training, training, "the training data: no held-out data were found beside them"));
    }
}
