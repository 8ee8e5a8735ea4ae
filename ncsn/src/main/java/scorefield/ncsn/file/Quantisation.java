package scorefield.ncsn.file;

/**
 * Converts between the bytes of images and the numbers in [0, 1] that networks use. Byte b represents the cell from b/256 to (b + 1)/256.
 * Training uses (b + u)/256 with a new u, uniform in [0, 1), at every step (dequantisation), so that the learned density assigns to each
 * cell the probability of its byte in the data. Accordingly, a number is converted to the byte of its cell, and a byte without
 * dequantisation is converted to the middle of its cell.
 *
 * <p>Rounding 255·x instead would give bytes 0 and 255 only half a cell each: half of a perfect model's black pixels would become 1.
 * Numbers that other programs saved as b/255 are still converted to b, because 256·b/255 = b + b/255.
 */
public final class Quantisation {

    /** The number of byte values, and of cells between 0 and 1. */
    public static final int LEVELS = 256;

    private Quantisation() {}

    /** ⌊256·x⌋, from 0 to 255; numbers outside [0, 1) are clamped, and NaN gives 0. */
    public static byte[] bytes(float... x) {
        byte[] bytes = new byte[x.length];
        for (int i = 0; i < x.length; i++) {
            bytes[i] = (byte) Math.max(0, Math.min(LEVELS - 1, (int) (LEVELS * x[i])));
        }
        return bytes;
    }

    /** (b + ½)/256, the middles of the bytes' cells. */
    public static float[] middles(byte... bytes) {
        float[] middles = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            middles[i] = ((bytes[i] & 0xff) + 0.5f) / LEVELS;
        }
        return middles;
    }
}
