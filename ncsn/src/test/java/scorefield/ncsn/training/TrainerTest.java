package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.EveryDevice;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.Objective;

class TrainerTest {

    private static final String EVERY_DEVICE = "scorefield.ncsn.EveryDevice#list";

    private static Checkpoint trained(EveryDevice on, Checkpoint from, int steps) {
        try (Device device = on.open();
                Trainer trainer = Tiny.trainer(device, from)) {
            for (int i = 0; i < steps; i++) {
                trainer.step();
            }
            trainer.statistics();
            return new Checkpoint(from.configuration(), from.data(), trainer.state());
        }
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theFirstLossIsHalfTheDimensionAndThenItFalls(EveryDevice on) {
        // The last layer starts as zero, so s = 0 and the loss is ½‖z‖², D/2 on average.
        Configuration configuration = Tiny.configuration(Map.of("batch", 16, "learning-rate", 0.01));
        try (Device device = on.open();
                Trainer trainer = Tiny.trainer(device, Tiny.start(configuration))) {
            trainer.step();
            Statistics first = trainer.statistics();
            assertThat(first.steps()).isEqualTo(1);
            assertThat(first.loss()).isCloseTo(32, within(6.0));
            for (int i = 0; i < 40; i++) {
                trainer.step();
            }
            trainer.statistics();
            for (int i = 0; i < 10; i++) {
                trainer.step();
            }
            assertThat(trainer.statistics().loss()).isLessThan(0.8 * first.loss());
            assertThat(trainer.stepsTaken()).isEqualTo(51);
        }
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void goingOnFromACheckpointIsTheSameAsNotStoppingBitForBit(EveryDevice on, @TempDir Path folder) throws Exception {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", 7)));
        Path file = folder.resolve("checkpoint.safetensors");
        trained(on, start, 3).write(file);
        Checkpoint resumed = trained(on, Checkpoint.read(file), 4);
        assertThat(resumed.state()).isEqualTo(trained(on, start, 7).state());
        assertThat(resumed.state().step()).isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void anotherSeedIsAnotherRun(EveryDevice on) {
        Checkpoint one = trained(on, Tiny.start(Tiny.configuration(Map.of("seed", 7))), 1);
        Checkpoint other = trained(on, Tiny.start(Tiny.configuration(Map.of("seed", 8))), 1);
        assertThat(one.state().parameters()).isNotEqualTo(other.state().parameters());
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theGradientIsShortenedToTheGreatestNorm(EveryDevice on) {
        // Adam's first m is (1−β₁)·g, so it shows the gradient after clipping.
        Configuration configuration = Tiny.configuration(Map.of("clip", 0.25));
        float[] m = trained(on, Tiny.start(configuration), 1).state().mean();
        double norm = 0;
        for (float number : m) {
            norm += Math.pow(number / (1 - 0.9), 2);
        }
        assertThat(Math.sqrt(norm)).isCloseTo(0.25, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theAverageRisesToItsDecay(EveryDevice on) {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of()));
        Checkpoint after = trained(on, start, 1);
        // d = min(0.999, 1/10) at the first step.
        for (int i = 0; i < 20; i++) {
            assertThat(after.state().average()[i])
                    .isCloseTo(
                            (float) (0.1 * start.state().parameters()[i]
                                    + 0.9 * after.state().parameters()[i]),
                            within(1e-6f));
        }
    }

    /** Finite until the step in which the smallest noise level is drawn for the batch's first image, then 0/0 in the loss. */
    private static final Objective BREAKS_AT_SMALL_NOISE = (score, x, sigma, z) -> {
        Tensor small = sigma.lessOrEqual(Tensor.scalar(0.0101)).slice(0, 0, 1);
        Tensor hazard = Tensor.scalar(1).minus(small).named("hazard");
        return new AnnealedDenoising()
                .perSample(score, x, sigma, z)
                .plus(hazard.over(hazard).minus(1).named("ratio"));
    };

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void aLossThatIsNotFiniteStopsTheRunBeforeItDoesHarm(EveryDevice on) {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", 3)));
        BatchDraws draws = new BatchDraws(3, 10, 4, 5);
        int bad = 0;
        while (draws.levels(bad)[0] != 4) {
            bad++;
        }
        assertThat(bad).isBetween(1, 20);
        try (Device device = on.open();
                Trainer trainer = new Trainer(
                        device,
                        start.network(),
                        BREAKS_AT_SMALL_NOISE,
                        Tiny.DIGITS,
                        NoiseDefaults.ladder(start.configuration()),
                        start.configuration().training(),
                        start.state())) {
            TrainingState before = start.state();
            for (int i = 0; i < bad + 5; i++) {
                if (i == bad) {
                    before = trainer.read();
                }
                trainer.step();
            }
            TrainingState after = trainer.read();
            assertThat(after.parameters()).isEqualTo(before.parameters());
            assertThat(after.average()).isEqualTo(before.average());
            assertThat(after.mean()).isEqualTo(before.mean());
            assertThat(after.meanSquare()).isEqualTo(before.meanSquare());
            int step = bad;
            assertThatThrownBy(trainer::state).isInstanceOf(NonFiniteException.class);
            assertThatThrownBy(trainer::statistics)
                    .isInstanceOfSatisfying(
                            NonFiniteException.class, e -> assertThat(e.step()).isEqualTo(step))
                    .hasMessageStartingWith("step " + (bad + 1) + ": the loss or its gradient is not finite")
                    .hasMessageContaining("σ from 0.01000 to ")
                    .hasMessageEndingWith("the first tensor that is not: divide 1, computed from 'hazard'");
        }
    }

    @Test
    void everyDeviceTrainsAsTheReferenceDoes() {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("epsilon", 1e-3)));
        EveryDevice reference = EveryDevice.list().get(0);
        float[] expected = trained(reference, start, 3).state().parameters();
        for (EveryDevice other : EveryDevice.list()) {
            float[] parameters = trained(other, start, 3).state().parameters();
            for (int i = 0; i < expected.length; i++) {
                assertThat(parameters[i]).as("parameter %s on %s", i, other).isCloseTo(expected[i], within(1e-5f));
            }
        }
    }

    @Test
    void theStepNumberOfABadStepIsExactBeyondWhatAFloatHolds() {
        long step = (1L << 40) + 12345;
        Statistics statistics = Statistics.of(Statistics.mark(step));
        assertThat(statistics.badStep()).isEqualTo(step);
        assertThat(Statistics.of(Statistics.none()).badStep()).isEqualTo(-1);
    }
}
