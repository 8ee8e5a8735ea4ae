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
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.Objective;

class FisherStudyTest {

    private static final int SAMPLES = 1000;

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void holds(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            Notebook notebook = Notebooks.of(new FisherStudy(SAMPLES, new ExactScoreMatching()), device);
            assertThat(notebook.verdicts()).hasSize(3).allMatch(Verdict::held);
        }
    }

    @Test
    void aTraceWithTheWrongSignIsFound() {
        Objective exact = new ExactScoreMatching();
        // ‖s‖² minus the exact loss: ½‖s‖² − tr ∇s.
        Objective wrong = (score, x, sigma, draws) ->
                score.score(x, sigma).square().sum(1).minus(exact.perSample(score, x, sigma, draws));
        try (Device device = new ReferenceDevice()) {
            Notebook notebook = Notebooks.of(new FisherStudy(SAMPLES, wrong), device);
            assertThat(notebook.verdicts().get(1).held()).isFalse();
        }
    }

    /** For N(μ, τ²I), E‖∇log p‖² is D/τ². */
    @Test
    void theGridsSumIsAGaussiansClosedForm() {
        Gaussian gaussian = Gaussian.isotropic(new double[] {0.3, -1.1}, 0.5);
        assertThat(FisherStudy.constant(GaussianMixture.of(gaussian))).isCloseTo(4, within(1e-12));
    }
}
