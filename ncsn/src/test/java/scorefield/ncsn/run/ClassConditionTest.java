package scorefield.ncsn.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;

class ClassConditionTest {

    @Test
    void samplesAreSortedByTheirClass() {
        ClassCondition classes = new ClassCondition(List.of(0, 1, 2), List.of("a", "b", "c"), 0);
        Values sorted = classes.sorted(Values.of(Shape.of(6, 1), 0f, 1f, 2f, 10f, 11f, 12f));
        assertThat(sorted.floats()).containsExactly(0, 10, 1, 11, 2, 12);
    }
}
