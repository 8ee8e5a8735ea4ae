package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
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
            });
            assertThat(device.read(count).get(0))
                    .as("all runs count, measured or not")
                    .isEqualTo(5);
        }
    }

    @Test
    void theTablesNameKernelsAndResults() {
        try (OpenClDevice device = OpenClDevice.forProfiling(DEVICE)) {
            Profile profile = device.profile(program, feeds, 1);
            assertThat(profile.byKernel()).contains("fused (generated)", "sum (generated)", "between launches");
            assertThat(profile.costliest(10)).contains("count + 1 FLOAT 1000");
            assertThat(profile.costliest(1).lines()).hasSize(2);
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
