package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadOptionsTest {

    @Test
    void sizesAreRowsByColumns() {
        assertThat(ImageSize.parse("32")).isEqualTo(new ImageSize(32, 32));
        assertThat(ImageSize.parse(" 32x48 ")).isEqualTo(new ImageSize(32, 48));
        assertThat(ImageSize.parse("32 × 48").toString()).isEqualTo("32x48");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "32x", "-1", "3.5", "32x32x3", "big", "99999999999"})
    void otherWritingsAreRefused(String written) {
        assertThatThrownBy(() -> ImageSize.parse(written))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("'" + written + "'")
                .hasMessageContaining("32x48");
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> ImageSize.parse("0x5"))
                .hasMessageContaining("0x5")
                .hasMessageContaining("8192");
        assertThatThrownBy(() -> ImageSize.parse("9000")).hasMessageContaining("9000x9000");
    }

    @Test
    void croppingNeedsASize() {
        assertThatThrownBy(() -> new ReadOptions(null, true, false, null))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("data.crop=true")
                .hasMessageContaining("data.size");
    }
}
