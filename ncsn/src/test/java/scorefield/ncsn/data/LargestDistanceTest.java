package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LargestDistanceTest {

    private static double byHand(Images images) {
        double largest = 0;
        for (int i = 0; i < images.count(); i++) {
            for (int j = 0; j < i; j++) {
                double squares = 0;
                for (int k = 0; k < images.dimension(); k++) {
                    double difference = ((images.image(i)[k] & 0xff) - (images.image(j)[k] & 0xff)) / 255.0;
                    squares += difference * difference;
                }
                largest = Math.max(largest, Math.sqrt(squares));
            }
        }
        return largest;
    }

    @Property(tries = 60)
    void isTheLargestOfAllPairs(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 90) int n,
            @ForAll @IntRange(min = 1, max = 6) int h,
            @ForAll @IntRange(min = 1, max = 6) int w) {
        Images images = Images.of("test", h, w, 1, TestFiles.random(seed, n * h * w));
        LargestDistance found = LargestDistance.among(images);
        assertThat(found.exact()).isTrue();
        assertThat(found.value()).isCloseTo(byHand(images), within(1e-12));
    }

    @Property(tries = 60)
    void ofPointsItIsTheLargestOfAllPairs(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int n, @ForAll @IntRange(min = 1, max = 5) int d) {
        Random random = new Random(seed);
        double[][] rows = new double[n][d];
        for (double[] row : rows) {
            Arrays.setAll(row, k -> 3 * random.nextGaussian());
        }
        Points points = Points.of("test", rows);
        double largest = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double squares = 0;
                for (int k = 0; k < d; k++) {
                    squares += Math.pow(points.point(i)[k] - points.point(j)[k], 2);
                }
                largest = Math.max(largest, Math.sqrt(squares));
            }
        }
        LargestDistance found = LargestDistance.among(points);
        assertThat(found.exact()).isTrue();
        assertThat(found.value()).isCloseTo(largest, within(1e-14 * largest));
    }

    @Test
    void ofManyPointsOnACircleItIsTheDiameter() {
        double[][] rows = new double[6000][2];
        for (int i = 0; i < rows.length; i++) {
            rows[i][0] = 3 * Math.cos(2 * Math.PI * i / rows.length);
            rows[i][1] = 3 * Math.sin(2 * Math.PI * i / rows.length);
        }
        // Everything is equally far from the mean, so no pair can be passed over; coordinates are floats near 3.
        LargestDistance found = LargestDistance.among(Points.of("circle", rows));
        assertThat(found.exact()).isTrue();
        assertThat(found.value()).isCloseTo(6, within(4 * (double) Math.ulp(3f)));
    }

    @Test
    void blackAndWhiteAreASquareRootOfDApart() {
        byte[] bytes = new byte[2 * 200 * 200 * 3];
        Arrays.fill(bytes, 200 * 200 * 3, bytes.length, (byte) 255);
        // More than 2¹⁵ numbers: whole numbers of 32 bits would overflow.
        LargestDistance found = LargestDistance.among(Images.of("test", 200, 200, 3, bytes));
        assertThat(found.value()).isEqualTo(Math.sqrt(200 * 200 * 3));
    }

    @Test
    void oneImageOrEqualOnesAreNowhereApart() {
        assertThat(LargestDistance.among(Images.of("test", 2, 2, 1, new byte[4])))
                .isEqualTo(new LargestDistance(0, true));
        assertThat(LargestDistance.among(Images.of("test", 2, 2, 1, new byte[40]))
                        .value())
                .isZero();
    }

    @Test
    void isTheSameEveryTime() {
        Images images = new Digits(1).generate(3000);
        LargestDistance first = LargestDistance.among(images);
        assertThat(first).isEqualTo(LargestDistance.among(images));
        assertThat(first.exact()).isTrue();
    }

    @Test
    void withoutTimeForAllPairsItIsALowerBoundThatIsNear() {
        Images images = new Digits(7).generate(1500);
        LargestDistance exact = LargestDistance.among(images);
        LargestDistance bound = LargestDistance.among(images, 0);
        assertThat(bound.exact()).isFalse();
        assertThat(bound.value()).isBetween(0.95 * exact.value(), exact.value());
    }
}
