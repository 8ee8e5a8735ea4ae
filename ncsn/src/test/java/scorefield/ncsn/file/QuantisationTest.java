package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.Images;

class QuantisationTest {

    private static byte[] every() {
        byte[] every = new byte[256];
        for (int b = 0; b < 256; b++) {
            every[b] = (byte) b;
        }
        return every;
    }

    @Test
    void everyByteComesBackFromItsMiddleAndFromPicturesSavedIn255Parts() {
        float[] in255 = new float[256];
        for (int b = 0; b < 256; b++) {
            in255[b] = b / 255f;
        }
        assertThat(Quantisation.bytes(Quantisation.middles(every()))).isEqualTo(every());
        assertThat(Quantisation.bytes(in255)).isEqualTo(every());
        assertThat(Quantisation.middles((byte) 0, (byte) 255)).containsExactly(0.5f / 256, 255.5f / 256);
    }

    /** Evenly spread numbers, as a uniform u makes them: every byte, 0 and 255 too, is as frequent as every other. */
    @Test
    void aByteHasAllOfItsCell() {
        float[] x = new float[256 * 16];
        for (int i = 0; i < x.length; i++) {
            x[i] = i / (float) x.length;
        }
        int[] counts = new int[256];
        for (byte b : Quantisation.bytes(x)) {
            counts[b & 0xff]++;
        }
        assertThat(counts).containsOnly(16);
    }

    @Test
    void whatLiesOutsideIsClamped() {
        float[] x = {-3, -0.001f, 1, 7, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        assertThat(Quantisation.bytes(x)).containsExactly(0, 0, 255, 255, 0, 255, 0);
    }

    /** 0.9/256 is still black; as 255·x it would be rounded to 1. */
    @Test
    void dataSetsAndPicturesAreMadeOfNumbersInOneWay() {
        float[] x = {0.9f / 256, 254.9f / 256};
        assertThat(Images.of("x", 1, 2, 1, x).bytes()).containsExactly(0, 254);
        int[] drawn = new ImageGrid(1, 2, 1, 1, 1)
                .draw(x)
                .getRaster()
                .getPixels(ImageGrid.GAP, ImageGrid.GAP, 2, 1, new int[2]);
        assertThat(drawn).containsExactly(0, 254);
    }
}
