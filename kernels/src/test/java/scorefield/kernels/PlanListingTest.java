package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;

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
                .contains("16,384 of them live at one time, during launch 1")
                .contains("0 are lost")
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
                .contains("800 of them live at one time, during launch 1")
                .contains("224 are lost between them (21.88 %)");
    }

    @Test
    void aProgramWithNothingToComputeHasNoArena() {
        assertThat(listing(Tensor.input("x", Shape.of(3))))
                .contains("0 launches")
                .contains("arena: 0 bytes")
                .doesNotContain("lost");
    }
}
