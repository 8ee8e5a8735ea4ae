package scorefield.ncsn.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.data.Points;

class RecipeStudyTest {

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /**
     * For Gaussian data, EDM's parametrisation has the true score from the start, up to the estimate of the data's deviation, and NCSNv2's
     * outputs zero, whose error is the unit.
     */
    @ParameterizedTest
    @MethodSource("devices")
    void beforeTrainingTheErrorsAreKnown(Supplier<Device> opened) {
        Population gaussian = Population.around(Points.of("one", new double[][] {{0, 0}}));
        try (Device device = opened.get()) {
            Notebook notebook = new Notebook();
            new RecipeStudy(new RecipeStudy.Size(4, 256, 1))
                    .run(new Laboratory(device, 1, line -> {}, gaussian), notebook);
            assertThat(notebook.tables().get(0).columns())
                    .containsExactly("σ", "NCSNv2", "+ preconditioning", "+ loss weights", "+ density of σ");
            for (List<Double> errors : notebook.tables().get(0).rows().values()) {
                assertThat(errors.get(0)).isCloseTo(1, within(0.02)); // one small step was taken
                // The deviation of 20,000 coordinates has a relative error of 1/√40,000, and variances twice as much;
                // and the step.
                assertThat(errors.subList(1, 4)).allMatch(error -> error < 0.002);
            }
        }
    }

    @Test
    void theGeometricMeanIsTheExponentialOfTheMeanLogarithm() {
        assertThat(RecipeStudy.geometricMean(new double[] {0.1, 0.001})).isCloseTo(0.01, within(1e-15));
    }
}
