package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Precision;
import scorefield.kernels.launch.MatrixInstruction;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.tuning.Tuning;

/** Whether an instruction that is wrong is found out: instructions are made up from the plain body. */
class TrustedInstructionTest {

    private static final ClDevice GPU = TestDevices.gpu();

    @TempDir
    private Path folder;

    private final List<String> log = new ArrayList<>();

    @Test
    void anInstructionThatIsRightIsUsed() {
        try (OpenClDevice device = device(made("right", Map.of()))) {
            assertThat(device.usualPrecision()).isEqualTo(Precision.TF32);
            assertThat(device.in(Precision.BF16)).isNotSameAs(device);
        }
        assertThat(log).isEmpty();
    }

    /** It forgets a sign where all else is right: only a comparison of numbers sees that. */
    @Test
    void anInstructionThatIsWrongIsRefused() {
        try (OpenClDevice device = device(made("wrong", Map.of("MULTIPLY_ADD(a,b,c)", "((c)-(a)*(b))")))) {
            assertThat(device.usualPrecision()).isEqualTo(Precision.FLOAT32);
            assertThatThrownBy(() -> device.in(Precision.TF32))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "not using wrong for tf32 on " + device.name() + ": with random numbers number");
        }
        assertThat(log).singleElement().asString().contains("should be", "but is");
    }

    /** It is right but for what is not finite, which it loses: a loss that goes wrong would not be seen. */
    @Test
    void anInstructionThatLosesNanIsRefused() {
        try (OpenClDevice device =
                device(made("lossy", Map.of("MULTIPLY_ADD(a,b,c)", "fmin(fma((a),(b),(c)),1e37f)")))) {
            assertThat(device.usualPrecision()).isEqualTo(Precision.FLOAT32);
        }
        assertThat(log).singleElement().asString().contains("with extreme numbers");
    }

    @Test
    void anInstructionThatDoesNotCompileIsRefused() {
        try (OpenClDevice device = device(made("broken", Map.of("MULTIPLY_ADD(a,b,c)", "(;)")))) {
            assertThat(device.usualPrecision()).isEqualTo(Precision.FLOAT32);
        }
        assertThat(log).singleElement().asString().contains("OpenCL failed while compiling");
    }

    /** The second device does not try again: it believes what the file says. */
    @Test
    void verdictsAreKeptByDeviceAndDriver() throws Exception {
        MatrixInstruction right = made("right", Map.of());
        Path file = folder.resolve(Tuning.fileName(GPU));
        try (OpenClDevice device = device(right)) {
            assertThat(device.usualPrecision()).isEqualTo(Precision.TF32);
        }
        String kept = Files.readString(file);
        assertThat(kept).contains("right in tf32\t").contains(GPU.driverVersion());
        Files.writeString(file, kept.replaceAll("(right in tf32\t[0-9a-f]+\t)\t", "$1out of order\t"));
        try (OpenClDevice device = device(right)) {
            assertThat(device.usualPrecision()).isEqualTo(Precision.FLOAT32);
        }
        assertThat(log).singleElement().asString().endsWith("out of order");
    }

    @Test
    void aDeviceWithoutAnInstructionRefusesLowerPrecisions() {
        try (OpenClDevice device = new OpenClDevice(GPU)) {
            assertThat(device.usualPrecision()).isEqualTo(Precision.FLOAT32);
            assertThat(device.in(Precision.FLOAT32)).isSameAs(device);
            assertThatThrownBy(() -> device.in(Precision.BF16))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(device.name() + " has no matrix instruction for bf16 that this program knows");
        }
        assertThat(MatrixInstruction.of(GPU)).isEqualTo(Optional.empty());
    }

    private OpenClDevice device(MatrixInstruction instruction) {
        return OpenClDevice.withInstruction(GPU, instruction)
                .keepingVerdicts(folder.resolve(Tuning.fileName(GPU)), log::add);
    }

    private static MatrixInstruction made(String name, Map<String, String> changes) {
        Map<String, String> defines = new LinkedHashMap<>(MatrixInstruction.PLAIN.defines());
        defines.putAll(changes);
        return new MatrixInstruction(name, defines);
    }
}
