package scorefield.ncsn.text;

import java.util.Locale;

/** Numbers for people, the same in every country, and words of a bearable length. */
public final class Text {

    /** Characters of what somebody wrote that a message shows. */
    private static final int SHOWN = 60;

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Text() {}

    /** What somebody wrote, for a message: its beginning and its length, where it is long. */
    public static String shortened(String written) {
        return written.length() <= SHOWN
                ? written
                : written.substring(0, SHOWN) + "… (" + written.length() + " characters)";
    }

    /** {@link String#format} with a point in numbers. */
    public static String of(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /**
     * Text for one line of a terminal: characters that would steer the terminal, end the line or turn its direction are escaped, as
     * {@code \u005cu001b}. Names of files may hold them.
     */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (steers(character)) {
                printable.append(of("\\u%04x", character));
            } else {
                printable.appendCodePoint(character);
            }
        });
        return printable.toString();
    }

    /** Whether a character is a control, a line or paragraph separator, or a mark or override of the direction of writing. */
    public static boolean steers(int character) {
        return Character.isISOControl(character)
                || character == 0x200e
                || character == 0x200f
                || character >= 0x2028 && character <= 0x202e
                || character >= 0x2066 && character <= 0x2069;
    }

    /** A number in four digits, and without what says nothing: {@code 12}, {@code 0.25}, {@code 3.142e-07}. */
    public static String number(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e7) {
            return of("%d", (long) number);
        }
        return of("%.4g", number).replaceFirst("(\\.\\d*?)0+(?=e|$)", "$1").replaceFirst("\\.(?=e|$)", "");
    }

    /** Such as {@code 1h 02m}, {@code 3m 05s} or {@code 42s}. */
    public static String duration(double seconds) {
        if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
            return "?";
        }
        long whole = Math.round(seconds);
        if (whole >= 3600) {
            return of("%dh %02dm", whole / 3600, whole % 3600 / 60);
        }
        return whole >= 60 ? of("%dm %02ds", whole / 60, whole % 60) : whole + "s";
    }

    /** Such as {@code 12.3 ms} or {@code 1.23 s}, in three digits: what is repeated often. */
    public static String seconds(double seconds) {
        return seconds < 1 ? of("%.3g ms", 1000 * seconds) : of("%.3g s", seconds);
    }

    /** Such as {@code 12.3 MiB}. */
    public static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : of("%.1f %s", size, UNITS[unit]);
    }
}
