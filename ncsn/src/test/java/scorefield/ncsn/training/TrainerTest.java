package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Random;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;

class TrainerTest {

    private static final String EVERY_DEVICE = "scorefield.ncsn.TestDevices#all";

    private static Checkpoint trained(Supplier<Device> on, Checkpoint from, int steps) {
        try (Device device = on.get();
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
    void theFirstLossIsHalfTheDimensionAndThenItFalls(Supplier<Device> on) {
        // The last layer starts as zero, so s = 0 and the loss is ½‖z‖², D/2 on average.
        Configuration configuration = Tiny.configuration(Map.of());
        try (Device device = on.get();
                Trainer trainer = Tiny.trainer(device, Tiny.start(configuration))) {
            trainer.step();
            Statistics first = trainer.statistics();
            assertThat(first.steps()).isEqualTo(1);
            assertThat(first.loss()).isCloseTo(32, within(9.0)); // a batch of 4 has a standard deviation of 2.8;
            for (int i = 0; i < 100; i++) {
                trainer.step();
            }
            trainer.statistics();
            for (int i = 0; i < 20; i++) {
                trainer.step();
            }
            assertThat(trainer.statistics().loss()).isLessThan(0.8 * first.loss());
            assertThat(trainer.stepsTaken()).isEqualTo(121);
        }
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void goingOnFromACheckpointIsTheSameAsNotStoppingBitForBit(Supplier<Device> on, @TempDir Path folder)
            throws Exception {
        for (String sigmas : List.of("levels", "log-uniform")) {
            Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", 7, "sigmas", sigmas)));
            Path file = folder.resolve(sigmas + ".safetensors");
            trained(on, start, 3).write(file);
            Checkpoint resumed = trained(on, Checkpoint.read(file), 4);
            assertThat(resumed.configuration().training().sigmas())
                    .hasToString(sigmas.toUpperCase(Locale.ROOT).replace('-', '_'));
            assertThat(resumed.state()).isEqualTo(trained(on, start, 7).state());
            assertThat(resumed.state().step()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theGuideIsTheAverageAtItsStepAndOutlivesAResume(Supplier<Device> on, @TempDir Path folder) throws Exception {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("steps", 8, "guide", 0.5)));
        Checkpoint before = trained(on, start, 3);
        assertThat(before.state().guide()).isEmpty();
        float[] guide = trained(on, start, 4).state().average();
        Checkpoint whole = trained(on, start, 7);
        assertThat(whole.state().guide()).hasValue(guide);
        assertThat(whole.state().average()).isNotEqualTo(guide);
        for (int stop : new int[] {3, 4, 5}) {
            Path file = folder.resolve(stop + ".safetensors");
            trained(on, start, stop).write(file);
            assertThat(trained(on, Checkpoint.read(file), 7 - stop).state()).isEqualTo(whole.state());
        }
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void muonGoesOnFromACheckpointBitForBit(Supplier<Device> on, @TempDir Path folder) throws Exception {
        Checkpoint adam = Tiny.start(Tiny.configuration(Map.of()));
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("optimiser", "muon", "weight-decay", 0.1)));
        Path file = folder.resolve("muon.safetensors");
        trained(on, start, 2).write(file);
        TrainingState whole = trained(on, start, 4).state();
        assertThat(trained(on, Checkpoint.read(file), 2).state()).isEqualTo(whole);
        assertThat(whole).isNotEqualTo(trained(on, adam, 4).state());
    }

    /** Told of their class as well, and uncertain: all that training alone has, at once. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void augmentationIsPartOfTrainingAndResumesBitForBit(Supplier<Device> on, @TempDir Path folder) throws Exception {
        for (int classes : new int[] {0, 10}) {
            Configuration without = Tiny.configuration(Map.of("seed", 7))
                    .with("model.classes", classes)
                    .with("objective.uncertainty", classes > 0);
            Checkpoint start = Tiny.start(without.with("data.augmentation", 0.5));
            assertThat(start.state().parameters())
                    .hasSize(Tiny.start(without).state().parameters().length + 9 * 16);
            Checkpoint whole = trained(on, start, 5);
            Path file = folder.resolve(classes + ".safetensors");
            trained(on, start, 2).write(file);
            Checkpoint read = Checkpoint.read(file);
            assertThat(trained(on, read, 3).state()).isEqualTo(whole.state());
            assertThat(names(read)).doesNotContain("augment.weight").contains("embed.0.weight");
            float[] told = whole.network().parameters().list().stream()
                    .filter(parameter -> parameter.name().equals("augment.weight"))
                    .map(parameter ->
                            Arrays.copyOfRange(whole.state().parameters(), parameter.offset(), parameter.end()))
                    .findAny()
                    .orElseThrow();
            assertThat(norm(told)).isPositive();
        }
    }

    /** Each image's left half is white; the loss counts those that do not look so. Without augmentation all do. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theObjectiveSeesAugmentedImages(Supplier<Device> on) {
        byte[] bytes = new byte[10 * 64];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 8 < 4 ? 255 : 0);
        }
        Images halves = Images.of("halves", 8, 8, 1, bytes);
        Objective otherwise = (score, x, sigma, draws) -> new AnnealedDenoising()
                .perSample(score, x, sigma, draws)
                .times(0)
                .plus(x.slice(2, 0, 4)
                        .minus(1)
                        .abs()
                        .max(1, 2, 3)
                        .maximum(x.slice(2, 4, 8).abs().max(1, 2, 3))
                        .greaterThan(Tensor.scalar(0.01)));
        for (double probability : new double[] {0, 0.2}) {
            Checkpoint start = Tiny.start(Tiny.configuration(Map.of()).with("data.augmentation", probability));
            try (Device device = on.get();
                    Trainer trainer = new Trainer(
                            device,
                            start.network(),
                            otherwise,
                            halves,
                            start.configuration().sigmaDensity(),
                            start.configuration().training(),
                            start.state())) {
                int steps = 50;
                for (int step = 0; step < steps; step++) {
                    trainer.step();
                }
                // A top-to-bottom mirror image of a half is the half; anything else shows.
                double expected = probability == 0 ? 0 : 1 - 0.9 * Math.pow(0.8, 4);
                double error = Math.sqrt(expected * (1 - expected) / (4 * steps));
                assertThat(trainer.statistics().loss()).isCloseTo(expected, within(4.5 * error));
            }
        }
    }

    /**
     * u begins as 0, so the first step's loss and gradient are what they are without it. The loss that is reported stays the objective's, and
     * a resumed run goes on bit for bit.
     */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void learnedUncertaintyIsNoPartOfTheReportedLossAndOutlivesAResume(Supplier<Device> on, @TempDir Path folder)
            throws Exception {
        for (int classes : new int[] {0, 10}) {
            Configuration without = Tiny.configuration(Map.of("seed", 7)).with("model.classes", classes);
            Checkpoint plain = Tiny.start(without);
            Checkpoint start = Tiny.start(without.with("objective.uncertainty", true));
            int size = plain.state().parameters().length;
            assertThat(start.state().parameters()).hasSize(size + 16);
            float[] m = trained(on, start, 1).state().mean();
            double headsNorm = norm(Arrays.copyOfRange(m, size, size + 16));
            assertThat(headsNorm).isPositive();
            // Clipping shortens both gradients to the same length, of which the head has taken its part.
            float[] expected = trained(on, plain, 1).state().mean();
            double share = Math.sqrt(1 - Math.pow(headsNorm / norm(m), 2));
            for (int i = 0; i < size; i++) {
                assertThat(m[i]).isCloseTo((float) (share * expected[i]), within(1e-6f));
            }

            Path file = folder.resolve(classes + ".safetensors");
            trained(on, start, 3).write(file);
            Checkpoint read = Checkpoint.read(file);
            assertThat(trained(on, read, 4).state())
                    .isEqualTo(trained(on, start, 7).state());
            assertThat(names(read)).doesNotContain("uncertainty.weight").contains("conv_in.weight");
        }
        Objective constant = (score, x, sigma, draws) -> new AnnealedDenoising()
                .perSample(score, x, sigma, draws)
                .times(0)
                .plus(64);
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of()).with("objective.uncertainty", true));
        try (Device device = on.get();
                Trainer trainer = new Trainer(
                        device,
                        start.network(),
                        constant,
                        Tiny.DIGITS,
                        start.configuration().sigmaDensity(),
                        start.configuration().training(),
                        start.state())) {
            for (int step = 0; step < 5; step++) {
                trainer.step();
            }
            Statistics statistics = trainer.statistics();
            assertThat(statistics.loss()).isEqualTo(64);
            assertThat(statistics.lossByBand())
                    .filteredOn(loss -> !loss.isNaN())
                    .containsOnly(64.0);
            assertThat(statistics.gradientNorm()).isPositive(); // of u, which is to be ln 2
        }
    }

    private static double norm(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += (double) number * number;
        }
        return Math.sqrt(sum);
    }

