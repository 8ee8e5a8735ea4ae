package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StepTimeTest {

    @Test
    void aStepIsMeasuredAfterTheOneThatCompiles() {
        AtomicInteger steps = new AtomicInteger();
        AtomicInteger waits = new AtomicInteger();
        double seconds = StepTime.measure(steps::incrementAndGet, waits::incrementAndGet);
        // 1, then 1, 2, 4, … 64: steps that take no time are measured at most so often.
        assertThat(steps).hasValue(128);
        assertThat(waits).hasValue(8);
        assertThat(seconds).isNotNegative();
    }
}
