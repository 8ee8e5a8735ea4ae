package scorefield.ncsn.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.TestDevices;

class MixtureWeightsStudyTest {

    /** Which verdict is about the annealed sampler with the true score. */
    private static final int ANNEALED = 1;

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    private static List<Verdict> verdicts(Device device, double largestLevel) {
        MixtureWeightsStudy.Size small = new MixtureWeightsStudy.Size(512, 100, 30, 10, largestLevel, 2000, 20);
        return Notebooks.of(new MixtureWeightsStudy(small), device).verdicts();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void withTheTrueScoreOnlyTheAnnealedSamplerGetsTheWeights(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            List<Verdict> verdicts = verdicts(device, 4);
            assertThat(verdicts.get(0).held()).as(verdicts.get(0).toString()).isTrue();
            assertThat(verdicts.get(ANNEALED).held())
                    .as(verdicts.get(ANNEALED).toString())
                    .isTrue();
        }
    }

    /** From σ₁ = 0.2 on, a tenth of the distance between the modes, nothing is annealed. */
    @Test
    void aScheduleThatStartsTooLowIsDetected() {
        try (Device device = new ReferenceDevice()) {
            Verdict verdict = verdicts(device, 0.2).get(ANNEALED);
            assertThat(verdict.held()).as(verdict.toString()).isFalse();
        }
    }

    @Test
    void theShareCountsThePointsNearerToTheHeavyMode() {
        assertThat(MixtureWeightsStudy.share(new double[][] {{1, 1}, {-1, -1}, {3, -2}, {0, 0.1}}))
                .isEqualTo(0.75);
    }
}
