package scorefield.ncsn.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SphericalInterpolationTest {

    private static final double CENTRE = 0.5;

    private final Random random = new Random(1);

    private float[] noise() {
        float[] noise = new float[784];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (CENTRE + random.nextGaussian());
        }
        return noise;
    }

    private static double norm(float[] x) {
        double sum = 0;
        for (float number : x) {
            sum += (number - CENTRE) * (number - CENTRE);
        }
        return Math.sqrt(sum);
    }

    @Test
    void theEndsAreTheEnds() {
        float[] a = noise();
        float[] b = noise();
        assertThat(SphericalInterpolation.between(a, b, CENTRE, 0))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(a);
        assertThat(SphericalInterpolation.between(a, b, CENTRE, 1))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(b);
    }

    /** On the straight line the norm half way would be about 1/√2 of the ends'. */
    @Test
    void theNormStays() {
        float[] a = noise();
        float[] b = noise();
        // Norms of 784 independent numbers differ by 2.5 % (one standard deviation), and those between lie between
        // them.
        for (double w : new double[] {0.25, 0.5, 0.75}) {
            assertThat(norm(SphericalInterpolation.between(a, b, CENTRE, w))).isCloseTo(28, within(28 * 0.1));
        }
    }

    @Test
    void aQuarterCircleIsCutInThirds() {
        float[] a = {1.5f, 0.5f};
        float[] b = {0.5f, 1.5f};
        float[] third = SphericalInterpolation.between(a, b, CENTRE, 1 / 3.0);
        assertThat(third[0]).isCloseTo((float) (0.5 + Math.cos(Math.PI / 6)), within(1e-6f));
        assertThat(third[1]).isCloseTo((float) (0.5 + Math.sin(Math.PI / 6)), within(1e-6f));
    }

    @Test
    void theSamePlaceStaysAndTheOppositeOneIsRefused() {
        float[] a = {1.5f, 0.5f};
        assertThat(SphericalInterpolation.between(a, a, CENTRE, 0.4)).containsExactly(a);
        assertThatThrownBy(() -> SphericalInterpolation.between(a, new float[] {-0.5f, 0.5f}, CENTRE, 0.5))
                .hasMessageContaining("opposite");
    }
}