    /** The names of all tensors that the score is computed from. */
    private static List<String> names(Checkpoint checkpoint) {
        ScoreNetwork network = checkpoint.network();
        Tensor flat =
                Tensor.variable("parameters", Shape.of(network.parameters().size()));
        Tensor score = network.score(
                network.parameters().weights(flat),
                Tensor.input("x", network.sample().times(2)),
                Tensor.input("sigma", Shape.of(2)));
        return Tensor.order(List.of(score)).stream().map(Tensor::name).toList();
    }

    /** Every image has its left half white and its right half black; the loss counts the images that are not mirrored. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void halfOfTheImagesAreMirrored(Supplier<Device> on) {
        byte[] bytes = new byte[10 * 64];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 8 < 4 ? 255 : 0);
        }
        Images halves = Images.of("halves", 8, 8, 1, bytes);
        Objective leftIsWhite = (score, x, sigma, draws) -> {
            Tensor left = x.slice(2, 0, 1).sum(1, 2, 3).times(1.0 / 8);
            Tensor right = x.slice(2, 7, 8).sum(1, 2, 3).times(1.0 / 8);
            Tensor both = left.plus(right); // one of them is white, whichever
            return new AnnealedDenoising()
                    .perSample(score, x, sigma, draws)
                    .times(0)
                    .plus(left.minus(0.5).greaterThan(Tensor.scalar(0)))
                    .plus(both.minus(1).square().greaterThan(Tensor.scalar(0.1)).times(100));
        };
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", 2)).with("data.flip", true));
        try (Device device = on.get();
                Trainer trainer = new Trainer(
                        device,
                        start.network(),
                        leftIsWhite,
                        halves,
                        start.configuration().sigmaDensity(),
                        start.configuration().training(),
                        start.state())) {
            int steps = 50;
            for (int step = 0; step < steps; step++) {
                trainer.step();
            }
            // 200 draws of ½: the share's standard deviation is 0.035.
            assertThat(trainer.statistics().loss()).isCloseTo(0.5, within(4.5 * 0.035));
        }
    }

    /** Masks are a function of seed and step: a resumed run draws the same, and another seed others. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void dropoutIsPartOfTrainingAndResumesBitForBit(Supplier<Device> on) {
        Configuration without = Tiny.configuration(Map.of("seed", 7));
        Checkpoint start = Tiny.start(without.with("model.dropout", 0.5));
        Checkpoint whole = trained(on, start, 5);
        assertThat(trained(on, trained(on, start, 2), 3).state()).isEqualTo(whole.state());
        assertThat(trained(on, Tiny.start(without), 5).state()).isNotEqualTo(whole.state());
    }

    /** A mask for each of the blocks: one on the way down at each level, two in the middle, two on the way up at each level. */
    @Test
    void everyBlockDropsInTrainingAndNoneOtherwise() {
        Configuration configuration = Tiny.configuration(Map.of());
        assertThat(streams(configuration)).containsExactlyInAnyOrder(0, 1);
        int first = 1 << 16;
        assertThat(streams(configuration.with("model.dropout", 0.2)))
                .containsExactlyInAnyOrder(
                        0, 1, first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7);
    }

