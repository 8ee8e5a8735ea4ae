package scorefield.ncsn.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class Ncsnv2Test {

    private static final NoiseLevels CIFAR = NoiseLevels.geometric(50, 0.01, 232);
    private static final NoiseLevels CELEBA = NoiseLevels.geometric(90, 0.01, 500);

    @Test
    void anOverlapOfOneHalfIn784DimensionsNeedsARatioOf1Point0820() {
        assertThat(Ncsnv2.ratio(784, 0.5)).isCloseTo(1.0820, within(5e-5));
    }

    /** Where neighbouring shells are wide, both ends of the interval count: Φ(0.2·√2 + 3.6) − Φ(0.2·√2 − 3.6). */
    @Test
    void inOneDimensionBothEndsCount() {
        assertThat(Ncsnv2.overlap(1.2, 1)).isCloseTo(0.999493687, within(1e-8));
    }

    @Property(tries = 50)
    void theRatioHasTheOverlapThatWasAskedFor(
            @ForAll @IntRange(min = 5, max = 200_000) int dimension,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double overlap) {
        assertThat(Ncsnv2.overlap(Ncsnv2.ratio(dimension, overlap), dimension)).isCloseTo(overlap, within(1e-9));
    }

    @Test
    void cifarsDimensionAndRangeNeed219Levels() {
        assertThat(Ncsnv2.count(50, 0.01, Ncsnv2.ratio(3072, 0.5))).isEqualTo(219);
        assertThat(Ncsnv2.levels(50, 0.01, 3072)).isEqualTo(NoiseLevels.geometric(50, 0.01, 219));
    }

    @Test
    void thePublishedLevelsOverlapByALittleMoreThanOneHalf() {
        assertThat(Ncsnv2.overlap(CIFAR.ratio(), 3 * 32 * 32)).isCloseTo(0.567, within(5e-4));
        assertThat(Ncsnv2.overlap(CELEBA.ratio(), 3 * 64 * 64)).isCloseTo(0.567, within(5e-4));
    }

    @Test
    void theBestStepSizesAreTwiceThePublishedOnes() {
        // 6.18e-6 and 3.34e-6 where a step is α·s + √(2α)·z.
        assertThat(Ncsnv2.stepSize(CIFAR, 5) / 2).isCloseTo(6.18e-6, within(0.5e-8));
        assertThat(Ncsnv2.stepSize(CELEBA, 5) / 2).isCloseTo(3.34e-6, within(0.5e-8));
    }

    @Test
    void forOneStepTheBestStepSizeHasAClosedForm() {
        // With T = 1 the variance is (1−u)²γ² + 2u, least at u = 1 − 1/γ², where it is 2 − 1/γ².
        NoiseLevels levels = NoiseLevels.geometric(1, 0.1, 11);
        double gamma2 = Math.pow(levels.ratio(), 2);
        double stepSize = Ncsnv2.stepSize(levels, 1);
        assertThat(stepSize / (2 * 0.01)).isCloseTo(1 - 1 / gamma2, within(1e-7));
        assertThat(Ncsnv2.variance(levels, 1, stepSize)).isCloseTo(2 - 1 / gamma2, within(1e-12));
    }

    @Property(tries = 100)
    void noOtherStepSizeBringsTheVarianceCloserToOne(
            @ForAll @DoubleRange(min = 1.01, max = 3) double gamma,
            @ForAll @IntRange(min = 1, max = 100) int steps,
            @ForAll @IntRange(min = 1, max = 9999) int share) {
        NoiseLevels levels = NoiseLevels.of(gamma, 1);
        double best = Ncsnv2.variance(levels, steps, Ncsnv2.stepSize(levels, steps));
        double other = Ncsnv2.variance(levels, steps, share / 1e4 * Ncsnv2.stabilityLimit(levels));
        assertThat(best).isGreaterThan(1);
        assertThat(other).isGreaterThanOrEqualTo(best - 1e-12);
    }

    @Test
    void theVarianceIsThatOfTheRecursionItStandsFor() {
        NoiseLevels levels = NoiseLevels.of(0.12, 0.1);
        double stepSize = 0.003;
        double v = 0.12 * 0.12;
        for (int t = 0; t < 7; t++) {
            // x ← x − (α/2)·x/σ² + √α·z with α = ε at the smallest level.
            v = Math.pow(1 - stepSize / 2 / 0.01, 2) * v + stepSize;
        }
        assertThat(Ncsnv2.variance(levels, 7, stepSize)).isCloseTo(v / 0.01, within(1e-12));
    }

    @Test
    void beyondTheStabilityLimitTheVarianceGrowsWithoutBound() {
        NoiseLevels levels = NoiseLevels.of(1, 0.5);
        double limit = Ncsnv2.stabilityLimit(levels);
        assertThat(limit).isEqualTo(1);
        assertThat(Ncsnv2.variance(levels, 100_000, 0.999 * limit)).isLessThan(1e4);
        assertThat(Ncsnv2.variance(levels, 100_000, 1.001 * limit)).isGreaterThan(1e50);
    }

    @Test
    void fewDimensionsGetTenLevels() {
        assertThat(Ncsnv2.levels(4, 0.01, 2)).isEqualTo(NoiseLevels.geometric(4, 0.01, 10));
        assertThat(Ncsnv2.levels(4, 0.01, 6)).isEqualTo(NoiseLevels.geometric(4, 0.01, 10));
    }

    @Test
    void whatHasNoAnswerIsRefused() {
        assertThatThrownBy(() -> Ncsnv2.ratio(4, 0.5)).hasMessageContaining("in 4 dimensions");
        assertThatThrownBy(() -> Ncsnv2.ratio(784, 1)).hasMessageContaining("got 1.0");
        assertThatThrownBy(() -> Ncsnv2.count(1, 2, 1.1)).hasMessageContaining("from 1.0 to 2.0");
        assertThatThrownBy(() -> Ncsnv2.count(2, 2, 1.1)).hasMessageContaining("from 2.0 to 2.0");
        assertThatThrownBy(() -> Ncsnv2.count(2, 0, 1.1)).hasMessageContaining("from 2.0 to 0.0");
        assertThatThrownBy(() -> Ncsnv2.count(2, 1, 1)).hasMessageContaining("got 1.0");
        assertThatThrownBy(() -> Ncsnv2.stepSize(CIFAR, 0)).hasMessageContaining("got 0");
        assertThatThrownBy(() -> Ncsnv2.stepSize(NoiseLevels.of(1), 5)).hasMessageContaining("only one");
    }
}
