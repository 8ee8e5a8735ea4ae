package scorefield.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.text.Text;

class ConsoleTest {

    @Test
    void durationsAndSizesAreForPeople() {
        assertThat(Text.duration(41.7)).isEqualTo("42s");
        assertThat(Text.duration(185)).isEqualTo("3m 05s");
        assertThat(Text.duration(3720)).isEqualTo("1h 02m");
        assertThat(Text.duration(Double.NaN)).isEqualTo("?");
        assertThat(Text.bytes(1000)).isEqualTo("1000 B");
        assertThat(Text.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Text.bytes(3L << 30)).isEqualTo("3.0 GiB");
    }

    @Test
    void withoutATerminalProgressIsLines() {
        StringWriter text = new StringWriter();
        try (Progress progress = new ProgressInLines("training", "steps", 0, 10, new PrintWriter(text))) {
            progress.update(1, "");
            progress.update(2, "loss 3");
            progress.update(3, "loss 2"); // too soon for another line
            progress.print("step 3: samples");
            progress.update(10, "loss 1");
            progress.update(10, "loss 1");
        }
        assertThat(text.toString().lines().map(line -> line.replaceAll("\\d+s left", "ns left")))
                .containsExactly(
                        "training 2/10 steps  loss 3  ns left", "step 3: samples", "training 10/10 steps  loss 1");
    }

    @Test
    void theTimeLeftFollowsFromWhatCameAfterTheFirstStep() {
        TimeLeft left = new TimeLeft(100, 200);
        assertThat(left.seconds()).isNaN();
        left.update(100, 0);
        left.update(101, 60_000_000_000L); // a minute, in which kernels were compiled
        assertThat(left.seconds()).isNaN();
        assertThat(left.duration()).isEmpty();
        left.update(111, 65_000_000_000L); // half a second each
        assertThat(left.seconds()).isEqualTo(44.5);
        assertThat(left.duration()).hasValue(Duration.ofMillis(44_500));
        left.update(200, 100_000_000_000L);
        assertThat(left.seconds()).isZero();
    }
}
