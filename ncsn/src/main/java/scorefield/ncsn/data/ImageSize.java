package scorefield.ncsn.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Height and width of an image in pixels, written {@code HxW} (rows first, like every shape here).
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record ImageSize(int height, int width) {

    /** Large enough for any picture that a network here could learn, small enough that a typing error is noticed. */
    static final int LARGEST = 8192;

    private static final Pattern WRITTEN = Pattern.compile("\\s*(\\d{1,9})(?:\\s*[xX×]\\s*(\\d{1,9}))?\\s*");

    /** Checks that both lengths lie between 1 and 8192 pixels. */
    public ImageSize {
        if (height < 1 || width < 1 || height > LARGEST || width > LARGEST) {
            throw new BadDataException("image size " + height + "x" + width + " is impossible: height and width must be"
                    + " between 1 and " + LARGEST);
        }
    }

    /** Reads {@code "32"} (a square) or {@code "32x48"} (32 rows, 48 columns). */
    public static ImageSize parse(String written) {
        Matcher matcher = WRITTEN.matcher(written);
        if (!matcher.matches()) {
            throw new BadDataException("image size '" + written
                    + "' is not of the form H or HxW, for example 32 or 32x48 (rows x columns)");
        }
        int height = Integer.parseInt(matcher.group(1));
        return new ImageSize(height, matcher.group(2) == null ? height : Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
