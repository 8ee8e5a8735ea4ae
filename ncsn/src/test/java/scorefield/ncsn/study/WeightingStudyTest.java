package scorefield.ncsn.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.ncsn.TestDevices;

class WeightingStudyTest {

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** For a score of zero the loss at σ is σ^p·‖z‖²/(2σ²), with the same z at all levels: shares in proportion to σ^(p−2). */
    @ParameterizedTest
    @MethodSource("devices")
    void theSharesOfAZeroScoreAreThoseOfTheFormula(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            Notebook notebook = Notebooks.of(new WeightingStudy(new WeightingStudy.Size(5, 64, 5)), device);
            List<List<Double>> rows =
                    new ArrayList<>(notebook.tables().get(0).rows().values());
            for (int power = 0; power < 3; power++) {
                double sum = 0;
                for (int i = 0; i < 5; i++) {
                    sum += Math.pow(0.1, i * (power - 2) / 2.0);
                }
                for (int i = 0; i < 5; i++) {
                    // Rounding of single precision, in sums of a few numbers.
                    double expected = Math.pow(0.1, i * (power - 2) / 2.0) / sum;
                    assertThat(rows.get(i).get(power)).isCloseTo(expected, within(1e-5 * expected));
                }
            }
            // The ladder falls by a factor of 100.
            List<Double> spreads = List.copyOf(notebook.numbers().values());
            assertThat(spreads.get(0)).isCloseTo(1, within(1e-5));
            assertThat(spreads.get(1)).isCloseTo(100, within(1e-3));
            assertThat(spreads.get(2)).isCloseTo(10_000, within(0.1));
        }
    }

    @Test
    void aSpreadIsTheLargestShareOverTheSmallest() {
        double[] shares = WeightingStudy.shares(new double[] {1, 5, 2});
        assertThat(shares).containsExactly(0.125, 0.625, 0.25);
        assertThat(WeightingStudy.spread(shares)).isEqualTo(5);
    }
}
