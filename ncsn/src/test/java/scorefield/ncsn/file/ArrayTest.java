package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArrayTest {

    @Test
    void theShapeMustHoldTheNumbers() {
        assertThat(Array.of(new float[6], 2, 3).toString()).isEqualTo("F32[2, 3]");
        assertThat(Array.of(new int[] {5}).shape()).isEmpty();
        assertThat(Array.of(new byte[0], 0, 7).length()).isZero();
        assertThatThrownBy(() -> Array.of(new float[5], 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an array of shape [2, 3] needs 6 numbers; got 5");
        assertThatThrownBy(() -> Array.of(new float[6], -2, -3)).hasMessageContaining("at least 0; got [-2, -3]");
    }

    @Test
    void numbersAreGivenOnlyAsWhatTheyAre() {
        assertThatThrownBy(() -> Array.of(new float[1], 1).longs())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the array must contain I64 numbers; it contains F32");
    }

    @Test
    void equalityIsBitForBit() {
        assertThat(Array.of(new float[] {Float.NaN}, 1)).isEqualTo(Array.of(new float[] {Float.NaN}, 1));
        assertThat(Array.of(new float[] {0f}, 1)).isNotEqualTo(Array.of(new float[] {-0f}, 1));
        assertThat(Array.of(new int[] {1}, 1)).isNotEqualTo(Array.of(new int[] {1}));
        assertThat(Array.of(new int[] {1}, 1)).isNotEqualTo(Array.of(new long[] {1}, 1));
        assertThat(Array.of(new int[] {1, 2}, 2)).hasSameHashCodeAs(Array.of(new int[] {1, 2}, 2));
    }
}
