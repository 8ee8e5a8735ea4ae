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
import scorefield.ncsn.schedule.NoiseLevels;

class LowDensityStudyTest {

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.openCl();
    }

    /** All claims except the last: in the middle the perturbed score is weak, and learning it takes longer than a test can train. */
    @ParameterizedTest
    @MethodSource("devices")
    void holds(Supplier<Device> opened) {
        List<Verdict> verdicts = verdicts(opened, NoiseLevels.geometric(4, 0.05, 10));
        assertThat(verdicts.subList(0, 3)).allMatch(Verdict::held);
    }

    /** Noise that does not reach the empty regions does not help there. */
    @ParameterizedTest
    @MethodSource("devices")
    void aSmallNoiseDoesNotHelp(Supplier<Device> opened) {
        List<Verdict> verdicts = verdicts(opened, NoiseLevels.geometric(0.05, 0.01, 4));
        assertThat(verdicts.get(2).held()).isFalse();
    }

    private static List<Verdict> verdicts(Supplier<Device> opened, NoiseLevels levels) {
        try (Device device = opened.get()) {
            return Notebooks.of(new LowDensityStudy(5000, 300, levels), device).verdicts();
        }
    }

    @Test
    void anErrorIsRelativeToTheScoresOfItsRegion() {
        double[] truth = {3, 4, 1, 0, 0, 2, 1, 1, 5, 0};
        double[] learned = {3, 4, 0, 0, 0, -2, 1, 2, 5, 3};
        int[] regions = {0, 1, 2, 3, 4};
        double[] errors = LowDensityStudy.errors(learned, truth, regions);
        assertThat(errors).containsExactly(new double[] {0, 1, 2, Math.sqrt(0.5), 0.6}, within(1e-15));
    }
}
