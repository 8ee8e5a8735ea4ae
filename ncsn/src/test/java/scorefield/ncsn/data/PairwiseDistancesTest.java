package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.TestDevices;

class PairwiseDistancesTest {

    private static final double[] SHARES = {0, 0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1};

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    private static PairwiseDistances among(Device device, DataSet data, int most) {
        return PairwiseDistances.among(device, data, most, 1, share -> {});
    }

    private static double[] byHand(double[][] rows) {
        double[] distances = new double[rows.length * (rows.length - 1) / 2];
        int at = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
                double squares = 0;
                for (int k = 0; k < rows[i].length; k++) {
                    squares += Math.pow(rows[i][k] - rows[j][k], 2);
                }
                distances[at++] = Math.sqrt(squares);
            }
        }
        Arrays.sort(distances);
        return distances;
    }

    private static double[][] pixels(Images images) {
        double[][] rows = new double[images.count()][images.dimension()];
        for (int n = 0; n < rows.length; n++) {
            byte[] image = images.image(n);
            Arrays.setAll(rows[n], k -> (image[k] & 0xff) / 255.0);
        }
        return rows;
    }

    /** A quantile lies within half a bin of the distance at its place, and what rounding makes of that. */
    private static void areThoseByHand(PairwiseDistances distances, double[][] rows) {
        double[] sorted = byHand(rows);
        int d = rows[0].length;
        // ‖x‖² + ‖y‖² is at most range²; a square's error is an error of the distance divided by twice the distance.
        double square = 2 * (d + 3) * 0x1p-24 * distances.range() * distances.range();
        for (double share : SHARES) {
            double wanted = sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
            double rounding = Math.min(Math.sqrt(square), square / (2 * wanted));
            assertThat(distances.quantile(share))
                    .as("quantile " + share)
                    .isCloseTo(wanted, within(rounding + distances.range() / (1 << 17)));
        }
        assertThat(distances.largest()).isCloseTo(sorted[sorted.length - 1], within(1e-12 + square));
    }

    /** More samples than one block has. */
    @ParameterizedTest
    @MethodSource("devices")
    void ofImagesTheyAreThoseOfAllPairs(Supplier<Device> opened) {
        Images images = new Digits(3, 8, 8).generate(400);
        try (Device device = opened.get()) {
            PairwiseDistances distances = among(device, images, PairwiseDistances.MOST);
            assertThat(distances.all()).isTrue();
            assertThat(distances.pairs()).isEqualTo(400 * 399 / 2);
            areThoseByHand(distances, pixels(images));
            assertThat(distances.largest())
                    .isCloseTo(LargestDistance.among(images).value(), within(1e-5));
        }
    }

    @Test
    void ofPointsInManyBlocksTheyAreThoseOfAllPairs() {
        Points points = PlanarSets.of("mixture", 2500, 1);
        try (Device device = TestDevices.openCl().get(0).getPayload().get()) {
            List<Double> told = new ArrayList<>();
            PairwiseDistances distances = PairwiseDistances.among(device, points, PairwiseDistances.MOST, 1, told::add);
            areThoseByHand(distances, points.rows());
            assertThat(told).hasSize(3).last().isEqualTo(1.0); // two blocks: three pairs of them
            double mass = Arrays.stream(distances.density(64)).sum() * distances.range() / 64;
            assertThat(mass).isCloseTo(1, within(1e-9));
        }
    }

    @Test
    void theFarthestPairIsNamed() {
        double[][] rows = new double[50][3];
        Random random = new Random(1);
        for (double[] row : rows) {
            Arrays.setAll(row, k -> random.nextDouble());
        }
        rows[17][2] = 9;
        rows[40][2] = -9;
        try (Device device = new ReferenceDevice()) {
            PairwiseDistances distances = among(device, Points.of("test", rows), 100);
            assertThat(distances.farthestPair()).containsExactly(17, 40);
            assertThat(distances.exact()).isTrue();
        }
    }

    @Test
    void ofMoreThanAreComparedTheQuantilesAreAChoicesAndTheLargestIsOfAll() {
        double[][] rows = new double[3000][2];
        Random random = new Random(2);
        for (double[] row : rows) {
            Arrays.setAll(row, k -> random.nextGaussian());
        }
        rows[2999][0] = 50; // most likely not chosen
        Points points = Points.of("test", rows);
        double[] sorted = byHand(rows);
        try (Device device = new ReferenceDevice()) {
            PairwiseDistances distances = among(device, points, 300);
            assertThat(distances.compared()).isEqualTo(300);
            assertThat(distances.all()).isFalse();
            assertThat(distances.largest()).isCloseTo(sorted[sorted.length - 1], within(1e-5));
            assertThat(distances.farthestPair()).contains(2999);
            // The mean of g(x) over 300 choices of x, which is what limits a share of pairs, varies by at most 1/√300.
            double median = distances.quantile(0.5);
            double share =
                    (double) Arrays.stream(sorted).filter(s -> s <= median).count() / sorted.length;
            assertThat(share).isCloseTo(0.5, within(4 / Math.sqrt(300)));
            assertThat(among(device, points, 300).quantile(0.5)).isEqualTo(median);
        }
    }

    @Test
    void anOutlierIsNamedAndWhatWouldBeWithoutIt() {
        double[][] rows = new double[2000][2];
        Random random = new Random(3);
        for (double[] row : rows) {
            Arrays.setAll(row, k -> random.nextGaussian());
        }
        try (Device device = new ReferenceDevice()) {
            // A Gaussian's tails are none.
            PairwiseDistances usual = among(device, Points.of("test", rows), 2000);
            assertThat(Outliers.among(usual)).isEmpty();
            rows[5][1] = 30;
            PairwiseDistances spoilt = among(device, Points.of("test", rows), 2000);
            assertThat(Outliers.among(spoilt)).hasValueSatisfying(outliers -> {
                assertThat(outliers.samples()).containsExactly(5);
                assertThat(outliers.largest()).isGreaterThan(26);
                // Point 5 may have been one of the farthest before.
                assertThat(outliers.without()).isCloseTo(usual.largest(), within(0.1 * usual.largest()));
            });
            rows[8][1] = -60;
            assertThat(Outliers.among(among(device, Points.of("test", rows), 300)))
                    .hasValueSatisfying(
                            outliers -> assertThat(outliers.samples()).containsExactly(8, 5));
        }
    }

    @Test
    void ofFewSamplesNobodyKnowsWhatIsUsual() {
        try (Device device = new ReferenceDevice()) {
            PairwiseDistances three = among(device, Points.of("test", new double[][] {{0, 0}, {0, 1}, {9, 9}}), 10);
            assertThat(three.largest()).isCloseTo(Math.sqrt(81 + 81), within(1e-6));
            assertThat(Outliers.among(three)).isEmpty();
        }
    }

    @Test
    void equalSamplesAreNowhereApartAndOneHasNoDistance() {
        try (Device device = new ReferenceDevice()) {
            PairwiseDistances none = among(device, Images.of("test", 2, 2, 1, new byte[40]), 100);
            assertThat(none.largest()).isZero();
            assertThat(none.quantile(0.99)).isZero();
            Images one = Images.of("test", 2, 2, 1, new byte[4]);
            assertThatThrownBy(() -> among(device, one, 100))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageContaining("distances need at least 2 samples");
        }
    }
}
