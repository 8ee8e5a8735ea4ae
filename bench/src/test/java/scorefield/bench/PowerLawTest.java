package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PowerLawTest {

    @Test
    void anExactLawIsFound() {
        double[] x = {1, 2, 5, 8};
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 3 * Math.pow(x[i], 1.7);
        }
        PowerLaw law = PowerLaw.fit(x, y);
        assertThat(law.exponent()).isCloseTo(1.7, within(1e-12));
        assertThat(law.factor()).isCloseTo(3, within(1e-12));
    }

    @Test
    void errorsAreLeastSquaresOfLogarithms() {
        // log₂: (0, 0), (1, 1), (2, 1): the slope of the line is 1/2.
        assertThat(PowerLaw.fit(new double[] {1, 2, 4}, new double[] {1, 2, 2}).exponent())
                .isCloseTo(0.5, within(1e-12));
    }

    @Test
    void onePointHasNoExponent() {
        assertThatThrownBy(() -> PowerLaw.fit(new double[] {3, 3}, new double[] {1, 2}))
                .hasMessageContaining("at least two different numbers");
    }
}
