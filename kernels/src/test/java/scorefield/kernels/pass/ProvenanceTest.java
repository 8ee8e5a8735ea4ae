package scorefield.kernels.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;

/** What is said of a node's way to the launches. */
class ProvenanceTest {

    private static final ClDevice DEVICE = ClDevices.list().get(0);

    private final Tensor x = Tensor.input("x", Shape.of(2, 6, 6, 8));
    private final Tensor w = Tensor.variable("w", Shape.of(3, 3, 8, 16));
    private final Tensor convolution = x.conv2d(w, 1, 1).named("layer");

    private static Planner planner(Program program) {
        return new Planner(program, DEVICE, Arithmetic.FLOAT32, Choices.SHIPPED);
    }

    private static String did(Provenance provenance, Tensor node, String pass) {
        return provenance.steps(node).stream()
                .filter(step -> step.pass().equals(pass))
                .findFirst()
                .orElseThrow()
                .did();
    }

    /** Gradients, an update in place and one that is copied, a fetch of an old value, a gather and a lowered op. */
    private Program everything() {
        Tensor count = Tensor.variable("count", Shape.SCALAR);
        Tensor swapped = Tensor.variable("swapped", Shape.of(16));
        Tensor other = Tensor.variable("other", Shape.of(16));
        Tensor y = convolution.plus(Tensor.input("bias", Shape.of(16))).groupNorm(swapped, other, 4, 1e-5);
        Tensor loss = y.reshape(2, 6 * 6 * 16).softmax(1).square().sum();
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(w, w.minus(Gradients.of(loss, w).times(0.1)));
        updates.put(count, count.plus(1));
        updates.put(swapped, other);
        updates.put(other, swapped);
        return new Program(List.of(loss, w, y.slice(0, 1, 2)), updates);
    }

    @Test
    void everyLaunchComputesSomeNodeOfTheProgram() {
        Program program = everything();
        Planner planner = planner(program);
        Provenance provenance = planner.provenance();
        Set<Integer> launches = new HashSet<>();
        program.order().forEach(node -> launches.addAll(provenance.launches(node)));
        assertThat(launches).hasSameSizeAs(planner.plan().launches());
        assertThat(launches)
                .allMatch(launch ->
                        launch >= 0 && launch < planner.plan().launches().size());
    }

    @Test
    void everyNodeOfTheRewrittenProgramStandsForNodesOfTheOriginal() {
        Program program = everything();
        Planner planner = planner(program);
        Provenance provenance = planner.provenance();
        assertThat(planner.plan().program().order())
                .allSatisfy(node ->
                        assertThat(provenance.origins(node)).isNotEmpty().allMatch(program.order()::contains));
    }

    @Test
    void whatAConvolutionAbsorbsIsLaunchedWithIt() {
        Tensor bias = Tensor.input("bias", Shape.of(16));
        Tensor sum = convolution.plus(bias);
        Provenance provenance = planner(Program.fetching(sum)).provenance();
        assertThat(provenance.launches(sum)).isNotEmpty().isEqualTo(provenance.launches(convolution));
        assertThat(did(provenance, convolution, "Epilogues")).contains("goes on to compute add FLOAT 2×6×6×16");
        assertThat(did(provenance, sum, "Epilogues")).contains("the kernel of layer FLOAT 2×6×6×16 computes it");
        assertThat(did(provenance, sum, "Selection")).matches("computed by the variant '.+', 1 of \\d+");
        assertThat(provenance.launches(bias)).isEmpty();
        assertThat(provenance.steps(bias)).isEmpty();
    }

    @Test
    void aChainOfFusableOpsStaysInRegisters() {
        Tensor inner = x.exp();
        Tensor outer = inner.sin().named("result");
        Provenance provenance = planner(Program.fetching(outer)).provenance();
        assertThat(provenance.launches(inner)).containsExactly(0);
        assertThat(provenance.launches(outer)).containsExactly(0);
        assertThat(did(provenance, inner, "Fusion"))
                .contains("stays in registers")
                .contains("of 2 ops that stores result");
        assertThat(did(provenance, outer, "Fusion")).isEqualTo("stored by a fused kernel of 2 ops");
    }

    @Test
    void simplificationSaysWhy() {
        Tensor one = x.times(1);
        Tensor first = x.exp();
        Tensor second = x.exp();
        Tensor known = Tensor.scalar(2).plus(3).broadcastTo(x.shape());
        Tensor unread = known.times(Tensor.scalar(2).broadcastTo(x.shape()));
        Tensor fetch = one.plus(first).plus(second).plus(unread);
        Provenance provenance = planner(Program.fetching(fetch)).provenance();
        assertThat(did(provenance, one, "Simplify")).isEqualTo("changes nothing: x FLOAT 2×6×6×8 takes its place");
        assertThat(did(provenance, second, "Simplify")).startsWith("computes the same as another node: exp");
        assertThat(did(provenance, unread, "Simplify")).endsWith("10.0");
        assertThat(provenance.steps(first)).noneMatch(step -> step.pass().equals("Simplify"));
        assertThat(provenance.launches(unread)).isEmpty();
    }

    @Test
    void aViewIsComputedWhereItsSourceIs() {
        Tensor stored = x.transpose(0, 3, 1, 2);
        Tensor view = stored.slice(0, 1, 2);
        Provenance provenance = planner(Program.fetching(view)).provenance();
        assertThat(did(provenance, view, "Fusion")).contains("its numbers lie within Transpose");
        assertThat(provenance.launches(view))
                .isEqualTo(provenance.launches(stored))
                .isNotEmpty();
    }

    @Test
    void anUpdateInPlaceSaysWhere() {
        Tensor value = w.times(0.5);
        Provenance provenance =
                planner(new Program(List.of(), Map.of(w, value))).provenance();
        assertThat(did(provenance, value, "Residence")).contains("in variable w");
    }

    @Test
    void lifetimesInTheArenaDoNotMeet() {
        MemoryPlan memory = planner(everything()).plan().memory();
        List<MemoryPlan.Lifetime> lifetimes = memory.lifetimes();
        assertThat(lifetimes).hasSameSizeAs(memory.places().keySet());
        for (MemoryPlan.Lifetime one : lifetimes) {
            for (MemoryPlan.Lifetime other : lifetimes) {
                if (one != other && one.overlaps(other)) {
                    MemoryPlan.Place a = memory.places().get(one.storage());
                    MemoryPlan.Place b = memory.places().get(other.storage());
                    assertThat(a.slab() != b.slab()
                                    || a.byteOffset() + one.storage().bytes() <= b.byteOffset()
                                    || b.byteOffset() + other.storage().bytes() <= a.byteOffset())
                            .as("%s and %s", one, other)
                            .isTrue();
                }
            }
        }
    }
}
