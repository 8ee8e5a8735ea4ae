package scorefield.cli.likelihood;

import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.UserException;
import scorefield.cli.data.HeldOut;
import scorefield.cli.data.TrainingData;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.training.Checkpoint;

/** Data that a run is to say something about. */
final class JudgedData {

    /** A stream of random numbers of its own: those from 0 on make bytes continuous. */
    private static final long CHOICE = -1;

    private JudgedData() {}

    /**
     * Some samples, drawn afresh or chosen at random.
     *
     * @param source as for training, or null for what the run was trained on
     * @param seed decides which
     */
    static DataSet choose(Checkpoint checkpoint, @Nullable String source, int count, long seed) {
        DataSettings own = checkpoint.configuration().data();
        String from = source == null ? own.source() : source;
        OptionalInt drawn = TrainingData.isDrawn(from) ? OptionalInt.of(count) : OptionalInt.empty();
        long afresh = HeldOut.seed(checkpoint.configuration().training().seed(), seed);
        DataSet all = TrainingData.load(new DataSettings(from, drawn, own.size(), own.crop()), afresh);
        Shape sample = checkpoint.data().sample();
        if (!all.sample().equals(sample)) {
            throw new UserException(
                    (source == null ? from : "--data " + source) + ": these are " + SampleKind.describe(all.sample())
                            + ", but this run's network is for " + SampleKind.describe(sample));
        }
        if (!(all instanceof Images images) || images.count() == count) {
            return all;
        }
        if (count > images.count()) {
            throw new UserException("--count is " + count + ", but " + images + " are all there are");
        }
        int[] order = new SplitMix(seed, CHOICE).permutation(images.count());
        return images.select(Arrays.copyOf(order, count));
    }
}
