package scorefield.kernels.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Program;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.TestDevices;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.pass.Planner;

/** Every rung of every ladder is right; a wrong one is found; the measurements are those of the op. */
class LadderTest {

    static Stream<Arguments> laddersAndDevices() {
        return Ladders.ALL.stream()
                .flatMap(ladder -> ClDevices.list().stream().map(device -> Arguments.of(ladder, device)));
    }

    static List<Ladder> ladders() {
        return Ladders.ALL;
    }

    private static Extents small(Ladder ladder) {
        return ladder.awkward().get(2);
    }

    private static Climb climb(Ladder ladder, Extents extents, ClDevice device, List<String> progress) {
        try (OpenClDevice opened = OpenClDevice.forProfiling(device)) {
            return Climb.of(ladder, extents, opened, 2, progress::add);
        }
    }

    @ParameterizedTest
    @MethodSource("laddersAndDevices")
    void everyRungAgreesWithTheReference(Ladder ladder, ClDevice device) {
        Set<String> checked = new HashSet<>();
        try (ClContext context = ClContext.open(device)) {
            LadderCheck.check(ladder, context, Double.POSITIVE_INFINITY, (rung, step) -> checked.add(rung.name()));
        }
        assertThat(checked)
                .containsExactlyInAnyOrderElementsOf(
                        ladder.rungs(ladder.extents()).stream().map(Rung::name).toList());
    }

    @ParameterizedTest
    @MethodSource("ladders")
    void aClimbMeasuresEveryRungAndTheKernelInUse(Ladder ladder) {
        List<String> progress = new ArrayList<>();
        Extents extents = small(ladder);
        Climb climb = climb(ladder, extents, ClDevices.list().get(0), progress);
        List<String> names =
                new ArrayList<>(ladder.rungs(extents).stream().map(Rung::name).toList());
        names.add("in use");
        assertThat(climb.measurements()).extracting(m -> m.rung().name()).containsExactlyElementsOf(names);
        assertThat(progress).hasSize(3);
        assertThat(climb.measurements()).allSatisfy(measurement -> {
            assertThat(measurement.total().nanoseconds()).isPositive();
            assertThat(measurement.total().flops()).isEqualTo(ladder.flops(extents));
            assertThat(measurement.total().least())
                    .isEqualTo(1e9 * climb.roofline().seconds(ladder.flops(extents), ladder.bytes(extents)));
        });
        assertThat(climb.measurements().get(0).suits()).isTrue();
    }

    /** On a CPU that counts as a GPU, the planner takes the kernels for GPUs, and the rungs for CPUs are marked. */
    @Test
    void aRungThatIsMadeForOtherProcessorsRunsAndIsMarked() {
        Ladder ladder = Ladders.ALL.get(0);
        Climb climb = climb(ladder, small(ladder), TestDevices.gpu(), new ArrayList<>());
        assertThat(climb.measurements())
                .filteredOn(measurement -> !measurement.suits())
                .extracting(measurement -> measurement.rung().name())
                .containsExactly("row", "registers", "vectors", "packed", "winograd");
        assertThat(climb.measurements()
                        .get(climb.measurements().size() - 1)
                        .rung()
                        .source())
                .isEqualTo("conv2d_gpu");
    }

    /** The profiler counts the same work for the kernel in use, apart from packing. */
    @ParameterizedTest
    @MethodSource("ladders")
    void theWorkIsThatOfTheProfiler(Ladder ladder) {
        Extents extents = ladder.extents();
        assertThat(Planner.plan(
                                Program.fetching(ladder.node(extents)),
                                ClDevices.list().get(0))
                        .launches())
                .anySatisfy(launch -> {
                    assertThat(launch.flops()).isEqualTo(ladder.flops(extents));
                    assertThat(launch.bytes()).isEqualTo(ladder.bytes(extents));
                });
    }

    @ParameterizedTest
    @MethodSource("ladders")
    void aWrongRungIsFound(Ladder ladder) {
        Rung wrong = new Rung(
                "hasty",
                "ladder/wrong.cl",
                Rung.Suits.ANY,
                "nothing is computed",
                "it is fast",
                0,
                List.of(Step.of("wrong").result().items(1)));
        assertThatThrownBy(() -> climb(
                        new WithRung(ladder, wrong),
                        small(ladder),
                        ClDevices.list().get(0),
                        new ArrayList<>()))
                .isInstanceOf(LadderException.class)
                .hasMessageStartingWith("rung 'hasty' of " + ladder.name() + " is wrong for ")
                .hasMessageContaining("but rounding explains only")
                .hasMessageEndingWith("; correct ladder/wrong.cl");
    }

    @Test
    void aRungThatDoesNotCompileIsNamed() {
        Rung broken = new Rung(
                "broken",
                "ladder/does_not_compile.cl",
                Rung.Suits.ANY,
                "a name is unknown",
                "it does not help",
                0,
                List.of(Step.of("wrong").result().items(1)));
        Ladder ladder = Ladders.ALL.get(2);
        assertThatThrownBy(() -> climb(
                        new WithRung(ladder, broken),
                        small(ladder),
                        ClDevices.list().get(0),
                        new ArrayList<>()))
                .isInstanceOf(LadderException.class)
                .hasMessageStartingWith("rung 'broken' of matmul does not run: ")
                .hasMessageContaining("compiling ladder/does_not_compile.cl")
                .hasMessageContaining("nothing");
    }

    @Test
    void extentsAreChecked() {
        Extents extents = Ladders.ALL.get(0).extents();
        assertThat(extents.with(Map.of("in", 3, "images", 2))).hasToString("images=2 height=28 width=28 in=3 out=32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> extents.with(Map.of("depth", 3)))
                .withMessage("there is no extent 'depth'; there are images, height, width, in, out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> extents.with(Map.of("in", 0)))
                .withMessage("in must be a whole number from 1 to 512; got 0");
    }

    @Test
    void whatIsTooLargeIsRefused() {
        Ladder ladder = Ladders.ALL.get(0);
        Extents extents = ladder.extents().with(Map.of("images", 4096, "in", 512));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> climb(ladder, extents, ClDevices.list().get(0), new ArrayList<>()))
                .withMessageContaining("at most 256 MiB can be measured");
    }
}
