package scorefield.ncsn.data;

import org.jspecify.annotations.Nullable;

/**
 * What to do to images on the way in. With no option they are taken as they are, and all must be of one size.
 *
 * @param size the size that every image is resampled to, or null to leave images as they are
 * @param crop whether to cut the largest centred window with {@code size}'s proportions before resampling; otherwise
 *     an image of other proportions is stretched
 * @param skipDamaged whether files that cannot be read are left out, of a folder or zip of pictures; otherwise they are refused
 * @param range of the brightness of images in an array of floating-point numbers; null for [0, 1], and for data that are no such array
 */
public record ReadOptions(
        @Nullable ImageSize size,
        boolean crop,
        boolean skipDamaged,
        @Nullable Range range) {

    /** Every image as it is. */
    public static final ReadOptions AS_IS = new ReadOptions(null, false, false, null);

    /** Checks that there is a size to crop to, if images are cropped. */
    public ReadOptions {
        if (crop && size == null) {
            throw new BadDataException("data.crop=true needs a size to crop to: set data.size too,"
                    + " for example data.size=32 or data.size=32x48 (rows x columns)");
        }
    }

    /** Stretches every image to {@code height} × {@code width}. */
    public static ReadOptions resize(int height, int width) {
        return new ReadOptions(new ImageSize(height, width), false, false, null);
    }

    /** Cuts the largest centred window with the right proportions from every image, then resamples that. */
    public static ReadOptions cropAndResize(int height, int width) {
        return new ReadOptions(new ImageSize(height, width), true, false, null);
    }

    int heightFrom(int height) {
        return size == null ? height : size.height();
    }

    int widthFrom(int width) {
        return size == null ? width : size.width();
    }
}
