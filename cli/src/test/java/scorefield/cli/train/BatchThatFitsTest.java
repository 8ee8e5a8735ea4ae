package scorefield.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchThatFitsTest {

    @Test
    void theLargestNumberIsFoundByBisection() {
        for (int limit = 0; limit <= 20; limit++) {
            int fits = limit;
            assertThat(BatchThatFits.largest(20, n -> n <= fits)).isEqualTo(limit);
        }
        assertThat(BatchThatFits.largest(0, n -> true)).isZero();
    }
}
