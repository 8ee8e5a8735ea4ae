package scorefield.ncsn.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The checksum in a safetensors header: its position and its encoding. */
final class Checksum {

    static final int DIGITS = 64;
    static final String ZEROS = "0".repeat(DIGITS);

    /**
     * The bytes before the checksum in the header. Within a JSON string every quotation mark has a backslash, so these bytes occur only at
     * the name of a string value.
     */
    private static final byte[] BEFORE = ("\"" + Safetensors.CHECKSUM + "\":\"").getBytes(StandardCharsets.US_ASCII);

    private Checksum() {}

    /** The index in the header of the checksum's first digit, or −1 if there is none. */
    static int positionIn(byte[] header) {
        for (int at = 0; at + BEFORE.length + DIGITS <= header.length; at++) {
            if (Arrays.equals(header, at, at + BEFORE.length, BEFORE, 0, BEFORE.length)) {
                return at + BEFORE.length;
            }
        }
        return -1;
    }
}
