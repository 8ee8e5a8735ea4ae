package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTest {

    @TempDir
    Path folder;

    @Property(tries = 60)
    void everyPixelIsWhereItBelongs(
            @ForAll @IntRange(min = 1, max = 7) int n,
            @ForAll @IntRange(min = 1, max = 4) int h,
            @ForAll @IntRange(min = 1, max = 4) int w,
            @ForAll boolean colour,
            @ForAll @IntRange(min = 1, max = 4) int columns,
            @ForAll @IntRange(min = 1, max = 3) int scale) {
        int c = colour ? 3 : 1;
        byte[] images = new byte[n * h * w * c];
        for (int i = 0; i < images.length; i++) {
            images[i] = (byte) (i * 37);
        }
        Raster raster = new ImageGrid(h, w, c, columns, scale).draw(images).getRaster();
        assertThat(raster.getNumBands()).isEqualTo(c);
        for (int i = 0; i < n; i++) {
            for (int y = 0; y < h * scale; y++) {
                for (int x = 0; x < w * scale; x++) {
                    for (int k = 0; k < c; k++) {
                        int left = ImageGrid.GAP + i % columns * (w * scale + ImageGrid.GAP);
                        int top = ImageGrid.GAP + i / columns * (h * scale + ImageGrid.GAP);
                        assertThat(raster.getSample(left + x, top + y, k))
                                .isEqualTo(images[((i * h + y / scale) * w + x / scale) * c + k] & 0xff);
                    }
                }
            }
        }
    }

    @Test
    void isAboutSquareAndLargeEnoughToSee() {
        assertThat(ImageGrid.of(64, 28, 28, 1)).isEqualTo(new ImageGrid(28, 28, 1, 8, 2));
        assertThat(ImageGrid.of(10, 32, 32, 3).columns()).isEqualTo(3);
        assertThat(ImageGrid.of(36, 64, 16, 3).columns()).isEqualTo(12);
        assertThat(ImageGrid.of(1, 100, 1, 3)).isEqualTo(new ImageGrid(100, 1, 3, 1, 1));
        BufferedImage sheet = ImageGrid.of(64, 28, 28, 1).draw(new byte[64 * 784]);
        assertThat(sheet.getWidth()).isEqualTo(2 + 8 * 58).isEqualTo(sheet.getHeight());
        assertThat(ImageGrid.of(64, 28, 28, 1).withColumns(4).withScale(1)).isEqualTo(new ImageGrid(28, 28, 1, 4, 1));
    }

    @Test
    void numbersAreClampedToTheUnitInterval() {
        float[] images = {-3f, 0f, 0.5f, 1f, 7f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        BufferedImage sheet = new ImageGrid(1, 8, 1, 1, 1).draw(images);
        int[] row = sheet.getRaster().getPixels(ImageGrid.GAP, ImageGrid.GAP, 8, 1, new int[8]);
        assertThat(row).containsExactly(0, 0, 128, 255, 255, 0, 255, 0);
    }

    @Test
    void pngKeepsEveryPixel() throws IOException {
        for (int c : new int[] {1, 3}) {
            byte[] images = new byte[5 * 6 * 7 * c];
            for (int i = 0; i < images.length; i++) {
                images[i] = (byte) (i * 11);
            }
            BufferedImage sheet = ImageGrid.of(5, 6, 7, c).draw(images);
            PngWriter.write(folder.resolve("x.png"), sheet);
            Raster read = ImageIO.read(folder.resolve("x.png").toFile()).getRaster();
            int size = sheet.getWidth() * sheet.getHeight() * c;
            assertThat(read.getPixels(0, 0, sheet.getWidth(), sheet.getHeight(), new int[size]))
                    .isEqualTo(sheet.getRaster().getPixels(0, 0, sheet.getWidth(), sheet.getHeight(), new int[size]));
        }
    }

    @Test
    void refusesWhatIsNoGrid() {
        assertThatThrownBy(() -> new ImageGrid(2, 2, 2, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageGrid(2, 2, 1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageGrid(2, 2, 1, 1, 1).draw(new byte[6]))
                .hasMessage("a grid needs one or more images of 2×2×1; got 6 numbers");
    }
}
