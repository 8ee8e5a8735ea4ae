package scorefield.kernels.groupnorm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.TestDevices;
import scorefield.kernels.opencl.ClDevice;

/** Which launches the gradients of group norm become, and that their numbers are right however many are wanted. */
class GroupNormTest {

    private final Tensor x = Tensor.input("x", Shape.of(3, 5, 7, 12));
    private final Tensor scale = Tensor.input("scale", Shape.of(12));
    private final Tensor shift = Tensor.input("shift", Shape.of(12));
    private final Tensor y = x.groupNormSilu(scale, shift, 3, 1e-5);

    static List<Named<ClDevice>> devices() {
        return TestDevices.named();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void allGradientsComeOutOfOneLaunch(ClDevice device) {
        assertThat(gradientLaunches(device, x, scale, shift))
                .hasSize(1)
                .first()
                .asString()
                .contains("DX", "SUMS");
    }

    @ParameterizedTest
    @MethodSource("devices")
    void gradientsThatNobodyWantsAreNotComputed(ClDevice device) {
        assertThat(gradientLaunches(device, x))
                .hasSize(1)
                .first()
                .asString()
                .contains("DX")
                .doesNotContain("SUMS");
        assertThat(gradientLaunches(device, scale))
                .hasSize(1)
                .first()
                .asString()
                .contains("SUMS")
                .doesNotContain("DX");
    }

    /** Runs the gradients with respect to some inputs, compares them with the reference, and returns the lines of their launches. */
    private List<String> gradientLaunches(ClDevice clDevice, Tensor... wrt) {
        List<Tensor> gradients = Gradients.of(y.square().sum(), List.of(wrt));
        Program program = new Program(gradients, Map.of());
        Map<Tensor, Values> feeds = Map.of(x, draw(x, 1), scale, draw(scale, 2), shift, draw(shift, 3));
        try (OpenClDevice device = new OpenClDevice(clDevice);
                Executable executable = device.compile(program);
                Executable reference = new ReferenceDevice().compile(program)) {
            List<Values> actual = executable.run(feeds);
            List<Values> expected = reference.run(feeds);
            for (int k = 0; k < wrt.length; k++) {
                for (int i = 0; i < expected.get(k).shape().size(); i++) {
                    // Sums over at most 105 pixels of numbers of about 1, each wrong by some roundings of 2⁻²⁴.
                    assertThat(actual.get(k).get(i)).isCloseTo(expected.get(k).get(i), within(1e-4));
                }
            }
            return device.plan(program)
                    .launches()
                    .lines()
                    .filter(line -> line.contains("group_norm_gradient"))
                    .toList();
        }
    }

    private static Values draw(Tensor tensor, long seed) {
        Random random = new Random(seed);
        double[] numbers = new double[tensor.shape().size()];
        Arrays.setAll(numbers, i -> (float) random.nextGaussian());
        return Values.of(tensor.shape(), numbers);
    }
}
