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
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;

class NoiseTradeOffStudyTest {

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** With little training and few samples, the effect of noise on the data still shows. A schedule with one large level must fail the study. */
    @ParameterizedTest
    @MethodSource("devices")
    void aLargeLevelBlursAndASingleLevelFails(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            List<Verdict> verdicts = Notebooks.of(
                            new NoiseTradeOffStudy(new NoiseTradeOffStudy.Size(400, 40, 20), NoiseLevels.of(40)),
                            device)
                    .verdicts();
            assertThat(verdicts.get(1).held()).as(verdicts.get(1).toString()).isTrue();
            assertThat(verdicts.get(2).held()).as(verdicts.get(2).toString()).isFalse();
        }
    }

    /** A score that is 1.1 times the true one is off by 0.1 of it everywhere: a relative error of 0.1² in squares. */
    @Test
    void theErrorIsRelativeToTheTrueScore() {
        ScoreFunction truth = new MixtureScore(PlanarSets.mixture());
        Points points = PlanarSets.of("checkerboard", 50, 1);
        try (Device device = new ReferenceDevice()) {
            Laboratory laboratory = new Laboratory(device, 1, line -> {});
            ScoreFunction off = (x, sigma) -> truth.score(x, sigma).times(1.1);
            assertThat(NoiseTradeOffStudy.error(laboratory, truth, points, 0.5)).isZero();
            // Scores come back rounded to single precision.
            assertThat(NoiseTradeOffStudy.error(laboratory, off, points, 0.5)).isCloseTo(0.01, within(1e-7));
        }
    }
}
