package scorefield.ncsn.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.sampler.LangevinDynamics;

/** On OpenCL, with fewer and larger steps; that a step is the same on the reference is tested elsewhere. */
class FollowTheScoreStudyTest {

    private static final int CHAINS = 500;

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.openCl();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void holds(Supplier<Device> opened) {
        assertThat(verdicts(opened, LangevinDynamics::step)).hasSize(5).allMatch(Verdict::held);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void withoutNoiseLangevinDynamicsIsFoundToCollapse(Supplier<Device> opened) {
        List<Verdict> verdicts = verdicts(opened, LangevinDynamics::follow);
        assertThat(verdicts.get(1).held()).isFalse();
        assertThat(verdicts.get(2).held()).isFalse();
        assertThat(verdicts.get(4).held()).isFalse();
    }

    /** x ← x + α·s + √α·z converges to half the variance. */
    @ParameterizedTest
    @MethodSource("devices")
    void twiceTheDriftIsFoundToContract(Supplier<Device> opened) {
        List<Verdict> verdicts = verdicts(opened, (chains, level, size) -> {
            chains.step(level, size);
            chains.follow(level, size);
        });
        assertThat(verdicts.get(2).held()).isFalse();
        assertThat(verdicts.get(4).held()).isFalse();
    }

    private static List<Verdict> verdicts(Supplier<Device> opened, Move langevin) {
        try (Device device = opened.get()) {
            return Notebooks.of(new FollowTheScoreStudy(CHAINS, 0.02, 600, langevin), device)
                    .verdicts();
        }
    }

    @Test
    void theScoreIsZeroAtTheModes() {
        double[][] modes = FollowTheScoreStudy.modes();
        assertThat(modes).hasDimensions(5, 2);
        for (double[] mode : modes) {
            assertThat(PlanarSets.mixture().score(mode)).containsExactly(new double[] {0, 0}, within(1e-3));
        }
    }

    /** One standard deviation along an axis is a square of 1 in one of two dimensions, at the mean it is 0. */
    @Test
    void theSpreadCountsStandardDeviations() {
        // The fourth component is N((−1.2, −2.2), 0.1·I).
        float out = (float) (-1.2 + Math.sqrt(0.1));
        assertThat(FollowTheScoreStudy.spread(new float[] {out, -2.2f, -1.2f, -2.2f})
                        .mean())
                .isCloseTo(0.25, within(1e-6));
    }

    @Test
    void exactSamplesHaveSpreadOne() {
        double[][] samples = PlanarSets.mixture().sample(4000, 3);
        float[] points = new float[2 * samples.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = (float) samples[i / 2][i % 2];
        }
        // A point far out between two modes may be nearer, in this sense, to another than its own; few are.
        assertThat(Math.abs(FollowTheScoreStudy.spread(points).deviationFrom(1)))
                .isLessThan(4);
        float[] atModes = Arrays.copyOf(points, 4);
        System.arraycopy(new float[] {-1.2f, -2.2f, 0.2f, 0.2f}, 0, atModes, 0, 4);
        assertThat(FollowTheScoreStudy.spread(atModes).mean()).isCloseTo(0, within(1e-9));
    }
}
