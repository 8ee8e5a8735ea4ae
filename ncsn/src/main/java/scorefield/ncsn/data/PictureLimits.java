package scorefield.ncsn.data;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import scorefield.ncsn.text.Text;

/**
 * How large a picture may be, checked by what its header says before memory is asked for. A small file may claim to be huge: the bound is what
 * so many bytes of its format can hold, and a number of pixels that any photograph stays below.
 */
final class PictureLimits {

    /** The most pixels that are decoded as they are: 8192×8192, more than the largest full-frame cameras have. */
    static final long MOST_PIXELS = 1L << 26;

    /** The most pixels of which every second, third and so on is decoded: a larger picture is refused. */
    static final long MOST_THINNED = 1L << 28;

    /** A file may have so many bytes besides its pixels. */
    private static final int OTHER_BYTES = 1 << 24;

    /** The most bytes of a file that belong to a pixel: four channels of 16 bits, uncompressed. */
    private static final int BYTES_PER_PIXEL = 8;

    /** Deflate's best: 258 bytes from 2 bits. */
    private static final int DEFLATE = 1032;

    /** A block of 8×8 pixels takes a bit at least. */
    private static final int JPEG_PIXELS_PER_BYTE = 512;

    /** A code of 12 bits stands for 3,838 pixels at most. */
    private static final int GIF_PIXELS_PER_BYTE = 2560;

    /** Pictures that are decoded at the same time have no more pixels together than one may have. */
    private static final Semaphore DECODING = new Semaphore((int) MOST_PIXELS);

    private PictureLimits() {}

    /** The most bytes that a file with a picture of this size may have. */
    static long mostBytes(PictureSurvey.Pixels size) {
        return Math.min(Images.MOST_BYTES, OTHER_BYTES + BYTES_PER_PIXEL * size.count());
    }

    /** How much of a file is read before its size is known. */
    static int mostBytesBeforeTheSize() {
        return OTHER_BYTES;
    }

    /**
     * Refuses a picture that claims more pixels than its file can hold, or more than are read at all.
     *
     * @throws IOException saying so
     */
    static void require(Magic magic, byte[] file, PictureSurvey.Pixels size) throws IOException {
        long most = switch (magic) {
            case PNG -> pngPixels(file, size);
            case JPEG -> (long) JPEG_PIXELS_PER_BYTE * file.length;
            case GIF -> (long) GIF_PIXELS_PER_BYTE * file.length;
            default -> Long.MAX_VALUE; // RLE, CCITT and WebP's prediction can describe any area in a few bytes
        };
        if (size.count() > most) {
            throw new IOException("it claims " + size + " pixels, more than its " + file.length + " bytes can hold");
        }
        if (size.count() > (magic == Magic.WEBP ? MOST_PIXELS : MOST_THINNED)) {
            throw new IOException(Text.of(
                    "it has %s = %,d pixels; at most %,d can be read",
                    size, size.count(), magic == Magic.WEBP ? MOST_PIXELS : MOST_THINNED));
        }
    }

    /** By the depth and the kind of colour in the header (PNG specification, section 11.2.1). */
    private static long pngPixels(byte[] file, PictureSurvey.Pixels size) {
        if (file.length < 26) {
            return Long.MAX_VALUE; // too short to be read
        }
        int channels = switch (file[25]) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
        long row = 1 + ((long) size.width() * channels * file[24] + 7) / 8;
        return (long) DEFLATE * file.length / row * size.width();
    }

    /**
     * Which pixels of a picture are decoded: every k-th of every k-th row, with the smallest k that leaves few enough. 1 is all of them.
     *
     * @param size of the picture as it lies in the file
     * @param wanted the size that the scene is brought to, or null
     * @throws IOException if there are too many, and no smaller size is wanted
     */
    static int every(PictureSurvey.Pixels size, Orientation orientation, ReadOptions options) throws IOException {
        int k = 1;
        while (thinned(size, k).count() > MOST_PIXELS) {
            k++;
        }
        PictureSurvey.Pixels scene = orientation.turned(thinned(size, k));
        boolean enough = options.size() != null
                && scene.height() >= options.size().height()
                && scene.width() >= options.size().width();
        if (k > 1 && !enough) {
            throw new IOException(Text.of(
                    "it has %s = %,d pixels; at most %,d are read as they are: set a smaller data.size, for example"
                            + " data.size=64",
                    size, size.count(), MOST_PIXELS));
        }
        return k;
    }

    private static PictureSurvey.Pixels thinned(PictureSurvey.Pixels size, int k) {
        return new PictureSurvey.Pixels((size.height() + k - 1) / k, (size.width() + k - 1) / k);
    }

    /** Work that decodes a picture. */
    @FunctionalInterface
    interface Decoding {
        Picture decode() throws IOException;
    }

    /** Decodes when there is room for so many pixels. */
    static Picture whenThereIsRoom(PictureSurvey.Pixels size, int every, Decoding decoding) throws IOException {
        int pixels = (int) thinned(size, every).count();
        DECODING.acquireUninterruptibly(pixels);
        try {
            return decoding.decode();
        } finally {
            DECODING.release(pixels);
        }
    }
}
