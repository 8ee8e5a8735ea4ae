package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Tensor;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.collective.Threads;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ModelDefaults;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.setting.BadConfigurationException;

/** Batches that are cut into shards, on one rank and on several. */
class ShardsTest {

    private static final String EVERY_DEVICE = "scorefield.ncsn.TestDevices#all";

    private record Outcome(TrainingState state, Statistics statistics) {}

    /** Everything that training can draw or count: dropout, mirrored images, classes, several averages, clipping. */
    private static Configuration all(int shards) {
        return Tiny.configuration(Map.of("batch", 8, "seed", 3, "half-lives", List.of(20), "clip", 0.5))
                .with("model.dropout", 0.3)
                .with("model.classes", 10)
                .with("data.flip", true)
                .with("training.shards", shards);
    }

    private static Outcome trained(Device device, Checkpoint from, Objective objective, int steps, Collective ranks) {
        return trained(device, from, Tiny.DIGITS, objective, steps, ranks);
    }

    private static Outcome trained(
            Device device, Checkpoint from, DataSet data, Objective objective, int steps, Collective ranks) {
        try (Trainer trainer = new Trainer(
                device,
                from.network(),
                objective,
                data,
                from.configuration().sigmaDensity(),
                from.configuration().training(),
                from.state(),
                ranks)) {
            for (int i = 0; i < steps; i++) {
                trainer.step();
            }
            Statistics statistics = trainer.statistics();
            return new Outcome(trainer.state(), statistics);
        }
    }

    private static Outcome alone(Supplier<Device> on, Checkpoint from, int steps) {
        try (Device device = on.get()) {
            return trained(device, from, new AnnealedDenoising(), steps, Collective.ALONE);
        }
    }

    /** The noise, the masks, the mirrored images and the classes are those of the batch in one piece, and so is the gradient but for rounding. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void shardsHaveTheGradientOfTheWholeBatch(Supplier<Device> on) {
        Outcome whole = alone(on, Tiny.start(all(1)), 1);
        for (int shards : new int[] {2, 4, 8}) {
            Outcome cut = alone(on, Tiny.start(all(shards)), 1);
            assertThat(cut.statistics().loss()).isCloseTo(whole.statistics().loss(), within(1e-5));
            assertThat(cut.statistics().gradientNorm())
                    .isCloseTo(whole.statistics().gradientNorm(), within(1e-5));
            for (int band = 0; band < whole.statistics().lossByBand().size(); band++) {
                double expected = whole.statistics().lossByBand().get(band);
                double loss = cut.statistics().lossByBand().get(band);
                assertThat(Double.isNaN(loss) ? -1 : loss)
                        .isCloseTo(Double.isNaN(expected) ? -1 : expected, within(1e-5));
            }
            // After one step, Adam's m is the clipped gradient times 1−β₁.
            for (int i = 0; i < whole.state().mean().length; i++) {
                assertThat(cut.state().mean()[i]).isCloseTo(whole.state().mean()[i], within(1e-6f));
            }
        }
    }

    /** Also of ranks that have different numbers of shards. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void anyNumberOfRanksGivesTheSameBits(Supplier<Device> on) {
        Checkpoint start = Tiny.start(all(8));
        Outcome alone = alone(on, start, 4);
        for (int count : new int[] {2, 3, 4}) {
            List<Outcome> outcomes = Threads.run(count, ranks -> {
                try (Device device = on.get()) {
                    return trained(device, start, new AnnealedDenoising(), 4, ranks);
                }
            });
            assertThat(outcomes).as(count + " ranks").allMatch(alone::equals);
        }
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void aRunResumesOnAnotherNumberOfRanksToTheSameBits(Supplier<Device> on) {
        Checkpoint start = Tiny.start(all(4));
        List<Outcome> first = Threads.run(4, ranks -> {
            try (Device device = on.get()) {
                return trained(device, start, new AnnealedDenoising(), 2, ranks);
            }
        });
        Checkpoint between =
                new Checkpoint(start.configuration(), start.data(), first.get(0).state());
        assertThat(alone(on, between, 3).state()).isEqualTo(alone(on, start, 5).state());
    }

    /** Points, whose rows of two numbers begin anywhere in a counter's four. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void pointsAreTheSameInShardsAndOnRanks(Supplier<Device> on) {
        DataSet moons = PlanarSets.of("moons", 100, 1);
        Settings settings = Settings.of("training.batch", 8)
                .over(Settings.of("network.width", 8))
                .over(Settings.of("training.warmup", 0));
        Configuration resolved =
                NoiseDefaults.resolve(ModelDefaults.resolve(Configuration.of(settings, "points"), moons), moons);
        List<Checkpoint> starts = Stream.of(1, 8)
                .map(shards -> {
                    Configuration cut = resolved.with("training.shards", shards);
                    TrainingState state = TrainingState.initial(Checkpoint.network(cut, moons.sample()), 1);
                    return new Checkpoint(cut, DataSummary.of(moons), state);
                })
                .toList();
        Objective objective = resolved.trainingObjective();
        List<Outcome> outcomes = new ArrayList<>();
        for (Checkpoint start : starts) {
            try (Device device = on.get()) {
                outcomes.add(trained(device, start, moons, objective, 1, Collective.ALONE));
            }
        }
        Outcome cut = outcomes.get(1);
        for (int i = 0; i < cut.state().mean().length; i++) {
            assertThat(cut.state().mean()[i]).isCloseTo(outcomes.get(0).state().mean()[i], within(1e-6f));
        }
        assertThat(Threads.run(3, ranks -> {
                    try (Device device = on.get()) {
                        return trained(device, starts.get(1), moons, objective, 1, ranks);
                    }
                }))
                .allMatch(cut::equals);
    }

    /** The first tensor that is not finite is found in whichever shard it is, by any rank. */
    @Test
    void aLossThatIsNotFiniteIsFoundInEveryShard() {
        Objective breaks = (score, x, sigma, draws) -> {
            Tensor z = draws.uniform(sigma.shape());
            Tensor hazard = z.greaterThan(Tensor.scalar(0.1)).named("hazard");
            return new AnnealedDenoising()
                    .perSample(score, x, sigma, draws)
                    .plus(hazard.over(hazard).minus(1).named("ratio"));
        };
        Checkpoint start = Tiny.start(all(4));
        List<String> messages = Threads.run(2, ranks -> {
            try (Device device = new ReferenceDevice()) {
                trained(device, start, breaks, 12, ranks);
                return "finite";
            } catch (NonFiniteException e) {
                return e.getMessage();
            }
        });
        assertThat(messages.get(0)).contains("is not finite").endsWith("divide 2, computed from 'hazard'");
        assertThat(messages.get(1)).isEqualTo(messages.get(0));
    }

