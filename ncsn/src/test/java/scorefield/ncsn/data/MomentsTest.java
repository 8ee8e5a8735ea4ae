package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MomentsTest {

    /** Bytes are dequantised as training does it, with uniform numbers; the mean and the variance are those of the result. */
    @Test
    void imagesAreTakenAsTrainingSeesThem() {
        Images digits = new Digits(3).generate(200);
        Random random = new Random(1);
        int n = 0;
        double sum = 0;
        double squares = 0;
        for (byte b : digits.bytes()) {
            double number = ((b & 0xff) + random.nextDouble()) / 256;
            sum += number;
            squares += number * number;
            n++;
        }
        Moments moments = Moments.of(digits);
        double mean = sum / n;
        // Only the uniform numbers differ: their mean's deviation is 1/256/√(12n).
        assertThat(moments.mean()).isCloseTo(mean, within(4.5 / 256 / Math.sqrt(12.0 * n)));
        assertThat(moments.deviation()).isCloseTo(Math.sqrt(squares / n - mean * mean), within(1e-5));
    }

    @Test
    void oneGreyHasTheDeviationOfItsCell() {
        Moments moments = Moments.of(Images.of("grey", 2, 2, 1, new byte[] {10, 10, 10, 10}));
        assertThat(moments.mean()).isCloseTo(10.5 / 256, within(1e-15));
        assertThat(moments.deviation()).isCloseTo(1 / (256 * Math.sqrt(12)), within(1e-15));
    }

    @Test
    void pointsCountAllTheirCoordinates() {
        Moments moments = Moments.of(Points.of("four", 2, new float[] {1, 3, -1, 5}));
        assertThat(moments.mean()).isCloseTo(2, within(1e-15));
        assertThat(moments.deviation()).isCloseTo(Math.sqrt((1 + 1 + 9 + 9) / 4.0), within(1e-15));
    }
}
