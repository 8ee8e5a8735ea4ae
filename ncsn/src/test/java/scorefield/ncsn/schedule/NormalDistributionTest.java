package scorefield.ncsn.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalDistributionTest {

    /** From tables of 16 digits; the far tail as in Abramowitz and Stegun, table 26.2. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1, 0.8413447460685429",
        "-1, 0.15865525393145705",
        "1.959963984540054, 0.975",
        "-2.99, 0.0013948872354922470",
        "-3.01, 0.0013062384487694725",
        "-5, 2.8665157187919391e-7",
        "-10, 7.6198530241605261e-24",
        "-20, 2.7536241186062337e-89",
        "9, 1",
    })
    void knownValues(double x, double expected) {
        assertThat(NormalDistribution.cdf(x)).isCloseTo(expected, withinPercentage(1e-11));
    }

    @Property
    void bothTailsAddUpToOne(@ForAll @DoubleRange(min = -9, max = 9) double x) {
        assertThat(NormalDistribution.cdf(x) + NormalDistribution.cdf(-x)).isCloseTo(1, within(4e-16));
    }

    @Property
    void itsSlopeIsTheDensity(@ForAll @DoubleRange(min = -4, max = 4) double x) {
        double h = 1e-4;
        double slope = (NormalDistribution.cdf(x + h) - NormalDistribution.cdf(x - h)) / (2 * h);
        assertThat(slope).isCloseTo(NormalDistribution.density(x), within(1e-8));
    }

    @Test
    void theSeriesAndTheContinuedFractionMeet() {
        double h = 1e-10;
        double across = NormalDistribution.cdf(-3 + h) - NormalDistribution.cdf(-3 - h);
        assertThat(across).isCloseTo(2 * h * NormalDistribution.density(3), within(1e-15));
    }
}
