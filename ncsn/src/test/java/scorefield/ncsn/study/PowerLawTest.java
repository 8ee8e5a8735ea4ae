package scorefield.ncsn.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PowerLawTest {

    @Test
    void findsAPowerLaw() {
        double[] x = {2, 7, 30, 784};
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 0.3 * Math.pow(x[i], -1.7);
        }
        PowerLaw law = PowerLaw.fit(x, y);
        assertThat(law.exponent()).isCloseTo(-1.7, within(1e-13));
        assertThat(law.factor()).isCloseTo(0.3, within(1e-13));
        assertThat(law.at(10)).isCloseTo(0.3 * Math.pow(10, -1.7), within(1e-14));
    }

    /** At x = e⁻¹, 1, e the logarithms are −1, 0, 1, and the slope is half the difference of the outer two, whatever the middle one is. */
    @Test
    void isTheLeastSquaresLineBetweenLogarithms() {
        PowerLaw law = PowerLaw.fit(new double[] {1 / Math.E, 1, Math.E}, new double[] {1, 5, Math.exp(3)});
        assertThat(law.exponent()).isCloseTo(1.5, within(1e-14));
        assertThat(law.factor()).isCloseTo(Math.exp((0 + Math.log(5) + 3) / 3), within(1e-13));
    }
}
