package scorefield.ncsn.data;

import java.util.Map;

/**
 * The beginning of an IDX file: two zero bytes, the numbers' type, the count of axes, then each axis' length as a
 * big-endian 32-bit number, then the numbers (Y. LeCun, "The MNIST database", "The IDX file format").
 */
final class Idx {

    static final int UNSIGNED_BYTE = 0x08;

    private static final Map<Integer, String> TYPES = Map.of(
            UNSIGNED_BYTE,
            "unsigned bytes",
            0x09,
            "signed bytes",
            0x0b,
            "16-bit integers",
            0x0c,
            "32-bit integers",
            0x0d,
            "32-bit floats",
            0x0e,
            "64-bit floats");

    private Idx() {}

    /** Two zeros, a known type, one to four axes: a file with that much is an IDX file, perhaps one not wanted here. */
    static boolean looksLikeIt(byte[] head) {
        return head.length >= 4
                && head[0] == 0
                && head[1] == 0
                && TYPES.containsKey((int) head[2])
                && head[3] >= 1
                && head[3] <= 4;
    }

    static String typeName(int type) {
        return TYPES.getOrDefault(type, "numbers of an unknown type");
    }
}
