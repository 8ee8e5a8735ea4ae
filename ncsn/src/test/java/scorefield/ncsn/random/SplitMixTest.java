package scorefield.ncsn.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitMixTest {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final int DRAWS = 60_000;

    /** The first numbers of the generator that its authors published, from seed 0: SplitMix64's state goes up by the golden ratio. */
    @Test
    void itIsSplitMix64() {
        assertThat(SplitMix.mix(0)).isEqualTo(0xe220a8397b1dcdafL);
        assertThat(SplitMix.mix(GOLDEN)).isEqualTo(0x6e789e6aa1b965f4L);
        assertThat(SplitMix.mix(GOLDEN << 1)).isEqualTo(0x06c45d188009454fL);
    }

    @Test
    void everyOrderIsAsLikely() {
        requireUniform(seed -> new SplitMix(seed, 0).permutation(3), 6);
        assertThat(new SplitMix(1, 2).permutation(0)).isEmpty();
    }

    @Test
    void everySubsetIsAsLikelyAndRises() {
        requireUniform(seed -> new SplitMix(seed, 0).subset(2, 4), 6);
        requireUniform(seed -> new SplitMix(seed, 0).subset(1, 3), 3);
        int[] some = new SplitMix(1, 2).subset(30, 100);
        assertThat(some).hasSize(30).isSorted().doesNotHaveDuplicates();
        assertThat(new SplitMix(1, 2).subset(5, 5)).containsExactly(0, 1, 2, 3, 4);
    }

    private static void requireUniform(Function<Integer, int[]> draw, int outcomes) {
        Map<String, Long> counts = IntStream.range(0, DRAWS)
                .mapToObj(seed -> Arrays.toString(draw.apply(seed)))
                .collect(Collectors.groupingBy(drawn -> drawn, Collectors.counting()));
        assertThat(counts).hasSize(outcomes);
        double expected = (double) DRAWS / outcomes;
        counts.values()
                .forEach(count -> assertThat((double) count)
                        .isCloseTo(expected, within(5 * Math.sqrt(expected * (1 - 1.0 / outcomes)))));
    }
}
