package scorefield.ncsn.configuration;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.ImageSize;
import scorefield.ncsn.data.ReadOptions;

/**
 * What to train on.
 *
 * @param source as {@link DataSets} takes it
 * @param count how many samples; empty for all of a file
 * @param size what every image is resampled to, or null
 * @param crop whether resampling cuts to the size's proportions
 */
public record DataSettings(
        String source, OptionalInt count, @Nullable ImageSize size, boolean crop) {

    /** How the images are read. */
    public ReadOptions readOptions() {
        return new ReadOptions(size, crop);
    }

    /**
     * Opens the data set.
     *
     * @param seed decides what is drawn
     * @throws scorefield.ncsn.data.BadDataException if the source cannot be read, or holds fewer samples
     */
    public DataSet open(long seed) {
        return DataSets.open(source, count, readOptions(), seed);
    }

    /** Another source whose images are brought to the same size; all of its samples. */
    public DataSettings from(String other) {
        return new DataSettings(other, OptionalInt.empty(), size, crop);
    }
}
