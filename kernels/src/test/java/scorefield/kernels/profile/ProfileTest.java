package scorefield.kernels.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;

class ProfileTest {

    private static final ClDevice DEVICE = ClDevices.list().get(0);

    private final Tensor count = Tensor.variable("count", Shape.of(1000));
    private final Tensor x = Tensor.input("x", Shape.of(1000));
    private final Program program = new Program(
            List.of(x.times(count).sum()), Map.of(count, count.plus(1).named("count + 1")));
    private final Map<Tensor, Values> feeds = Map.of(x, Values.fill(x.shape(), 2));

    @Test
    void everyLaunchIsTimedInEveryRun() {
        try (OpenClDevice device = OpenClDevice.forProfiling(DEVICE)) {
            Profile profile = device.profile(program, feeds, 3);
            assertThat(profile.runs()).isEqualTo(3);
            assertThat(profile.launches()).hasSize(device.plan(program).launchCount());
            assertThat(profile.launches()).allSatisfy(launch -> {
                assertThat(launch.nanoseconds()).isPositive();
                assertThat(launch.bytes()).isPositive();
                // The span is of one run, and the time is the least of all.
                assertThat(launch.span().length()).isGreaterThanOrEqualTo(launch.nanoseconds());
            });
            assertThat(profile.launches().get(0).span().start()).isZero();
            assertThat(device.read(count).get(0))
                    .as("all runs count, measured or not")
                    .isEqualTo(5);
        }
    }

    @Test
    void theRooflineIsWhatAProcessorCanDo() {
        try (OpenClDevice device = OpenClDevice.forProfiling(DEVICE)) {
            Roofline roofline = device.roofline();
            // Wide limits, to find a factor of a thousand that was lost: no machine is slower or faster.
            assertThat(roofline.flops()).isBetween(1e8, 1e15);
            assertThat(roofline.bytes()).isBetween(1e7, 1e13);
        }
    }

    @Test
    void theSlowerOfArithmeticAndMemoryLimits() {
        Roofline roofline = new Roofline(100, 10);
        assertThat(roofline.seconds(1000, 10)).isEqualTo(10);
        assertThat(roofline.seconds(10, 1000)).isEqualTo(100);
        assertThat(roofline.ridge()).isEqualTo(10);
    }

    private static Profile.Entry entry(String kernel, String layer, double flops, double bytes, double nanoseconds) {
        return new Profile.Entry(kernel, "", "tensor", layer, flops, bytes, nanoseconds, new Profile.Span(0, 1));
    }

    /** At 2 operations and 1 byte a nanosecond. */
    private final Profile made = new Profile(
            List.of(
                    entry("conv", "first", 40, 10, 40),
                    entry("fused_0123456789ab", "second", 0, 10, 20),
                    entry("conv", "∇first", 80, 10, 40),
                    entry("fused_ba9876543210", "", 0, 30, 30)),
            1,
            5,
            new Roofline(2e9, 1e9));

    @Test
    void kernelsAreAddedUp() {
        assertThat(made.busy()).isEqualTo(130);
        assertThat(made.byKernel())
                .containsExactly(
                        new Profile.Total("conv", 2, 120, 20, 80, 60),
                        new Profile.Total("fused (generated)", 2, 0, 40, 50, 40));
        assertThat(made.byKernel().get(0).ofRoofline()).isEqualTo(0.75);
        assertThat(made.byKernel().get(0).gigaflops()).isEqualTo(1.5);
        assertThat(made.byKernel().get(1).gigabytes()).isEqualTo(0.8);
    }

    @Test
    void layersAreAddedUpForwardAndBackward() {
        assertThat(made.byLayer()).extracting(Profile.LayerTotals::name).containsExactly("first", "second", "");
        Profile.LayerTotals first = made.byLayer().get(0);
        assertThat(first.forward().nanoseconds()).isEqualTo(40);
        assertThat(first.backward().flops()).isEqualTo(80);
        assertThat(first.both().launches()).isEqualTo(2);
        assertThat(made.byLayer().get(1).backward().launches()).isZero();
    }

    @Test
    void launchesBelongToLayers() {
        try (OpenClDevice device = OpenClDevice.forProfiling(DEVICE)) {
            Profile profile = device.profile(program, feeds, 1);
            assertThat(profile.byLayer()).extracting(Profile.LayerTotals::name).contains("count + 1", "");
        }
    }

    @Test
    void theTablesNameKernelsAndResults() {
        try (OpenClDevice device = OpenClDevice.forProfiling(DEVICE)) {
            ProfileTables tables = new ProfileTables(device.profile(program, feeds, 1));
            assertThat(tables.summary())
                    .contains("GFLOP/s of multiply-adds", "between them; each the shortest of 1 runs");
            assertThat(tables.byKernel()).contains("fused (generated)", "sum (generated)");
            assertThat(tables.byLayer()).contains("count + 1", "(no name)");
            assertThat(tables.costliest(10)).contains("count + 1 FLOAT 1000");
            assertThat(tables.costliest(1).lines()).hasSize(2);
        }
    }

    @Test
    void aDeviceThatIsNotForProfilingSaysSo() {
        try (OpenClDevice device = new OpenClDevice(DEVICE)) {
            assertThatThrownBy(() -> device.profile(program, feeds, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("opened for profiling");
        }
    }
}
