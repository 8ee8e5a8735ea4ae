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
import scorefield.ncsn.sampler.LangevinDynamics;

class LangevinStepStudyTest {

    private static final int CHAINS = 6000;

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.openCl();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void holds(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            Notebook notebook = Notebooks.of(new LangevinStepStudy(CHAINS, 300, LangevinDynamics::step), device);
            assertThat(notebook.verdicts()).hasSize(5).allMatch(Verdict::held);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void halfTheStepIsFoundToBeAnother(Supplier<Device> opened) {
        Move half = (chains, level, size) -> chains.step(level, size / 2);
        Notebook notebook = new Notebook();
        try (Device device = opened.get()) {
            new LangevinStepStudy(CHAINS, 300, half).gaussian(new Laboratory(device, 1, line -> {}), notebook);
        }
        assertThat(notebook.held()).isFalse();
    }

    @Test
    void theVarianceIsTheRecursions() {
        double variance = 0.7;
        for (double alpha : new double[] {0.1, 1.3, 2.7, 3.1}) {
            double v = 0;
            for (int t = 1; t <= 40; t++) {
                double c = 1 - alpha / (2 * variance);
                v = c * c * v + alpha;
                assertThat(LangevinStepStudy.variance(variance, alpha, t)).isCloseTo(v, within(1e-12 * v));
            }
        }
        assertThat(LangevinStepStudy.variance(variance, 1.3, 1000))
                .isCloseTo(variance / (1 - 1.3 / (4 * variance)), within(1e-14));
    }
}
