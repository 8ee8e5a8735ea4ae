package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ValuesTest {

    @Test
    void keepTheirPrecision() {
        assertThat(Values.of(Shape.of(1), 0.1).get(0)).isEqualTo(0.1);
        assertThat(Values.of(Shape.of(1), 0.1f).get(0)).isEqualTo(0.1f);
        assertThat(Values.of(Shape.of(1), 0.1).floats()).containsExactly(0.1f);
        assertThat(Values.scalar(0.1).item()).isEqualTo(0.1);
        assertThat(Values.fill(Shape.of(2), 3).doubles()).containsExactly(3, 3);
    }

    @Test
    void knowTheirType() {
        assertThat(Values.of(Shape.of(1), 0.1f).dtype()).isEqualTo(DType.FLOAT);
        assertThat(Values.of(Shape.of(1), 0.1).dtype()).isEqualTo(DType.FLOAT);
        assertThat(Values.of(Shape.of(2), 1, 2).ints()).containsExactly(1, 2);
        Values bytes = Values.of(Shape.of(1), (byte) -1);
        assertThat(bytes.dtype()).isEqualTo(DType.BYTE);
        assertThat(bytes.get(0)).isEqualTo(255);
        assertThat(bytes.doubles()).containsExactly(255);
        assertThat(bytes.floats()).containsExactly(255f);
        assertThatThrownBy(bytes::ints)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("BYTE", "INT");
    }

    @Test
    void mustFillTheirShape() {
        assertThatThrownBy(() -> Values.of(Shape.of(2, 3), new float[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shape 2×3 needs 6 numbers; got 5");
        assertThatThrownBy(() -> Values.of(Shape.of(2), 1.0, 2.0).item())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("got the shape 2");
    }

    @Test
    void showTheirFirstNumbers() {
        assertThat(Values.of(Shape.of(2), 1.5, 2.5)).hasToString("FLOAT 2 [1.5, 2.5]");
        assertThat(Values.fill(Shape.of(9), 0)).asString().endsWith("0.0, …]");
    }
}