    /** The streams of random numbers of a training step: 0 is the dequantisation's, 1 the noise's. */
    private static List<Integer> streams(Configuration configuration) {
        Checkpoint start = Tiny.start(configuration);
        Program step = Trainer.program(
                start.network(),
                new AnnealedDenoising(),
                start.data(),
                configuration.noiseLevels(),
                configuration.training());
        return step.order().stream()
                .map(Tensor::op)
                .filter(Random.class::isInstance)
                .map(op -> ((Random) op).stream())
                .toList();
    }

    /** The loss is σ itself, and the noise levels are those that the host drew, between the schedule's ends. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void continuousNoiseLevelsReachTheObjective(Supplier<Device> on) {
        Objective sigmaItself = (score, x, sigma, draws) -> new AnnealedDenoising()
                .perSample(score, x, sigma, draws)
                .times(0)
                .plus(sigma);
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", 5)));
        SigmaDensity density = SigmaDensity.logUniform(NoiseLevels.geometric(2, 0.01, 3));
        double[] drawn = new BatchDraws(5, 10, 4, density).sigmas(0);
        try (Device device = on.get();
                Trainer trainer = new Trainer(
                        device,
                        start.network(),
                        sigmaItself,
                        Tiny.DIGITS,
                        density,
                        start.configuration().training(),
                        start.state())) {
            trainer.step();
            double mean = Arrays.stream(drawn).average().orElseThrow();
            assertThat(trainer.statistics().loss()).isCloseTo(mean, within(1e-6 * mean)); // single precision
        }
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void anotherSeedIsAnotherRun(Supplier<Device> on) {
        Checkpoint one = trained(on, Tiny.start(Tiny.configuration(Map.of("seed", 7))), 1);
        Checkpoint other = trained(on, Tiny.start(Tiny.configuration(Map.of("seed", 8))), 1);
        assertThat(one.state().parameters()).isNotEqualTo(other.state().parameters());
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theGradientIsShortenedToTheGreatestNorm(Supplier<Device> on) {
        // Adam's first m is (1−β₁)·g, so it shows the gradient after clipping.
        Configuration configuration = Tiny.configuration(Map.of());
        float[] m = trained(on, Tiny.start(configuration), 1).state().mean();
        double norm = 0;
        for (float number : m) {
            norm += Math.pow(number / (1 - 0.9), 2);
        }
        assertThat(Math.sqrt(norm)).isCloseTo(1, within(1e-5));
    }

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theAverageRisesToItsDecay(Supplier<Device> on) {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of()));
        Checkpoint after = trained(on, start, 1);
        // d = min(0.999, 1/10) at the first step.
        int moved = 0;
        for (int i = 0; i < after.state().average().length; i++) {
            float before = start.state().parameters()[i];
            float now = after.state().parameters()[i];
            assertThat(after.state().average()[i]).isCloseTo((float) (0.1 * before + 0.9 * now), within(1e-6f));
            moved += Math.abs(now - before) > 1e-4 ? 1 : 0;
        }
        assertThat(moved).as("conv_out learns in the first step").isGreaterThan(20);
    }

    /** Finite until the step in which the smallest noise level is drawn for the batch's first image, then 0/0 in the loss. */
    private static final Objective BREAKS_AT_SMALL_NOISE = (score, x, sigma, draws) -> {
        Tensor small = sigma.lessOrEqual(Tensor.scalar(0.0101)).slice(0, 0, 1);
        Tensor hazard = Tensor.scalar(1).minus(small).named("hazard");
        return new AnnealedDenoising()
                .perSample(score, x, sigma, draws)
                .plus(hazard.over(hazard).minus(1).named("ratio"));
    };

    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void aLossThatIsNotFiniteStopsTheRunBeforeItDoesHarm(Supplier<Device> on) {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", 3)));
        BatchDraws draws = new BatchDraws(3, 10, 4, start.configuration().sigmaDensity());
        int bad = 0;
        while (draws.sigmas(bad)[0] != 0.01) {
            bad++;
        }
        assertThat(bad).isBetween(1, 20);
        try (Device device = on.get();
                Trainer trainer = new Trainer(
                        device,
                        start.network(),
                        BREAKS_AT_SMALL_NOISE,
                        Tiny.DIGITS,
                        start.configuration().sigmaDensity(),
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

    /** Told or not, a class changes what is learnt, and a resumed run is told what an uninterrupted one is. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void aRunOfClassesGoesOnAsIfItHadNotStopped(Supplier<Device> on, @TempDir Path folder) throws IOException {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of()).with("model.classes", 10));
        assertThat(start.data().classes()).hasSize(10);
        Checkpoint through = trained(on, start, 6);
        Path file = folder.resolve("checkpoint.safetensors");
        trained(on, start, 3).write(file);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.data()).isEqualTo(start.data());
        assertThat(trained(on, read, 3).state()).isEqualTo(through.state());

        float[] table = through.network().parameters().list().stream()
                .filter(parameter -> parameter.name().equals("labels.weight"))
                .map(parameter -> Arrays.copyOfRange(through.state().parameters(), parameter.offset(), parameter.end()))
                .findAny()
                .orElseThrow();
        boolean[] seen = new boolean[11];
        for (int i = 0; i < table.length; i++) {
            seen[i / 16] |= table[i] != 0;
        }
        // Each of ten digits has another class; the eleventh row is for what is not told.
        boolean[] expected = new boolean[11];
        BatchDraws draws = new BatchDraws(0, 10, 4, start.configuration().sigmaDensity())
                .withClasses(Tiny.DIGITS.labels(), 10, 0.1);
        // What starts as zero learns in turn: conv_out in the first step, conv2 in the second, then what lies before
        // it.
        for (long step = 2; step < 6; step++) {
            for (int label : draws.classes(step)) {
                expected[label] = true;
            }
        }
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void labelsOfOtherClassesAreRefused() {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of()).with("model.classes", 9));
        try (Device device = new ReferenceDevice()) {
            assertThatThrownBy(() -> Tiny.trainer(device, start))
                    .hasMessageContaining("the network is conditioned on 9 classes, but the data have 10");
        }
    }

    @Test
    void everyDeviceTrainsAsTheReferenceDoes() {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of()));
        // After one step, Adam's m is the clipped gradient times 1−β₁.
        float[] expected = trained(ReferenceDevice::new, start, 1).state().mean();
        for (Named<Supplier<Device>> other : TestDevices.openCl()) {
            float[] mean = trained(other.getPayload(), start, 1).state().mean();
            for (int i = 0; i < expected.length; i++) {
                assertThat(mean[i]).as("number %s on %s", i, other.getName()).isCloseTo(expected[i], within(1e-6f));
            }
        }
    }

    /** Each sample's loss is its σ, so a band's loss is the mean of the levels that were drawn in it. */
    @ParameterizedTest
    @MethodSource(EVERY_DEVICE)
    void theLossOfEachBandIsTheMeanOverItsSamples(Supplier<Device> on) {
        Objective sigmaItself = (score, x, sigma, draws) -> new AnnealedDenoising()
                .perSample(score, x, sigma, draws)
                .times(0)
                .plus(sigma);
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", 5)));
        NoiseLevels ladder = NoiseLevels.geometric(2, 0.01, 25);
        SigmaDensity density = SigmaDensity.uniformOver(ladder);
        int steps = 3;
        double[] sums = new double[NoiseBands.MOST];
        int[] samples = new int[NoiseBands.MOST];
        for (int step = 0; step < steps; step++) {
            for (double sigma : new BatchDraws(5, 10, 4, density).sigmas(step)) {
                int band = 0;
                while (NoiseBands.of(ladder).smallest(band) > sigma) {
                    band++;
                }
                sums[band] += sigma;
                samples[band]++;
            }
        }
        try (Device device = on.get();
                Trainer trainer = new Trainer(
                        device,
                        start.network(),
                        sigmaItself,
                        Tiny.DIGITS,
                        density,
                        start.configuration().training(),
                        start.state())) {
            for (int step = 0; step < steps; step++) {
                trainer.step();
            }
            Statistics statistics = trainer.statistics();
            assertThat(statistics.lossByBand()).hasSize(NoiseBands.MOST);
            for (int band = 0; band < NoiseBands.MOST; band++) {
                double loss = statistics.lossByBand().get(band);
                if (samples[band] == 0) {
                    assertThat(loss).isNaN();
                } else {
                    // Sums of at most 12 floats.
                    assertThat(loss).isCloseTo(sums[band] / samples[band], withinPercentage(100 * 12 * 0x1p-23));
                }
            }
            assertThat(trainer.statistics().lossByBand()).containsOnly(Double.NaN);
        }
    }

    @Test
    void everyLevelIsInOneBand() {
        for (int count : new int[] {1, 2, 9, 10, 11, 232}) {
            NoiseLevels ladder = count == 1 ? NoiseLevels.of(0.3) : NoiseLevels.geometric(50, 0.01, count);
            NoiseBands bands = NoiseBands.of(ladder);
            assertThat(bands.count()).isEqualTo(Math.min(count, NoiseBands.MOST));
            int band = 0;
            for (double sigma : ladder.toArray()) {
                band += sigma < bands.smallest(band) ? 1 : 0;
                assertThat(sigma)
                        .isBetween(bands.smallest(band), bands.largest(band))
                        .isGreaterThan(bands.above(band))
                        .isLessThanOrEqualTo(bands.upTo(band));
            }
            assertThat(band).isEqualTo(bands.count() - 1);
        }
    }

    @Test
    void theStepNumberOfABadStepIsExactBeyondWhatAFloatHolds() {
        long step = (1L << 40) + 12345;
        NoiseBands bands = NoiseBands.of(NoiseLevels.of(1));
        assertThat(Statistics.of(Statistics.mark(step), bands).badStep()).isEqualTo(step);
        assertThat(Statistics.of(Statistics.none(), bands).badStep()).isEqualTo(-1);
    }
}
