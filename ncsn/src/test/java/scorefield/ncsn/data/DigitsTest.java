package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DigitsTest {

    @Property(tries = 50)
    void theSameForTheSameSeedAndIndexWhateverWasDrawnBefore(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 300) int index) {
        byte[] alone = new Digits(seed).render(index);
        assertThat(new Digits(seed).generate(index + 1).image(index)).isEqualTo(alone);
    }

    @Test
    void everyImageIsAnother() {
        Set<ByteBuffer> seen = new HashSet<>();
        for (long seed = 0; seed < 3; seed++) {
            Images images = new Digits(seed).generate(1000);
            for (int i = 0; i < images.count(); i++) {
                assertThat(seen.add(ByteBuffer.wrap(images.image(i)))).isTrue();
            }
        }
    }

    @Test
    void labelsAreTheDigits() {
        Images images = new Digits(1).generate(25);
        assertThat(images.toString()).isEqualTo("digits: 25 images of 28×28, grey, 10 classes");
        for (int i = 0; i < 25; i++) {
            assertThat(images.label(i)).isEqualTo(i % 10).isEqualTo(new Digits(1).label(i));
        }
    }

    /** What the digits are for: one can tell which is which. The nearest of 2000 others is of the same class. */
    @Test
    void digitsCanBeToldApart() {
        Images known = new Digits(1).generate(2000);
        Images unknown = new Digits(2).generate(300);
        int right = 0;
        for (int i = 0; i < unknown.count(); i++) {
            byte[] image = unknown.image(i);
            long best = Long.MAX_VALUE;
            int label = -1;
            for (int j = 0; j < known.count(); j++) {
                long distance = 0;
                for (int k = 0; k < image.length; k++) {
                    int difference = (image[k] & 0xff) - (known.raw()[j * image.length + k] & 0xff);
                    distance += (long) difference * difference;
                }
                if (distance < best) {
                    best = distance;
                    label = known.label(j);
                }
            }
            right += label == unknown.label(i) ? 1 : 0;
        }
        assertThat(right).isGreaterThan(285);
    }

    @Property(tries = 200)
    void inkIsInTheMiddleOfAnyImage(
            @ForAll long seed,
            @ForAll @IntRange(min = 12, max = 70) int height,
            @ForAll @IntRange(min = 12, max = 70) int width) {
        byte[] image = new Digits(seed, height, width).render(seed);
        int brightest = 0;
        int dark = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int value = image[y * width + x] & 0xff;
                brightest = Math.max(brightest, value);
                dark += value == 0 ? 1 : 0;
                if (y == 0 || x == 0 || y == height - 1 || x == width - 1) {
                    assertThat(value).as("at the edge: row %d, column %d", y, x).isLessThan(100);
                }
            }
        }
        assertThat(brightest).isGreaterThan(120);
        assertThat(dark).isGreaterThan(height * width / 4);
    }

    @Test
    void strokesAreAntiAliased() {
        Images images = new Digits(4).generate(100);
        int[] histogram = new int[256];
        for (byte value : images.bytes()) {
            histogram[value & 0xff]++;
        }
        int between = 0;
        for (int value = 32; value < 224; value++) {
            between += histogram[value] > 0 ? 1 : 0;
        }
        assertThat(between).as("shades between paper and ink").isGreaterThan(150);
        assertThat(histogram[255]).isGreaterThan(1000);
    }

    @Test
    void refusesWhatCannotBeRead() {
        assertThatThrownBy(() -> new Digits(1, 7, 28))
                .isInstanceOf(BadDataException.class)
                .hasMessage("digits of 7x28 pixels cannot be read; the least is 8x8");
        assertThatThrownBy(() -> new Digits(1).generate(0))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("must be at least 1; got 0");
    }
}