    @Test
    void shardsThatABatchCannotBeCutIntoAreRefused() {
        for (int shards : new int[] {3, 16}) {
            assertThatThrownBy(() -> all(shards).training())
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessageContaining(
                            "training.shards must be a power of two that divides training.batch = 8; got " + shards);
        }
    }

    @Test
    void moreRanksThanShardsAreRefused() {
        List<String> messages = Threads.run(4, ranks -> {
            try (Device device = new ReferenceDevice()) {
                trained(device, Tiny.start(all(2)), new AnnealedDenoising(), 1, ranks);
                return "";
            } catch (IllegalArgumentException e) {
                return e.getMessage();
            }
        });
        assertThat(messages).containsOnly("training.shards must be at least 4, the number of ranks; got 2");
    }

    /** Planned for the device's real memory, whatever that is; nothing is computed. */
    @Test
    void autoIsTheLeastThatFits() {
        DataSummary large = new DataSummary("large", "", 4, List.of(256, 256, 3), DType.BYTE, List.of());
        Settings asked = Settings.of("noise.sigma-max", 50.0).over(Settings.of("noise.levels", 232));
        Configuration wanted = Configuration.of(asked, "colour32+ncsnv2").with("training.shards", "auto");
        try (Device device = new OpenClDevice(ClDevices.best().orElseThrow())) {
            MemoryFit fit = MemoryFit.of(device, asked, wanted, large, 1);
            int shards = fit.configuration().training().shards().orElseThrow();
            assertThat(shards).isGreaterThan(1);
            assertThat(fit.configuration().toJson())
                    .isEqualTo(wanted.with("training.shards", shards).toJson());
            assertThat(fits(device, fit.configuration(), large)).isTrue();
            assertThat(fits(device, wanted.with("training.shards", shards / 2), large))
                    .isFalse();
            int batch = wanted.training().batch();
            assertThat(fit.notes())
                    .containsExactly("training.shards=" + shards + ", the least that fits the memory of "
                            + device.name() + ": " + batch / shards + " samples at once");
        }
    }

    private static boolean fits(Device device, Configuration configuration, DataSummary data) {
        return device.fits(Trainer.program(
                Checkpoint.network(configuration, data.sample()),
                configuration.trainingObjective(),
                data,
                configuration.noiseLevels(),
                configuration.training()));
    }
}
