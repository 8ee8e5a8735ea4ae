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
import scorefield.ncsn.data.Points;

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
            // The noise levels span a factor of 100.
            List<Double> spreads = List.copyOf(notebook.numbers().values());
            assertThat(spreads.get(0)).isCloseTo(1, within(1e-5));
            assertThat(spreads.get(1)).isCloseTo(100, within(1e-3));
            assertThat(spreads.get(2)).isCloseTo(10_000, within(0.1));
        }
    }

    /** A set without a closed form is smoothed into one: its density is the mean of Gaussians around its points. */
    @Test
    void anySetBecomesAPopulationWithAKnownScore() {
        Points points = Points.of("two", new double[][] {{-1, 0}, {1, 0}});
        Population population = Population.around(points);
        assertThat(population.name()).isEqualTo("two");
        // N(0; ±1, 0.04·I) twice, each with weight ½; by symmetry the score at the middle is 0.
        double density = Math.exp(-1 / 0.08) / (2 * Math.PI * 0.04);
        assertThat(Math.exp(population.mixture().logDensity(new double[] {0, 0})))
                .isCloseTo(density, within(1e-12));
        assertThat(population.mixture().score(new double[] {0, 0})).containsExactly(0, 0);
        assertThat(population.sample(7, 1).count()).isEqualTo(7);
    }

    @Test
    void aSpreadIsTheLargestShareOverTheSmallest() {
        double[] shares = WeightingStudy.shares(new double[] {1, 5, 2});
        assertThat(shares).containsExactly(0.125, 0.625, 0.25);
        assertThat(WeightingStudy.spread(shares)).isEqualTo(5);
    }
}
