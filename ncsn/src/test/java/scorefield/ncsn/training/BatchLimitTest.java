package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchLimitTest {

    @Test
    void theLargestNumberIsFoundByBisection() {
        for (int limit = 0; limit <= 20; limit++) {
            int fits = limit;
            assertThat(BatchLimit.largest(20, n -> n <= fits)).isEqualTo(limit);
        }
        assertThat(BatchLimit.largest(0, n -> true)).isZero();
    }
}
