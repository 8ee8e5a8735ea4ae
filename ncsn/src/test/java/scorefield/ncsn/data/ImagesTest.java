package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ImagesTest {

    @Property(tries = 50)
    void pixelsLieInTheOrderNhwc(
            @ForAll @IntRange(min = 1, max = 4) int n,
            @ForAll @IntRange(min = 1, max = 5) int h,
            @ForAll @IntRange(min = 1, max = 5) int w,
            @ForAll boolean colour) {
        int c = colour ? 3 : 1;
        byte[] bytes = TestFiles.random(7, n * h * w * c);
        Images images = Images.of("test", h, w, c, bytes);
        assertThat(images.count()).isEqualTo(n);
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    for (int k = 0; k < c; k++) {
                        assertThat(images.pixel(i, y, x, k)).isEqualTo(bytes[at++] & 0xff);
                    }
                }
            }
        }
    }

    @Test
    void nobodyCanChangeThem() {
        byte[] bytes = {1, 2, 3, 4};
        int[] labels = {0, 1};
        Images images = Images.of("test", 1, 2, 1, bytes).withLabels(labels, List.of("a", "b"));
        bytes[0] = 9;
        labels[0] = 1;
        images.bytes()[1] = 9;
        images.image(0)[1] = 9;
        assertThat(images.bytes()).containsExactly(1, 2, 3, 4);
        images.labels()[1] = 0;
        assertThat(images.labels()).containsExactly(0, 1);
    }

    @Test
    void aSliceKeepsLabels() {
        Images images = Images.of("test", 1, 2, 1, new byte[] {1, 2, 3, 4, 5, 6})
                .withLabels(new int[] {2, 0, 1}, List.of("a", "b", "c"));
        Images slice = images.slice(1, 3);
        assertThat(slice.bytes()).containsExactly(3, 4, 5, 6);
        assertThat(slice.label(0)).isZero();
        assertThat(slice.label(1)).isEqualTo(1);
        assertThat(slice.image(1)).containsExactly(5, 6);
    }

    @Test
    void aSelectionKeepsLabelsAndOrder() {
        Images images = Images.of("test", 1, 2, 1, new byte[] {1, 2, 3, 4, 5, 6});
        Images labelled = images.withLabels(new int[] {2, 0, 1}, List.of("a", "b", "c"));
        Images selected = labelled.select(2, 0, 2);
        assertThat(selected.bytes()).containsExactly(5, 6, 1, 2, 5, 6);
        assertThat(selected.labels()).containsExactly(1, 2, 1);
        assertThat(selected.classes()).isEqualTo(labelled.classes());
        assertThat(images.select(1).hasLabels()).isFalse();
        assertThatThrownBy(() -> images.select(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void checksumIsTheSha256OfTheBytes() {
        // The SHA-256 of "abc", from the standard (FIPS 180-2, appendix B.1).
        Images images = Images.of("test", 1, 1, 3, new byte[] {'a', 'b', 'c'});
        assertThat(images.sha256()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void saysWhatItIs() {
        assertThat(Images.of("x.zip", 2, 3, 1, new byte[12]).toString()).isEqualTo("x.zip: 2 images of 2×3, grey");
        assertThat(Images.of("x", 1, 1, 3, new byte[3])
                        .withLabels(new int[] {1}, List.of("cat", "dog"))
                        .toString())
                .isEqualTo("x: 1 image of 1×1, colour, 2 classes");
    }

    @Test
    void refusesWhatIsNoDataSet() {
        assertThatThrownBy(() -> Images.of("x", 2, 2, 1, new byte[7]))
                .isInstanceOf(BadDataException.class)
                .hasMessage("x: 7 bytes are not one or more images of 2×2×1 = 4 bytes");
        assertThatThrownBy(() -> Images.of("x", 2, 2, 1, new byte[0])).hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> Images.of("x", 1, 1, 4, new byte[4])).hasMessageContaining("these have 4");
        assertThatThrownBy(() -> Images.of("x", 0, 1, 1, new byte[4])).hasMessageContaining("0×1");
        Images two = Images.of("x", 1, 1, 1, new byte[2]);
        assertThatThrownBy(() -> two.withLabels(new int[1], List.of("a"))).hasMessage("x: 1 labels for 2 images");
        assertThatThrownBy(() -> two.withLabels(new int[] {0, 1}, List.of("a")))
                .hasMessage("x: image 1 has label 1, but there are 1 classes");
        assertThatThrownBy(() -> two.label(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(two::labels)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("x has no labels");
    }

    @Test
    void refusesMoreThanAnArrayHolds() {
        assertThatThrownBy(() -> Images.requireRoom("big.zip", 1_000_000, 256, 256, 3))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("big.zip: 1000000 images of 256×256×3 are 196608000000 bytes; at most 2147483639")
                .hasMessageContaining("data.size");
    }
}
