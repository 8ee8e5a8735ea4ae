package scorefield.ncsn.file;

/**
 * Between the bytes of images and the numbers in [0, 1] that networks see. Byte b stands for the numbers from b/256 to (b + 1)/256: training
 * takes it as (b + u)/256 with u uniform in [0, 1), anew at every step, so that the learned density has in each such cell the mass that its
 * byte has in the data. Therefore a number is the byte whose cell it lies in, and where a byte enters a network with no u of its own
 * it is the middle of its cell.
 *
 * <p>Rounding 255·x instead would give 0 and 255 half a cell each: half of a perfect model's black pixels would become 1. What somebody
 * else saved as b/255 comes back as it was all the same, since 256·b/255 = b + b/255.
 */
public final class Quantisation {

    /** How many bytes there are, and cells between 0 and 1. */
    public static final int LEVELS = 256;

    private Quantisation() {}

    /** ⌊256·x⌋, from 0 to 255: what lies outside [0, 1) is clamped, and what is not a number is 0. */
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
