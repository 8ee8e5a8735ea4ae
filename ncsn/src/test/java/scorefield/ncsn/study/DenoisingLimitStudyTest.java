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
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.objective.DenoisingScoreMatching;

class DenoisingLimitStudyTest {

    private static final int SAMPLES = 2000;

    private static final GaussianMixture WIDE = GaussianMixture.of(Gaussian.isotropic(new double[] {0.5}, 2));

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void holds(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            Notebook notebook =
                    Notebooks.of(new DenoisingLimitStudy(SAMPLES, new DenoisingScoreMatching(true)), device);
            assertThat(notebook.verdicts()).hasSize(8).allMatch(Verdict::held);
        }
    }

    @Test
    void withoutTheControlVariateNothingIsBounded() {
        try (Device device = new ReferenceDevice()) {
            Notebook notebook =
                    Notebooks.of(new DenoisingLimitStudy(SAMPLES, new DenoisingScoreMatching(false)), device);
            List<String> failed = notebook.verdicts().stream()
                    .filter(verdict -> !verdict.held())
                    .map(Verdict::claim)
                    .toList();
            assertThat(failed)
                    .hasSize(2)
                    .allMatch(claim -> claim.contains("control variate) of a sample is proportional to σ^0"));
        }
    }

    @Test
    void theTargetsMeanIsNotTheCleanScore() {
        assertThat(DenoisingLimitStudy.binned(WIDE, 1, WIDE.perturbed(1), 60_000, 1)
                        .squaredDeviation())
                .isLessThan(1.6);
        assertThat(DenoisingLimitStudy.binned(WIDE, 1, WIDE, 60_000, 1).squaredDeviation())
                .isGreaterThan(5);
    }

    /** For N(μ, τ²) the scores at x are −(x−μ)/τ² and −(x−μ)/(τ²+σ²). */
    @Test
    void theDistanceFromTheCleanScoreIsAGaussiansClosedForm() {
        double expected = 3 * (1 / 4.0 - 1 / 4.25);
        assertThat(DenoisingLimitStudy.distance(WIDE, 0.5, new double[][] {{3.5}, {-2.5}}))
                .isCloseTo(expected, within(1e-14));
    }
}
