package scorefield.ncsn.configuration;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.ImageSize;
import scorefield.ncsn.data.ReadOptions;
import scorefield.ncsn.setting.Setting;

/**
 * What to train on.
 *
 * @param source as {@link DataSets} takes it
 * @param count how many samples; empty for all of a file
 * @param size what every image is resampled to, or null
 * @param crop whether resampling cuts to the size's proportions
 * @param skipDamaged whether files that cannot be read are left out of a folder or zip of pictures
 */
public record DataSettings(
        @Setting(
                defaultValue = DataSets.DIGITS,
                form = "text such as digits, moons or a path",
                adjustable = true, // data may move to another path: a resumed run compares their hash
                description =
                        "digits, checkerboard, mixture, moons, rings or spiral (drawn here), points:PICTURE (points from its"
                                + " brightness), or a file or folder of images")
        String source,

        @Setting(
                defaultValue = "auto",
                min = 1,
                description =
                        "how many samples to use, the first of a file or as many drawn ones; auto: all of a file, or"
                                + " 20000 drawn ones")
        OptionalInt count,

        @Setting(
                defaultValue = "auto",
                form = "a size such as 32 or 48x32 (rows x columns)",
                description = "resample every image to this size; auto: leave images as they are")
        @Nullable
        ImageSize size,

        @Setting(
                defaultValue = "false",
                description = "cut to the proportions of data.size instead of stretching to them")
        boolean crop,

        @Setting(
                defaultValue = "false",
                later = true,
                description = "leave out files of a folder or zip that cannot be read, instead of refusing the data")
        boolean skipDamaged) {

    /** How the images are read. */
    public ReadOptions readOptions() {
        return new ReadOptions(size, crop, skipDamaged, null);
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
        return new DataSettings(other, OptionalInt.empty(), size, crop, skipDamaged);
    }

    /** So many samples of the same. */
    public DataSettings withCount(int samples) {
        return new DataSettings(source, OptionalInt.of(samples), size, crop, skipDamaged);
    }
}
