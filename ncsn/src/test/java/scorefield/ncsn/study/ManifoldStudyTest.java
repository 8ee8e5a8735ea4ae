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
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Perturbed;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;

class ManifoldStudyTest {

    private static final Objective SLICED = new SlicedScoreMatching(Projection.RADEMACHER, 1, true);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    private static Verdict falls(Device device, Objective withoutNoise) {
        ManifoldStudy study = new ManifoldStudy(new ManifoldStudy.Size(24, 64, 800, 5e-3), withoutNoise);
        return Notebooks.of(study, device).verdicts().get(0);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void withoutNoiseTheLossKeepsFalling(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            Verdict verdict = falls(device, SLICED);
            assertThat(verdict.held()).as(verdict.toString()).isTrue();
        }
    }

    @Test
    void aLossWithNoiseIsNotTakenForOneWithout() {
        try (Device device = new ReferenceDevice()) {
            Verdict verdict = falls(device, new Perturbed(SLICED));
            assertThat(verdict.held()).as(verdict.toString()).isFalse();
        }
    }

    /**
     * A line in place of the circle, which has radius 10σ, would give −1/(2σ²) = −50. Curvature moves that by a fraction of the order
     * (σ/radius)² = 1 %.
     */
    @Test
    void theMinimumIsNearlyThatOfAStraightLine() {
        assertThat(Math.abs(ManifoldStudy.least(20_000, 3).deviationFrom(-50))).isLessThan(5);
    }
}
