package scorefield.ncsn.configuration;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.data.ImageSize;
import scorefield.ncsn.data.ReadOptions;

/**
 * What to train on.
 *
 * @param source {@value #DIGITS}, the name of a two-dimensional set, {@code points:} and a picture's path, or a path
 * @param count how many samples; empty for all of a file
 * @param size what every image is resampled to, or null
 * @param crop whether resampling cuts to the size's proportions
 */
public record DataSettings(
        String source, OptionalInt count, @Nullable ImageSize size, boolean crop) {

    /** The source that is drawn here instead of read. */
    public static final String DIGITS = "digits";

    /** How the images are read. */
    public ReadOptions readOptions() {
        return new ReadOptions(size, crop);
    }
}
