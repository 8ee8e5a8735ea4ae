package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchDrawsTest {

    @Property
    void everyEpochSeesEveryImageOnce(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int images,
            @ForAll @IntRange(min = 1, max = 50) int batch) {
        BatchDraws draws = new BatchDraws(seed, images, batch, 3);
        List<Integer> seen = new ArrayList<>();
        for (long step = 0; step < 5; step++) {
            for (int index : draws.samples(step)) {
                seen.add(index);
            }
        }
        for (int epoch = 0; (epoch + 1) * images <= seen.size(); epoch++) {
            assertThat(seen.subList(epoch * images, (epoch + 1) * images))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, images).boxed().toList());
        }
        assertThat(draws.epoch(5) * images + draws.cursor(5)).isEqualTo(5L * batch);
    }

    @Property
    void aStepDrawsTheSameWhateverWasDrawnBefore(@ForAll long seed, @ForAll @IntRange(min = 0, max = 1000) int step) {
        BatchDraws fresh = new BatchDraws(seed, 17, 5, 9);
        BatchDraws used = new BatchDraws(seed, 17, 5, 9);
        used.samples(3);
        used.levels(8);
        assertThat(used.samples(step)).isEqualTo(fresh.samples(step));
        assertThat(used.levels(step)).isEqualTo(fresh.levels(step));
        assertThat(Arrays.stream(used.levels(step))).allMatch(level -> level >= 0 && level < 9);
    }

    @Test
    void epochsAreShuffledDifferently() {
        BatchDraws draws = new BatchDraws(0, 100, 100, 2);
        assertThat(draws.samples(0)).isNotEqualTo(draws.samples(1));
        assertThat(draws.samples(0)).isNotEqualTo(IntStream.range(0, 100).toArray());
    }

    @Test
    void allNoiseLevelsAreDrawnAboutEquallyOften() {
        BatchDraws draws = new BatchDraws(5, 1, 1000, 10);
        int[] counts = new int[10];
        for (long step = 0; step < 10; step++) {
            for (int level : draws.levels(step)) {
                counts[level]++;
            }
        }
        // 10000 draws: 1000 each, with a standard deviation of 30.
        assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 1000) < 150);
    }

    @Test
    void theStateIsTheSeedAndTheStep() {
        assertThat(new BatchDraws(0x1234_5678_9abcL, 1, 1, 1).state(0x5_0000_0007L))
                .containsExactly(0x5678_9abc, 0x1234, 7, 5);
    }
}
