package scorefield.ncsn.likelihood;

import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.Quantisation;
import scorefield.ncsn.random.SplitMix;

/**
 * Densities of images as bits per dimension: how many bits a number of an 8-bit image costs on average if the density is used to compress it
 * (Theis, van den Oord &amp; Bethge 2016, arXiv 1511.01844, section 3.1).
 *
 * <p>Bytes have no density. Uniform noise makes numbers of them, x = (byte + u)/256 with u in [0, 1), which fill [0, 1] evenly; and by
 * Jensen's inequality the mean of log p(x) over u is at most the logarithm of the byte's own probability, the integral of p over a cell of
 * side 1/256. So with D numbers, −log₂ P(bytes) ≤ −log₂ p(x) + 8·D on average, and
 *
 * <pre>bits/dimension = −log₂ p(x)/D + 8</pre>
 *
 * <p>The offset, log₂ 256 = 8, is the size of the cells: the density is one of images in [0, 1]. Were they in [0, 255] it would be 0, and in
 * [−1, 1] 7. A uniform density, p = 1 everywhere in [0, 1]ᴰ, has log p = 0 and costs 8 bits, as much as the bytes themselves.
 *
 * <p>Training makes numbers of bytes in the same way, so p is the density that was learned (see {@link Quantisation}).
 */
public final class BitsPerDimension {

    /** log₂ of the number of cells along each axis. */
    public static final double OFFSET = 8;

    private BitsPerDimension() {}

    /** From a log-density in nats of an image of D numbers in [0, 1]. */
    public static double of(double logDensity, int dimension) {
        return ofDifference(logDensity, dimension) + OFFSET;
    }

    /** An error in nats, or a difference, as one in bits per dimension. */
    public static double ofDifference(double nats, int dimension) {
        return -nats / (dimension * Math.log(2));
    }

    /**
     * Images with uniform noise, (byte + u)/256, N×H×W×C.
     *
     * @param seed decides u
     */
    public static float[] dequantised(Images images, long seed) {
        byte[] bytes = images.bytes();
        float[] x = new float[bytes.length];
        int dimension = images.dimension();
        for (int n = 0; n < images.count(); n++) {
            SplitMix random = new SplitMix(seed, n);
            for (int i = n * dimension; i < (n + 1) * dimension; i++) {
                x[i] = (float) (((bytes[i] & 0xff) + random.uniform()) / Quantisation.LEVELS);
            }
        }
        return x;
    }
}
