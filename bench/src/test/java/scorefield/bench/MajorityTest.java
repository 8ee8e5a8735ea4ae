package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MajorityTest {

    private static List<Double> majority(Double... numbers) {
        return Majority.of(List.of(numbers), (a, b) -> Math.abs(a - b) <= 1);
    }

    @Test
    void theLargestGroupIsRight() {
        assertThat(majority(1.0, 7.0, 1.5)).containsExactly(1.0, 1.5);
        assertThat(majority(Double.NaN, 2.0, 1.5, 9.0)).containsExactly(2.0, 1.5);
        assertThat(majority(3.0)).containsExactly(3.0);
    }

    @Test
    void agreementIsInPairs() {
        assertThat(majority(1.0, 1.9, 2.8, 1.2))
                .as("1.9 agrees with 2.8, which agrees with no other")
                .containsExactly(1.0, 1.9, 1.2);
    }

    @Test
    void groupsOfTheSameSizeDecideNothing() {
        assertThat(majority(1.0, 7.0)).isEmpty();
        assertThat(majority(1.0, 7.0, 1.5, 7.5)).isEmpty();
        assertThat(majority()).isEmpty();
    }
}
