package scorefield.ncsn.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NoiseLevelsTest {

    @Test
    void geometricLevelsHaveOneRatioAndExactEnds() {
        NoiseLevels levels = NoiseLevels.geometric(50, 0.01, 232);
        assertThat(levels.count()).isEqualTo(232);
        assertThat(levels.largest()).isEqualTo(50);
        assertThat(levels.smallest()).isEqualTo(0.01);
        double gamma = Math.pow(5000, 1 / 231.0);
        for (int i = 1; i < levels.count(); i++) {
            assertThat(levels.sigma(i - 1) / levels.sigma(i)).isCloseTo(gamma, within(1e-12));
        }
        assertThat(levels.ratio()).isCloseTo(gamma, within(1e-12));
    }

    @Test
    void oneLevelIsAScheduleToo() {
        NoiseLevels levels = NoiseLevels.geometric(0.3, 0.3, 1);
        assertThat(levels).isEqualTo(NoiseLevels.of(0.3));
        assertThat(levels.ratio()).isEqualTo(1);
    }

    @Test
    void levelsAreEqualIfAllOfThemAre() {
        assertThat(NoiseLevels.of(2, 1)).isEqualTo(NoiseLevels.of(2, 1)).isNotEqualTo(NoiseLevels.of(2, 1.5));
        assertThat(NoiseLevels.of(2, 1)).hasSameHashCodeAs(NoiseLevels.of(2, 1));
    }

    @Test
    void theirDescriptionIsForPeople() {
        assertThat(NoiseLevels.of(0.25).description()).isEqualTo("1 noise level, σ = 0.2500");
        assertThat(NoiseLevels.geometric(1, 0.01, 10).description())
                .isEqualTo("10 noise levels from σ = 1.000 to 0.01000");
    }

    @Test
    void itCannotBeChangedFromOutside() {
        double[] sigmas = {2, 1};
        NoiseLevels levels = NoiseLevels.of(sigmas);
        sigmas[0] = 7;
        levels.toArray()[0] = 8;
        assertThat(levels.toList()).containsExactly(2.0, 1.0);
    }

    @Test
    void levelsThatDoNotFallAreRefused() {
        assertThatThrownBy(() -> NoiseLevels.of(1, 0.5, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("level 3 is 0.5 after 0.5");
        assertThatThrownBy(() -> NoiseLevels.of(1, -1)).hasMessageContaining("level 2 is -1.0");
        assertThatThrownBy(() -> NoiseLevels.of(Double.NaN)).hasMessageContaining("level 1 is NaN");
        assertThatThrownBy(NoiseLevels::of).hasMessageContaining("at least one noise level");
        assertThatThrownBy(() -> NoiseLevels.geometric(0.01, 1, 10)).hasMessageContaining("got 0.01 and 1.0");
        assertThatThrownBy(() -> NoiseLevels.geometric(1, 0.01, 1)).hasMessageContaining("use at least 2");
        assertThatThrownBy(() -> NoiseLevels.geometric(1, 1, 5)).hasMessageContaining("use 1");
        assertThatThrownBy(() -> NoiseLevels.geometric(1, 0, 5)).hasMessageContaining("got 1.0 and 0.0");
        assertThatThrownBy(() -> NoiseLevels.polynomial(1, 0, 5, PolynomialSpacing.STANDARD))
                .hasMessageContaining("got 1.0, 0.0");
    }

    /** The paper's 18 levels for 32×32 images; ρ = 1 is arithmetic, and a large ρ nearly geometric. */
    @Test
    void polynomialLevelsAreEvenlySpacedInTheirRoots() {
        NoiseLevels levels = NoiseLevels.polynomial(80, 0.002, 18, PolynomialSpacing.STANDARD);
        assertThat(levels.count()).isEqualTo(18);
        assertThat(levels.largest()).isEqualTo(80);
        assertThat(levels.smallest()).isEqualTo(0.002);
        assertThat(levels.sigma(1)).isCloseTo(57.586, within(1e-3));
        double step = Math.pow(levels.sigma(0), 1 / 7.0) - Math.pow(levels.sigma(1), 1 / 7.0);
        for (int i = 1; i < 17; i++) {
            assertThat(Math.pow(levels.sigma(i), 1 / 7.0) - Math.pow(levels.sigma(i + 1), 1 / 7.0))
                    .isCloseTo(step, within(1e-12));
        }
        double[] arithmetic =
                NoiseLevels.polynomial(3, 1, 5, new PolynomialSpacing(1)).toArray();
        assertThat(arithmetic).containsExactly(3, 2.5, 2, 1.5, 1);
        double[] geometric = NoiseLevels.geometric(3, 1, 5).toArray();
        assertThat(NoiseLevels.polynomial(3, 1, 5, new PolynomialSpacing(1e6)).toArray())
                .containsExactly(geometric, within(1e-5));
        assertThatThrownBy(() -> new PolynomialSpacing(0.5)).hasMessageContaining("got 0.5");
        assertThatThrownBy(() -> NoiseLevels.polynomial(1, 1, 5, PolynomialSpacing.STANDARD))
                .hasMessageContaining("1.0, 1.0");
    }

    @Test
    void polynomialSpacingRisesAsItFalls() {
        double[] falling = PolynomialSpacing.STANDARD.between(50, 0.01, 4);
        assertThat(falling).startsWith(50).endsWith(0.01).hasSize(5);
        // (50^(1/7) + 0.01^(1/7))/2 to the seventh.
        assertThat(falling[2])
                .isCloseTo(Math.pow((Math.pow(50, 1 / 7.0) + Math.pow(0.01, 1 / 7.0)) / 2, 7), within(1e-12));
        double[] rising = PolynomialSpacing.STANDARD.between(0.01, 50, 4);
        for (int i = 0; i <= 4; i++) {
            assertThat(rising[i]).isCloseTo(falling[4 - i], within(1e-12 * falling[4 - i]));
        }
    }
}
