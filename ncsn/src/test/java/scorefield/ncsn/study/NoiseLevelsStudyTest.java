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

class NoiseLevelsStudyTest {

    /** With so few samples, the distance of exact samples hides the effect of a bad schedule, but not that the recommended one is good. */
    private static final int SAMPLES = 200;

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    private static Verdict recommended(Device device, double stepScale) {
        return Notebooks.of(new NoiseLevelsStudy(SAMPLES, stepScale), device)
                .verdicts()
                .get(0);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theRecommendedScheduleGivesGoodSamples(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            Verdict verdict = recommended(device, 1);
            assertThat(verdict.held()).as(verdict.toString()).isTrue();
        }
    }

    /** A thousandth of the step size: chains hardly leave the place where they start. */
    @Test
    void aWrongStepSizeIsDetected() {
        try (Device device = new ReferenceDevice()) {
            Verdict verdict = recommended(device, 1e-3);
            assertThat(verdict.held()).as(verdict.toString()).isFalse();
        }
    }
}
