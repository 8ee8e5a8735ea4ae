package scorefield.ncsn.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.distribution.Gaussian;

class BitsPerDimensionTest {

    /** As many bits as a byte has. */
    @Test
    void aUniformDensityCostsEightBits() {
        assertThat(BitsPerDimension.of(0, 784)).isEqualTo(8);
        // Half of the cells with twice the density: one bit less for each number.
        assertThat(BitsPerDimension.of(10 * Math.log(2), 10)).isCloseTo(7, within(1e-12));
    }

    /**
     * The entropy of a Gaussian that is rounded down to multiples of 1/256, its probabilities summed up, is its differential entropy plus the
     * offset: exact for a density that does not change within a cell, which one of deviation 20 cells nearly is (by (1/20)²/24).
     */
    @Test
    void theOffsetIsTheLogarithmOfTheCells() {
        double deviation = 20 / 256.0;
        Gaussian density = Gaussian.isotropic(new double[] {0.5}, deviation);
        double entropy = 0;
        for (int cell = 0; cell < 256; cell++) {
            double probability = 0;
            int parts = 64;
            for (int part = 0; part < parts; part++) {
                double x = (cell + (part + 0.5) / parts) / 256;
                probability += Math.exp(density.logDensity(new double[] {x})) / 256 / parts;
            }
            entropy -= probability * Math.log(probability) / Math.log(2);
        }
        double meanLogDensity = -0.5 - Math.log(deviation * Math.sqrt(2 * Math.PI));
        assertThat(BitsPerDimension.of(meanLogDensity, 1)).isCloseTo(entropy, within(2e-4));
    }

    @Test
    void everyNumberStaysInItsCell() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < 256; i++) {
            bytes[i] = (byte) i;
        }
        Images images = Images.of("all", 2, 2, 1, bytes);
        float[] x = BitsPerDimension.dequantised(images, 1);
        double mean = 0;
        for (int i = 0; i < 256; i++) {
            assertThat(x[i]).isBetween(i / 256f, (i + 1) / 256f);
            mean += (256 * x[i] - i) / 256;
        }
        // Four standard errors of 256 uniform numbers.
        assertThat(mean).isCloseTo(0.5, within(4 / Math.sqrt(12 * 256)));
        assertThat(BitsPerDimension.dequantised(images, 1)).isEqualTo(x);
        assertThat(BitsPerDimension.dequantised(images, 2)).isNotEqualTo(x);
    }
}
