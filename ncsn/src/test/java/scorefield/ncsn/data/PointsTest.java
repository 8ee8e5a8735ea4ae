package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class PointsTest {

    private final Points points = Points.of("test", new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});

    @Test
    void knowsItsNumbers() {
        assertThat(points.count()).isEqualTo(3);
        assertThat(points.dimension()).isEqualTo(3);
        assertThat(points.point(1)).containsExactly(4, 5, 6);
        assertThat(points.rows()).isDeepEqualTo(new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
        assertThat(points.slice(1, 3).coordinates()).containsExactly(4, 5, 6, 7, 8, 9);
        assertThat(points).hasToString("test: 3 points in 3 dimensions");
    }

    @Test
    void nobodyCanChangeIt() {
        float[] given = {1, 2};
        Points copied = Points.of("test", 1, given);
        given[0] = 5;
        copied.coordinates()[1] = 5;
        assertThat(copied.coordinates()).containsExactly(1, 2);
    }

    @Test
    void theHashIsThatOfTheLittleEndianBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= 9; i++) {
            bytes.putFloat(i);
        }
        assertThat(points.sha256())
                .isEqualTo(Images.of("bytes", 1, 36, 1, bytes.array()).sha256());
        assertThat(points.slice(0, 2).sha256()).isNotEqualTo(points.sha256());
    }

    @Test
    void wrongNumbersAreRefused() {
        assertThatThrownBy(() -> Points.of("test", 2, new float[] {1, 2, 3}))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("3 numbers");
        assertThatThrownBy(() -> Points.of("test", 2, new float[] {1, 2, 3, Float.NaN}))
                .hasMessage("test: number 1 of point 1 is NaN; coordinates must be finite");
        assertThatThrownBy(() -> Points.of("test", new double[][] {{1, 2}, {3}}))
                .hasMessageContaining("point 1 has 1");
        assertThatThrownBy(() -> Points.of("test", new double[0][])).hasMessageContaining("0 numbers");
    }
}
