package scorefield.kernels.launch;

import java.util.Map;
import java.util.Optional;
import scorefield.kernels.opencl.ClDevice;

/**
 * What multiplies and adds small matrices in the kernels for tf32 and bf16: a body of the function in {@code matrix_instruction.cl}.
 *
 * @param name for people, and for what is kept of it
 * @param defines what chooses the body when a kernel is compiled
 */
public record MatrixInstruction(String name, Map<String, String> defines) {

    /** OpenCL C that computes the same, slowly, on any device: it defines what an instruction has to compute. */
    public static final MatrixInstruction PLAIN =
            new MatrixInstruction("plain OpenCL C", Map.of("INSTRUCTION_PLAIN", "1"));

    /** NVIDIA's, of compute capability 8.0 and above. */
    public static final MatrixInstruction NVIDIA = new MatrixInstruction("mma.sync", Map.of("INSTRUCTION_NVIDIA", "1"));

    /** The one that a device may have, as far as its vendor tells. */
    public static Optional<MatrixInstruction> of(ClDevice device) {
        return device.type() == ClDevice.Type.GPU && device.vendor().startsWith("NVIDIA")
                ? Optional.of(NVIDIA)
                : Optional.empty();
    }
}
