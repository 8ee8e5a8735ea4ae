package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;

class BatchDrawsTest {

    private static final NoiseLevels LEVELS = NoiseLevels.geometric(2, 0.01, 10);
    private static final SigmaDensity UNIFORM = SigmaDensity.uniformOver(LEVELS);

    @Property
    void everyEpochSeesEveryImageOnce(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int images,
            @ForAll @IntRange(min = 1, max = 50) int batch) {
        BatchDraws draws = new BatchDraws(seed, images, batch, UNIFORM);
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
        for (SigmaDensity density : List.of(UNIFORM, SigmaDensity.logUniform(LEVELS))) {
            BatchDraws fresh = new BatchDraws(seed, 17, 5, density);
            BatchDraws used = new BatchDraws(seed, 17, 5, density);
            used.samples(3);
            used.sigmas(8);
            assertThat(used.samples(step)).isEqualTo(fresh.samples(step));
            assertThat(used.sigmas(step)).isEqualTo(fresh.sigmas(step));
            assertThat(Arrays.stream(used.sigmas(step))).allMatch(sigma -> sigma >= 0.01 && sigma <= 2);
        }
    }

    @Test
    void epochsAreShuffledDifferently() {
        BatchDraws draws = new BatchDraws(0, 100, 100, UNIFORM);
        assertThat(draws.samples(0)).isNotEqualTo(draws.samples(1));
        assertThat(draws.samples(0)).isNotEqualTo(IntStream.range(0, 100).toArray());
    }

    @Test
    void allNoiseLevelsAreDrawnAboutEquallyOften() {
        BatchDraws draws = new BatchDraws(5, 1, 1000, UNIFORM);
        int[] counts = new int[10];
        for (long step = 0; step < 10; step++) {
            for (double sigma : draws.sigmas(step)) {
                counts[LEVELS.toList().indexOf(sigma)]++;
            }
        }
        // 10000 draws: 1000 each, with a standard deviation of 30.
        assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 1000) < 150);
    }

    @Test
    void betweenTheEndsTheLogarithmIsUniform() {
        BatchDraws draws = new BatchDraws(5, 1, 10_000, SigmaDensity.logUniform(LEVELS));
        double[] places = Arrays.stream(draws.sigmas(0))
                .map(sigma -> Math.log(sigma / 0.01) / Math.log(2 / 0.01))
                .sorted()
                .toArray();
        // The largest distance between the empirical and the true distribution function exceeds 1.95/√n with
        // probability 0.001 (Kolmogorov).
        for (int i = 0; i < places.length; i++) {
            assertThat(places[i]).isCloseTo((i + 0.5) / places.length, within(1.95 / Math.sqrt(places.length)));
        }
    }

    @Test
    void aShareOfTheSamplesIsNotToldItsClass() {
        int[] labels = IntStream.range(0, 17).map(i -> i % 5).toArray();
        BatchDraws draws = new BatchDraws(5, 17, 1000, UNIFORM).withClasses(labels, 5, 0.1);
        int untold = 0;
        for (long step = 0; step < 10; step++) {
            int[] samples = draws.samples(step);
            int[] classes = draws.classes(step);
            for (int i = 0; i < 1000; i++) {
                untold += classes[i] == 5 ? 1 : 0;
                assertThat(classes[i]).isIn(labels[samples[i]], 5);
            }
            assertThat(draws.classes(step)).isEqualTo(classes);
        }
        // 10000 samples: 1000, with a standard deviation of 30.
        assertThat(untold).isBetween(1000 - 135, 1000 + 135);
    }

    @Test
    void everyClassIsToldWhereNoneIsToBeLeftOut() {
        int[] labels = {1, 0, 2};
        BatchDraws all = new BatchDraws(5, 3, 3, UNIFORM).withClasses(labels, 3, 0);
        assertThat(all.classes(4))
                .containsExactly(
                        IntStream.of(all.samples(4)).map(i -> labels[i]).toArray());
        assertThat(new BatchDraws(5, 3, 3, UNIFORM).withClasses(labels, 3, 1).classes(4))
                .containsExactly(3, 3, 3);
    }

    @Test
    void theStateIsTheSeedAndTheStep() {
        assertThat(new BatchDraws(0x1234_5678_9abcL, 1, 1, UNIFORM).state(0x5_0000_0007L))
                .containsExactly(0x5678_9abc, 0x1234, 7, 5);
    }
}
