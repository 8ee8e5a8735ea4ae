package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanarSetsTest {

    private static final int N = 20_000;

    @TempDir
    Path folder;

    /** Insists that what happens with this probability happened that often, within four standard errors. */
    private static void happens(double probability, double[][] points, Predicate<double[]> event) {
        double share = (double) Arrays.stream(points).filter(event).count() / points.length;
        assertThat(share)
                .isCloseTo(probability, within(4 * Math.sqrt(probability * (1 - probability) / points.length)));
    }

    /** Insists that independent numbers have this mean and this deviation, within four standard errors of a normal distribution's. */
    private static void areNormal(double[] numbers, double mean, double deviation) {
        int n = numbers.length;
        double average = Arrays.stream(numbers).average().orElseThrow();
        double square = Arrays.stream(numbers).map(a -> (a - mean) * (a - mean)).sum() / n;
        assertThat(average).isCloseTo(mean, within(4 * deviation / Math.sqrt(n)));
        assertThat(square).isCloseTo(deviation * deviation, within(4 * deviation * deviation * Math.sqrt(2.0 / n)));
    }

    private static double[] map(double[][] points, DoubleBinaryOperator f) {
        return Arrays.stream(points)
                .mapToDouble(p -> f.applyAsDouble(p[0], p[1]))
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("scorefield.ncsn.data.PlanarSets#names")
    void everySetIsReproducibleAndOfTheSameScale(String name) {
        Points points = PlanarSets.of(name, 2000, 3);
        assertThat(points.name()).isEqualTo(name);
        assertThat(points.count()).isEqualTo(2000);
        assertThat(points.dimension()).isEqualTo(2);
        assertThat(PlanarSets.of(name, 50, 3).sha256())
                .isEqualTo(points.slice(0, 50).sha256());
        assertThat(PlanarSets.of(name, 2000, 4).sha256()).isNotEqualTo(points.sha256());
        double[] sizes = map(points.rows(), (x, y) -> Math.max(Math.abs(x), Math.abs(y)));
        assertThat(Arrays.stream(sizes).sorted().toArray()[1990]).isBetween(2.5, 4.0);
    }

    @Test
    void theMixtureIsDrawnFromTheDistributionThatIsTold() {
        Points points = PlanarSets.of("mixture", 100, 9);
        assertThat(points.sha256())
                .isEqualTo(
                        Points.of("other", PlanarSets.mixture().sample(100, 9)).sha256());
    }

    @Test
    void moonsAreTwoHalfCirclesWithNoise() {
        double[][] points = PlanarSets.of("moons", N, 1).rows();
        // The distance from the nearer half circle's centre line; noise of 0.15 in the plane leaves 0.15 across it.
        double[] off = map(points, (x, y) -> Math.min(offUpperMoon(x, y), offUpperMoon(-x, -y)));
        double[] squares = Arrays.stream(off).map(a -> a * a).toArray();
        // Between the moons a point may be nearer to the other, so the mean square is at most 0.15², and not much less.
        assertThat(Arrays.stream(squares).average().orElseThrow()).isBetween(0.9 * 0.0225, 1.04 * 0.0225);
        happens(0.5, points, p -> offUpperMoon(p[0], p[1]) < offUpperMoon(-p[0], -p[1]));
    }

    /** How far a point lies from the half circle of radius 2 around (−1, −½), above the centre. */
    private static double offUpperMoon(double x, double y) {
        double u = x + 1;
        double v = y + 0.5;
        return v >= 0 ? Math.abs(Math.hypot(u, v) - 2) : Math.hypot(Math.abs(u) - 2, v);
    }

    @Test
    void theSpiralWindsOnceAndAHalfAndIsEvenlyFilled() {
        double[][] points = PlanarSets.of("spiral", N, 1).rows();
        // r = 3.5·φ/3π: at each radius, the angle is known up to whole turns. Inside, the noise hides it.
        double[][] outer =
                Arrays.stream(points).filter(p -> Math.hypot(p[0], p[1]) > 1).toArray(double[][]::new);
        double[] off = map(outer, (x, y) -> {
            double radius = Math.hypot(x, y);
            double turn = (Math.atan2(y, x) - radius * 3 * Math.PI / 3.5) / (2 * Math.PI);
            return (turn - Math.rint(turn)) * 2 * Math.PI;
        });
        // Off by noise/r across the radius and by noise·3π/3.5 along it.
        double least = 0.1 * Math.hypot(3 * Math.PI / 3.5, 1 / 3.5);
        double most = 0.1 * Math.hypot(3 * Math.PI / 3.5, 1);
        double deviation =
                Math.sqrt(Arrays.stream(off).map(a -> a * a).average().orElseThrow());
        assertThat(deviation).isBetween(least * 0.97, most * 1.03);
        // t uniform means r² uniform, and the noise adds 2·0.1² to the mean of r².
        areWithinStandardErrors(map(points, (x, y) -> x * x + y * y), 3.5 * 3.5 / 2 + 0.02);
    }

    private static void areWithinStandardErrors(double[] numbers, double expected) {
        double mean = Arrays.stream(numbers).average().orElseThrow();
        double squares =
                Arrays.stream(numbers).map(a -> (a - mean) * (a - mean)).sum();
        assertThat(mean).isCloseTo(expected, within(4 * Math.sqrt(squares) / numbers.length));
    }

    @Test
    void ringsHaveTheirRadiiAndAreAsFullAsTheyAreLong() {
        double[][] points = PlanarSets.of("rings", N, 1).rows();
        for (int ring = 1; ring <= 3; ring++) {
            int radius = ring;
            Predicate<double[]> onIt = p -> Math.abs(Math.hypot(p[0], p[1]) - radius) < 0.5;
            happens(radius / 6.0, points, onIt);
            double[][] own = Arrays.stream(points).filter(onIt).toArray(double[][]::new);
            // Noise across the radius only lengthens it: √((r + a)² + b²) ≈ r + a + b²/2r, on average by 0.08²/2r.
            areNormal(map(own, Math::hypot), radius + 0.0064 / (2 * radius), 0.08);
            happens(0.25, own, p -> p[0] > 0 && p[1] > 0);
        }
    }

    @Test
    void theCheckerboardHasEightEvenSquares() {
        double[][] points = PlanarSets.of("checkerboard", N, 1).rows();
        for (int column = -2; column < 2; column++) {
            for (int row = -2; row < 2; row++) {
                int left = 2 * column;
                int bottom = 2 * row;
                Predicate<double[]> inside =
                        p -> p[0] >= left && p[0] < left + 2 && p[1] >= bottom && p[1] < bottom + 2;
                if ((column + row) % 2 == 0) {
                    happens(1.0 / 8, points, inside);
                    happens(1.0 / 32, points, p -> inside.test(p) && p[0] >= left + 1 && p[1] < bottom + 1);
                } else {
                    assertThat(Arrays.stream(points)).noneMatch(inside);
                }
            }
        }
    }

    @Test
    void aPicturesBrightnessIsADensity() {
        // 2 rows of 4: the longer side spans [−4, 4], so a pixel is 2×2 and the picture reaches from y = −2 to 2.
        int[] grey = {0, 50, 100, 0, 255, 0, 95, 0};
        byte[] pixels = new byte[8];
        for (int i = 0; i < 8; i++) {
            pixels[i] = (byte) grey[i];
        }
        Path file = TestFiles.write(folder, "dots.png", TestFiles.encode("png", TestFiles.grey(2, 4, pixels)));
        Points points = PlanarSets.fromPicture(file, N, 5);
        assertThat(points.name()).isEqualTo("dots.png");
        double[][] rows = points.rows();
        for (int i = 0; i < 8; i++) {
            int left = -4 + 2 * (i % 4);
            int top = 2 - 2 * (i / 4);
            Predicate<double[]> inside = p -> p[0] >= left && p[0] < left + 2 && p[1] > top - 2 && p[1] <= top;
            double probability = grey[i] / 500.0;
            if (grey[i] == 0) {
                assertThat(Arrays.stream(rows)).noneMatch(inside);
            } else {
                happens(probability, rows, inside);
                happens(probability / 4, rows, p -> inside.test(p) && p[0] >= left + 1 && p[1] > top - 1);
            }
        }
    }

    @Test
    void greenIsBrighterThanBlue() {
        BufferedImage image = new BufferedImage(1, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x00ff00);
        image.setRGB(0, 1, 0x0000ff);
        Path file = TestFiles.write(folder, "colours.png", TestFiles.encode("png", image));
        double[][] rows = PlanarSets.fromPicture(file, N, 5).rows();
        happens(0.7152 / (0.7152 + 0.0722), rows, p -> p[1] > 0);
    }

    @Test
    void aBlackMissingOrDamagedPictureIsNamed() {
        Path black = TestFiles.write(folder, "night.png", TestFiles.colourPng(3, 3, 0));
        assertThatThrownBy(() -> PlanarSets.fromPicture(black, 10, 1))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("night.png: is black all over");
        assertThatThrownBy(() -> PlanarSets.fromPicture(folder.resolve("none.png"), 10, 1))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("none.png: there is no such file");
        Path text = TestFiles.write(folder, "text.png", new byte[] {1, 2, 3});
        assertThatThrownBy(() -> PlanarSets.fromPicture(text, 10, 1))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("text.png: is not a picture that can be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "Moons", "mons"})
    void aMisspeltNameGetsASuggestion(String name) {
        assertThatThrownBy(() -> PlanarSets.of(name, 10, 1))
                .isInstanceOf(BadDataException.class)
                .hasMessage("there is no two-dimensional set '" + name + "'; did you mean 'moons'?");
    }

    @Test
    void noPointsAreNoDataSet() {
        assertThatThrownBy(() -> PlanarSets.of("rings", 0, 1))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("must be at least 1; got 0");
    }
}
