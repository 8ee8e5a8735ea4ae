package scorefield.kernels.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.pass.Problem;

/** What wins, what does not, how long it takes and what is remembered: on a device and by a clock that are made up. */
class TunerTest {

    /** How much time any use of the workbench takes. */
    private static final double STEP_SECONDS = 0.25;

    private static final double SHIPPED_TIME = 100;

    private final ClDevice device = device("made up", "1.0");
    private final Program program = program(8, 16);
    private final List<String> log = new ArrayList<>();
    private final MadeUp workbench = new MadeUp();
    private final Tuning tuning = new Tuning(device);
    private List<String> variants = List.of();
    private String key = "";

    @TempDir
    private Path folder;

    /** A device that takes the time it is told to, for results that are right but for what it is told to do with them. */
    private static final class MadeUp implements Workbench {
        private final Map<String, List<Double>> times = new HashMap<>();
        private final Map<String, UnaryOperator<float[]>> damage = new HashMap<>();
        private final List<String> prepared = new ArrayList<>();
        private double seconds;

        @Override
        public Trial prepare(Problem problem, String variant, List<Values> numbers) {
            seconds += STEP_SECONDS;
            prepared.add(variant);
            List<Double> rounds = times.getOrDefault(variant, List.of(SHIPPED_TIME));
            return new Trial() {
                private int round;

                @Override
                public List<Values> results() {
                    Program small =
                            problem.of(numbers.stream().map(Tensor::constant).toList());
                    try (ReferenceDevice reference = new ReferenceDevice();
                            Executable executable = reference.compile(small)) {
                        Values right = executable.run(Map.of()).get(0);
                        float[] given = damage.getOrDefault(variant, result -> result)
                                .apply(right.floats().clone());
                        return List.of(Values.of(right.shape(), given));
                    }
                }

                @Override
                public double nanoseconds() {
                    seconds += STEP_SECONDS;
                    return rounds.get(round++ % rounds.size());
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    private static ClDevice device(String name, String driver) {
        return new ClDevice(
                0,
                0,
                name,
                "nobody",
                "nothing",
                driver,
                "OpenCL 1.2",
                ClDevice.Type.CPU,
                2,
                1000,
                1L << 32,
                1L << 30,
                1 << 16,
                1024,
                16,
                128);
    }

    private static Program program(int images, int channels) {
        Tensor x = Tensor.input("x", Shape.of(images, 8, 8, channels));
        return Program.fetching(x.conv2d(Tensor.input("w", Shape.of(3, 3, channels, channels)), 1, 1));
    }

    @BeforeEach
    void findVariants() {
        Planner.plan(program, device, (problem, all) -> {
            key = problem.key();
            variants = all.stream().map(Variant::name).toList();
            return all.get(0);
        });
        assertThat(variants).hasSizeGreaterThan(2);
    }

    private Tuner tuner(double budget) {
        return tuner(budget, tuning, Optional.of(folder.resolve("new/tuning.txt")));
    }

    private Tuner tuner(double budget, Tuning known, Optional<Path> file) {
        return new Tuner(device, known, file, budget, () -> (long) (workbench.seconds * 1e9), log::add);
    }

    private String winner() {
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        return tuning.entries().get(key).variant();
    }

    private List<String> launches(Tuner tuner) {
        return Planner.plan(program, device, tuner).launches().stream()
                .map(Launch::toString)
                .toList();
    }

    private List<String> launches(String variant) {
        return Planner.plan(program, device, Choices.named(variant)).launches().stream()
                .map(Launch::toString)
                .toList();
    }

    @Test
    void theFastestWinsAndIsUsed() {
        workbench.times.put(variants.get(1), List.of(80.0));
        workbench.times.put(variants.get(2), List.of(50.0));
        Tuner tuner = tuner(1e6);
        assertThat(launches(tuner)).isEqualTo(launches(variants.get(0)));
        tuner.prepare(program, Arithmetic.FLOAT32, () -> workbench);
        assertThat(tuning.entries().get(key).variant()).isEqualTo(variants.get(2));
        assertThat(tuning.entries().get(key).ratio()).isEqualTo(0.5);
        assertThat(launches(tuner)).isEqualTo(launches(variants.get(2))).isNotEqualTo(launches(variants.get(0)));
        assertThat(workbench.prepared).containsExactlyElementsOf(variants);
    }

    /** Slower, as fast, or faster by too little. */
    @ParameterizedTest
    @ValueSource(doubles = {200, 100, 98, Double.NaN})
    void whatIsNotClearlyFasterNeverWins(double time) {
        variants.forEach(variant -> workbench.times.put(variant, List.of(time)));
        workbench.times.put(variants.get(0), List.of(SHIPPED_TIME));
        assertThat(winner()).isEqualTo(variants.get(0));
    }

    /** However fast it is in all rounds but one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void oneLostRoundIsEnough(int lost) {
        List<Double> rounds = new ArrayList<>(List.of(1.0, 1.0, 1.0, 1.0, 1.0));
        assertThat(rounds).hasSize(Contest.ROUNDS);
        rounds.set(lost, 1.1 * SHIPPED_TIME);
        workbench.times.put(variants.get(1), rounds);
        assertThat(winner()).isEqualTo(variants.get(0));
    }

    @Test
    void theBurdenOfAllIsNoWin() {
        // Another program halves the machine's speed: both take twice as long.
        List<Double> loaded = List.of(100.0, 200.0, 200.0, 100.0, 200.0);
        workbench.times.put(variants.get(0), loaded);
        workbench.times.put(variants.get(1), loaded);
        assertThat(winner()).isEqualTo(variants.get(0));
    }

    /** A fault at any place: within what the reference computes, or outside it, where the shipped kernel tells. */
    @Test
    void aWrongOneIsRejectedHoweverFast() {
        List<UnaryOperator<float[]>> faults = List.of(
                result -> with(result, 0, result[0] + 0.01f),
                result -> with(result, result.length - 1, result[result.length - 1] + 0.01f),
                result -> with(result, 5, Float.NaN),
                result -> new float[result.length]);
        for (UnaryOperator<float[]> fault : faults) {
            workbench.times.put(variants.get(1), List.of(1.0));
            workbench.damage.put(variants.get(1), fault);
            assertThat(winner()).isEqualTo(variants.get(0));
            assertThat(log).anyMatch(line -> line.contains(variants.get(1)) && line.contains("rounding explains only"));
            tuning.put(key, new Tuning.Entry("other sources", "none", 1, 1));
            log.clear();
        }
    }

    private static float[] with(float[] numbers, int index, float number) {
        numbers[index] = number;
        return numbers;
    }

    @Test
    void aRightOneThatRoundsDifferentlyMayWin() {
        workbench.times.put(variants.get(1), List.of(50.0));
        workbench.damage.put(variants.get(1), result -> with(result, 3, Math.nextUp(result[3])));
        assertThat(winner()).isEqualTo(variants.get(1));
    }

    @Test
    void aShippedKernelThatIsWrongHereIsAnError() {
        workbench.damage.put(variants.get(0), result -> new float[result.length]);
        assertThatThrownBy(this::winner)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is wrong on this device: its result differs by")
                .hasMessageContaining(key);
    }

    @Test
    void theBudgetIsKept() {
        Program large = new Program(
                List.of(
                        program(8, 16).fetches().get(0),
                        program(32, 32).fetches().get(0)),
                Map.of());
        workbench.times.put(variants.get(1), List.of(50.0));
        // A round, two uses of the workbench, may be under way when the time is over.
        for (double budget = 0; budget < 12; budget += 1) {
            double start = workbench.seconds;
            Tuner tuner = tuner(budget, new Tuning(device), Optional.empty());
            tuner.prepare(large, Arithmetic.FLOAT32, () -> workbench);
            tuner.prepare(program(3, 48), Arithmetic.FLOAT32, () -> workbench);
            assertThat(workbench.seconds - start).isBetween(Math.min(budget, 5), budget + 2 * STEP_SECONDS);
        }
    }

    @Test
    void theCostliestComesFirstAndWhatWasNotFinishedIsNotKept() {
        Program both = new Program(
                List.of(
                        program(8, 16).fetches().get(0),
                        program(32, 32).fetches().get(0)),
                Map.of());
        Tuner whole = tuner(1e6);
        whole.prepare(program(32, 32), Arithmetic.FLOAT32, () -> workbench);
        double needed = workbench.seconds;
        List<String> costliest = List.copyOf(tuning.entries().keySet());
        Tuning other = new Tuning(device);
        tuner(needed + 4 * STEP_SECONDS, other, Optional.empty()).prepare(both, Arithmetic.FLOAT32, () -> workbench);
        assertThat(other.entries()).containsOnlyKeys(costliest);
        assertThat(log).last().asString().contains("1 of 2 shapes tried").contains("the next run tries the others");
    }

    /** However little time there is at once, each time goes on where the last one ended, and all ends as if there had been enough. */
    @Test
    void inSmallPortions() {
        workbench.times.put(variants.get(1), List.of(50.0));
        workbench.times.put(variants.get(2), List.of(60.0));
        int portions = 0;
        do {
            workbench.prepared.clear();
            tuner(13 * STEP_SECONDS)
                    .prepare(
                            program,
                            Arithmetic.FLOAT32,
                            () -> workbench); // making two ready, five rounds of two, and one to spare
            portions++;
        } while (!workbench.prepared.isEmpty() && portions < 100);
        assertThat(portions).isBetween(3, variants.size() + 1);
        assertThat(tuning.entries().get(key).variant()).isEqualTo(variants.get(1));
        assertThat(tuning.entries().get(key).tried()).isEqualTo(variants.size() - 1);
    }

    @Test
    void withoutTimeNothingIsTried() {
        tuner(0).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        assertThat(workbench.prepared).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void whatIsKnownIsNotTriedAgain() {
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        int uses = workbench.prepared.size();
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        assertThat(workbench.prepared).hasSize(uses);
    }

    @Test
    void theFileGoesRound() throws Exception {
        workbench.times.put(variants.get(2), List.of(50.0));
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        Path file = folder.resolve("new/tuning.txt");
        assertThat(Tuning.read(file, device).entries()).isEqualTo(tuning.entries());
        Tuner later = Tuner.fixed(device, file, log::add);
        assertThat(launches(later)).isEqualTo(launches(variants.get(2)));
        later.save(folder.resolve("copy.txt"));
        assertThat(folder.resolve("copy.txt")).hasSameTextualContentAs(file);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    /** Two programs that run at the same time both keep what they found. */
    @Test
    void whatAnotherFoundMeanwhileIsKept() throws Exception {
        Path file = folder.resolve("new/tuning.txt");
        Tuning others = new Tuning(device);
        others.put("another problem", new Tuning.Entry("sources", "variant", 0.5, 1));
        others.write(file);
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        assertThat(Tuning.read(file, device).entries()).containsOnlyKeys("another problem", key);
    }

    @Test
    void changedSourcesAreTriedAnew() throws IOException {
        workbench.times.put(variants.get(1), List.of(50.0));
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        Path file = folder.resolve("new/tuning.txt");
        String hash = tuning.entries().get(key).sources();
        Files.writeString(file, Files.readString(file).replace(hash, "0" + hash.substring(1) + "0"));
        assertThat(launches(Tuner.fixed(device, file, log::add))).isEqualTo(launches(variants.get(0)));

        tuning.put(key, new Tuning.Entry("0" + hash, variants.get(1), 0.5, 1));
        int uses = workbench.prepared.size();
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        assertThat(workbench.prepared).hasSizeGreaterThan(uses);
        assertThat(tuning.entries().get(key).sources()).isEqualTo(hash);
    }

    @Test
    void filesOfOthersAreIgnoredInSoManyWords() throws IOException {
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        Path file = folder.resolve("new/tuning.txt");
        log.clear();
        Tuner.fixed(device("another", "1.0"), file, log::add);
        Tuner.fixed(device("made up", "2.0"), file, log::add);
        assertThat(log)
                .containsExactly(
                        "ignoring the tuning in " + file
                                + ": line 2 should be 'device another', but is 'device made up'",
                        "ignoring the tuning in " + file
                                + ": line 3 should be 'driver nothing 2.0', but is 'driver nothing 1.0'");
        for (String content : List.of("", "scorefield tuning 0\n", Files.readString(file) + "half a line")) {
            log.clear();
            Files.writeString(file, content);
            assertThat(launches(Tuner.fixed(device, file, log::add))).isEqualTo(launches(variants.get(0)));
            assertThat(log).singleElement().asString().contains("ignoring the tuning in " + file + ": line ");
        }
        log.clear();
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Tuner.fixed(device, file, log::add);
        assertThat(log).singleElement().asString().contains("is not a text");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsSaid() throws IOException {
        Files.writeString(folder.resolve("new"), "a file where a folder should be");
        tuner(1e6).prepare(program, Arithmetic.FLOAT32, () -> workbench);
        assertThat(log).last().asString().contains("cannot be saved for the next run");
        assertThat(tuning.entries()).containsKey(key);
    }

    @Test
    void anExaminationComparesEveryWay() {
        Examination examination = Examination.of(device, List.of(program, program), workbench, () -> false);
        assertThat(examination).isEqualTo(new Examination(1, 1, variants.size(), List.of()));
        assertThat(workbench.prepared).containsExactlyElementsOf(variants);
    }

    @Test
    void anExaminationNamesWhatIsWrong() {
        String wrong = variants.get(1);
        workbench.damage.put(wrong, result -> {
            result[result.length - 1] += 1;
            return result;
        });
        assertThat(Examination.of(device, List.of(program), workbench, () -> false)
                        .faults())
                .singleElement()
                .asString()
                .startsWith("'" + wrong + "' for " + key + ": it differs from the reference by ");
        workbench.damage.clear();
        workbench.damage.put(variants.get(0), result -> new float[result.length]);
        assertThat(Examination.of(device, List.of(program), workbench, () -> false)
                        .faults())
                .singleElement()
                .asString()
                .startsWith(key + ": the kernel for ");
    }

    @Test
    void anExaminationEndsWithItsTime() {
        assertThat(Examination.of(device, List.of(program), workbench, () -> true))
                .isEqualTo(new Examination(1, 0, 0, List.of()));
        assertThat(workbench.prepared).isEmpty();
    }
}
