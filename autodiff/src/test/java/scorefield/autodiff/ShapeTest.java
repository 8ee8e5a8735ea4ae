package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {

    @Test
    void knowsItsExtents() {
        Shape shape = Shape.of(2, 3, 5);
        assertThat(shape.rank()).isEqualTo(3);
        assertThat(shape.size()).isEqualTo(30);
        assertThat(shape.dim(1)).isEqualTo(3);
        assertThat(shape.dim(-1)).isEqualTo(5);
        assertThat(shape.axis(-3)).isZero();
        assertThat(shape.strides()).containsExactly(15, 5, 1);
        assertThat(shape.range(1, 3)).isEqualTo(15);
        assertThat(shape.with(-2, 7)).isEqualTo(Shape.of(2, 7, 5)).hasSameHashCodeAs(Shape.of(2, 7, 5));
        assertThat(shape).hasToString("2×3×5");
        assertThat(Shape.SCALAR).isEqualTo(Shape.of()).hasToString("scalar");
        assertThat(Shape.SCALAR.size()).isEqualTo(1);
    }

    @Test
    void cannotBeChangedThroughItsExtents() {
        int[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 7;
        shape.dims()[1] = 7;
        assertThat(shape).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void rejectsEmptyAxesAndTooManyNumbers() {
        assertThatThrownBy(() -> Shape.of(3, 0)).hasMessageContaining("[3, 0]");
        assertThatThrownBy(() -> Shape.of(-1)).hasMessageContaining("[-1]");
        assertThat(Shape.of(Integer.MAX_VALUE).size()).isEqualTo(Integer.MAX_VALUE);
        assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 15)).hasMessageContainingAll("2^31-1", "[65536, 32768]");
        assertThatThrownBy(() -> Shape.of(1 << 30, 1 << 30, 1 << 30)).hasMessageContaining("2^31-1");
        assertThatThrownBy(() -> Shape.of(2, 3).dim(2)).hasMessageContainingAll("axis 2", "2×3");
        assertThatThrownBy(() -> Shape.of(2, 3).dim(-3)).hasMessageContaining("axis -3");
    }

    @Test
    void oneNumberForEachSampleBroadcastsOverTheBatch() {
        assertThat(Shape.of(5, 2, 3).perSample()).isEqualTo(Shape.of(5, 1, 1));
        assertThat(Shape.of(5).perSample()).isEqualTo(Shape.of(5));
    }

    @Test
    void broadcasts() {
        assertThat(Shape.broadcast("f", Shape.of(5, 1, 3), Shape.of(4, 1))).isEqualTo(Shape.of(5, 4, 3));
        assertThat(Shape.broadcast("f", Shape.SCALAR, Shape.of(2))).isEqualTo(Shape.of(2));
        assertThatThrownBy(() -> Shape.broadcast("f", Shape.of(2, 3), Shape.of(2)))
                .hasMessage("f: shapes 2×3 and 2 do not broadcast");
    }
}
