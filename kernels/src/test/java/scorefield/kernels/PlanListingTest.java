package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.opencl.ClDevices;

/** What a plan says of itself. */
class PlanListingTest {

    private static String listing(Tensor fetch) {
        try (OpenClDevice device = new OpenClDevice(ClDevices.list().get(0))) {
            return device.plan(Program.fetching(fetch)).launches();
        }
    }

    @Test
    void everyOperandHasItsPlace() {
        Tensor x = Tensor.input("x", Shape.of(64, 32));
        assertThat(listing(x.transpose(1, 0).named("turned").exp().named("grown")))
                .contains("2 launches")
                .contains("arena: 16,384 bytes in 1 slab")
                .contains("16,384 of them are in use at one time, during launch 1")
                .contains("0 are lost in gaps")
                .contains("(input x → turned@0:0)")
                .contains("(turned@0:0 → grown@0:8,192)");
    }

    @Test
    void aPartLiesWithinItsWhole() {
        Tensor x = Tensor.input("x", Shape.of(64, 32));
        assertThat(listing(x.transpose(1, 0).named("turned").slice(0, 2, 3).exp()))
                .contains("(turned@0:512 → exp@");
    }

    /** A hundred numbers take two places of 256 bytes. */
    @Test
    void whatThePackingLosesIsSaid() {
        Tensor x = Tensor.input("x", Shape.of(10, 10));
        assertThat(listing(x.transpose(1, 0).exp()))
                .contains("arena: 1,024 bytes in 1 slab")
                .contains("800 of them are in use at one time, during launch 1")
                .contains("224 are lost in gaps (21.88 %)");
    }

    @Test
    void aProgramWithNothingToComputeHasNoArena() {
        assertThat(listing(Tensor.input("x", Shape.of(3))))
                .contains("0 launches")
                .contains("arena: 0 bytes")
                .doesNotContain("lost");
    }

    /** A convolution with a bias, of which a variable is updated: every pass has something to do. */
    @Test
    void everyPassSaysWhatItDid() {
        Tensor x = Tensor.input("x", Shape.of(2, 5, 5, 8));
        Tensor y = x.conv2d(Tensor.input("w", Shape.of(3, 3, 8, 16)), 1, 1).named("layer");
        Tensor sum = y.plus(Tensor.input("bias", Shape.of(16))).times(1);
        Tensor count = Tensor.variable("count", Shape.SCALAR);
        Program program = new Program(List.of(sum, sum.exp().sum()), Map.of(count, count.plus(1)));
        try (OpenClDevice device = new OpenClDevice(ClDevices.list().get(0))) {
            assertThat(device.plan(program).passes())
                    .contains("1. Lower: every op has kernels")
                    .containsPattern("2\\. Simplify: \\d+ nodes became \\d+")
                    .contains("-1  multiply")
                    .contains("3. Epilogues: 1 of ")
                    .contains("Conv2d layer: add")
                    .contains("4. Fusion: 3 groups of nodes: 1 of fusable ops, 1 reductions, 1 ops with kernels")
                    .contains("5. Residence: computed in the place of another tensor: 1; updates")
                    .contains("6. Scheduler: ")
                    .contains("7. Selection: ")
                    .contains("direct, ")
                    .contains("8. MemoryPlanner: arena: ");
        }
    }
}
