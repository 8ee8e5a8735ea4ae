package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResamplerTest {

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aPlainImageStaysPlain(
            @ForAll @IntRange(min = 1, max = 12) int h,
            @ForAll @IntRange(min = 1, max = 12) int w,
            @ForAll @IntRange(min = 1, max = 12) int height,
            @ForAll @IntRange(min = 1, max = 12) int width,
            @ForAll boolean crop,
            @ForAll byte shade) {
        byte[] pixels = new byte[h * w * 3];
        Arrays.fill(pixels, shade);
        byte[] expected = new byte[height * width * 3];
        Arrays.fill(expected, shade);
        ReadOptions options = new ReadOptions(new ImageSize(height, width), crop, false, null);
        assertThat(Resampler.fit(pixels, h, w, 3, options)).isEqualTo(expected);
    }

    @Property(tries = 50)
    void mirroringBeforeIsMirroringAfter(
            @ForAll @IntRange(min = 1, max = 20) int w,
            @ForAll @IntRange(min = 1, max = 20) int width,
            @ForAll long seed) {
        byte[] pixels = TestFiles.random(seed, w);
        ReadOptions options = ReadOptions.resize(1, width);
        byte[] after = reversed(Resampler.fit(pixels, 1, w, 1, options));
        byte[] before = Resampler.fit(reversed(pixels), 1, w, 1, options);
        for (int i = 0; i < width; i++) {
            // Sums in another order may round to the neighbouring shade.
            assertThat(before[i] & 0xff).isBetween((after[i] & 0xff) - 1, (after[i] & 0xff) + 1);
        }
    }

    private static byte[] reversed(byte[] row) {
        byte[] reversed = new byte[row.length];
        for (int i = 0; i < row.length; i++) {
            reversed[i] = row[row.length - 1 - i];
        }
        return reversed;
    }

    @Test
    void aFinePatternBecomesItsAverage() {
        // A chessboard of single pixels: interpolation without averaging would give black, white, or stripes.
        byte[] chessboard = new byte[64 * 64];
        for (int i = 0; i < chessboard.length; i++) {
            chessboard[i] = (byte) ((i / 64 + i % 64) % 2 * 255);
        }
        byte[] small = Resampler.fit(chessboard, 64, 64, 1, ReadOptions.resize(8, 8));
        for (int y = 1; y < 7; y++) {
            for (int x = 1; x < 7; x++) {
                assertThat(small[8 * y + x] & 0xff).isBetween(126, 129);
            }
        }
    }

    @Test
    void anImageOfTheRightSizeIsUntouched() {
        byte[] pixels = TestFiles.random(1, 4 * 6 * 3);
        assertThat(Resampler.fit(pixels, 4, 6, 3, ReadOptions.cropAndResize(4, 6)))
                .isSameAs(pixels);
        assertThat(Resampler.fit(pixels, 4, 6, 3, ReadOptions.AS_IS)).isSameAs(pixels);
    }

    @Test
    void croppingTakesTheMiddle() {
        // 2×6: two columns each of 10, 20, 30.
        byte[] pixels = {10, 10, 20, 20, 30, 30, 10, 10, 20, 20, 30, 30};
        assertThat(Resampler.fit(pixels, 2, 6, 1, ReadOptions.cropAndResize(1, 1)))
                .containsExactly(20);
        assertThat(Resampler.fit(pixels, 6, 2, 1, ReadOptions.cropAndResize(1, 1))[0])
                .isBetween((byte) 10, (byte) 30);
        byte[] stretched = Resampler.fit(pixels, 2, 6, 1, ReadOptions.resize(1, 3));
        assertThat(stretched[0]).isLessThan((byte) 13);
        assertThat(stretched[2]).isGreaterThan((byte) 27);
    }

    @Test
    void allImagesOfADataSetAreFitted() {
        byte[] pixels = new byte[2 * 4 * 4];
        Arrays.fill(pixels, 16, 32, (byte) 100);
        byte[] fitted = Resampler.fitAll("test", pixels, 2, 4, 4, 1, ReadOptions.resize(2, 3));
        byte[] expected = new byte[12];
        Arrays.fill(expected, 6, 12, (byte) 100);
        assertThat(fitted).isEqualTo(expected);
        // As many pixels, otherwise arranged: not the same size.
        assertThat(Resampler.fitAll("test", pixels, 2, 4, 4, 1, ReadOptions.resize(2, 8)))
                .hasSize(32)
                .isNotSameAs(pixels);
    }
}
